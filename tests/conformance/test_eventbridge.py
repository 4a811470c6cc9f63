"""EventBridge: what a bus takes, what a rule matches and sends on, archives and replays."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until
from tests.conformance.publishing import Bus, bodies

SERVICE = "EventBridge"
GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
REFERENCE = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/"
MEBIBYTE = 1024 * 1024
EVENT = {
    "id": "1",
    "source": "shop.orders",
    "detail-type": "order placed",
    "account": "000000000001",
    "time": "2026-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {
        "total": 120,
        "sku": "book-42.pdf",
        "state": "Paid",
        "address": "10.0.0.17",
        "customer": {"tier": "gold"},
    },
}


@behavior(
    service=SERVICE,
    aws="A rule whose pattern names a field or a value that the event does not have does not match;"
    " PutEvents answers as if all were well, and nothing is kept of it.",
    source=f"{GUIDE}eb-event-patterns.html",
    labs=["choreography"],
)
def test_an_event_with_a_renamed_field_matches_no_rule_and_nobody_is_told(cloud):
    bus, matched, everything = Bus(cloud), cloud.queue(), cloud.queue()
    bus.rule(matched.arn, {"detail": {"orderId": [{"exists": True}]}})
    bus.rule(matched.arn, {"detail-type": ["OrderPlaced"]})
    bus.rule(everything.arn)
    answer = bus.put({"order_id": "1"}, DetailType="OrderPlaced.v2")
    assert answer["FailedEntryCount"] == 0
    everything.receive(1)
    assert matched.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="Patterns compare by prefix, suffix, anything-but, numeric range, exists, CIDR block and"
    " wildcard, with or without letter case, at any depth of the event.",
    source=f"{GUIDE}eb-create-pattern-operators.html",
    labs=["choreography", "eventbridge-vs-sns"],
)
def test_patterns_match_on_content_at_any_depth(cloud):
    def matches(pattern):
        answer = cloud.client("events").test_event_pattern(
            EventPattern=json.dumps(pattern), Event=json.dumps(EVENT)
        )
        return answer["Result"]

    for field, right, wrong in (
        ("sku", {"prefix": "book-"}, {"prefix": "film-"}),
        ("sku", {"suffix": ".pdf"}, {"suffix": ".txt"}),
        ("sku", {"wildcard": "book-*.pdf"}, {"wildcard": "film-*"}),
        ("state", {"anything-but": ["Refused"]}, {"anything-but": ["Paid"]}),
        ("state", {"anything-but": {"prefix": "Ref"}}, {"anything-but": {"prefix": "Pa"}}),
        ("state", {"equals-ignore-case": "paid"}, {"equals-ignore-case": "unpaid"}),
        ("total", {"numeric": [">", 100, "<=", 120]}, {"numeric": [">", 120]}),
        ("total", {"exists": True}, {"exists": False}),
        ("address", {"cidr": "10.0.0.0/24"}, {"cidr": "10.0.1.0/24"}),
    ):
        assert matches({"detail": {field: [right]}}), right
        assert not matches({"detail": {field: [wrong]}}), wrong
    assert matches({"detail": {"customer": {"tier": ["gold", "silver"]}}})
    assert not matches({"detail": {"customer": {"tier": ["silver"]}}})


@behavior(
    service=SERVICE,
    aws="Fields of a pattern must all match; under `$or` one of the alternatives is enough.",
    source=f"{GUIDE}eb-create-pattern-operators.html",
    labs=["eventbridge-vs-sns"],
)
def test_a_pattern_needs_all_its_fields_and_one_alternative_of_an_or(cloud):
    def matches(detail):
        answer = cloud.client("events").test_event_pattern(
            EventPattern=json.dumps({"source": ["shop.orders"], "detail": detail}),
            Event=json.dumps(EVENT),
        )
        return answer["Result"]

    assert not matches({"state": ["Paid"], "total": [1]})
    assert matches({"$or": [{"state": ["Paid"]}, {"total": [1]}]})
    assert not matches({"$or": [{"state": ["Refused"]}, {"total": [1]}]})


@behavior(
    service=SERVICE,
    aws="A pattern may have more than five fields, and wildcards; all of them must match.",
    source=f"{GUIDE}eb-create-pattern-operators.html",
    labs=["eventbridge-vs-sns"],
)
def test_a_pattern_may_have_more_than_five_fields(cloud):
    bus, six, everything = Bus(cloud), cloud.queue(), cloud.queue()
    pattern = {f"key-{number}": ["x"] for number in range(5)}
    pattern["station"] = [{"wildcard": "coast-*-borehole"}]
    bus.rule(six.arn, {"source": ["shop"], "detail": pattern})
    bus.rule(everything.arn)
    right = {f"key-{number}": "x" for number in range(5)} | {"station": "coast-7-borehole"}
    bus.put(right | {"station": "coast-7-surface"}, right | {"key-4": "y"}, right)
    everything.receive(3)
    assert [event["detail"] for event in bodies(six.receive(1))] == [right]
    assert six.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="InputPath sends one part of the event; an input transformer builds a text or a JSON object"
    " from its parts.",
    source=f"{GUIDE}eb-transform-target-input.html",
    labs=["choreography", "eventbridge-vs-sns", "dlq-vs-destinations"],
)
def test_a_target_gets_the_part_or_the_shape_that_it_asked_for(cloud):
    bus, part, shape = Bus(cloud), cloud.queue(), cloud.queue()
    bus.rule(part.arn, InputPath="$.detail.customer")
    transformer = {
        "InputPathsMap": {"who": "$.detail.customer.name", "total": "$.detail.total"},
        "InputTemplate": '{"text": "<who> ordered", "total": <total>}',
    }
    bus.rule(shape.arn, InputTransformer=transformer)
    bus.put({"customer": {"name": "Ada"}, "total": 3})
    assert bodies(part.receive(1)) == [{"name": "Ada"}]
    assert bodies(shape.receive(1)) == [{"text": "Ada ordered", "total": 3}]


@behavior(
    service=SERVICE,
    aws="A rule starts a state machine, with the whole event or with the part or the shape that the"
    " target asks for as its input.",
    source=f"{GUIDE}eb-targets.html",
    labs=["choreography", "orchestration"],
    mend="eventbridge_state_machine_input.py",
    stock="Only with the whole event: what has no `id` starts nothing, and the event is gone.",
)
def test_a_rule_starts_a_state_machine_with_a_part_of_the_event(cloud):
    bus, states = Bus(cloud), cloud.client("stepfunctions")
    machine = states.create_state_machine(
        name="orders",
        roleArn=cloud.role_arn,
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    )["stateMachineArn"]
    bus.rule(machine, RoleArn=cloud.role_arn, InputPath="$.detail")
    bus.put({"n": 1})

    def executions():
        return states.list_executions(stateMachineArn=machine)["executions"]

    (started,) = wait_until(executions)
    told = states.describe_execution(executionArn=started["executionArn"])
    assert json.loads(told["input"]) == {"n": 1}


@behavior(
    service=SERVICE,
    aws="PutRule refuses a pattern that is no JSON, or has a value outside of a list or an operator"
    " that does not exist.",
    source=f"{REFERENCE}API_PutRule.html",
    labs=["choreography"],
    mend="eventbridge_pattern_check.py",
    stock="Any text is taken. When an event comes, neither this rule nor those after it get it.",
)
def test_a_malformed_pattern_is_refused(cloud):
    bus = Bus(cloud)
    for wrong in ('{"source": "shop"}', '{"source": [', '{"source": [{"starts-with": "shop"}]}'):
        with pytest.raises(ClientError) as refused:
            bus.client.put_rule(Name="rule", EventBusName=bus.name, EventPattern=wrong)
        assert refused.value.response["Error"]["Code"] == "InvalidEventPatternException"


@behavior(
    service=SERVICE,
    aws="A disabled rule matches nothing; what it missed does not come once it is enabled again.",
    source=f"{REFERENCE}API_DisableRule.html",
    labs=["choreography", "fire-and-forget", "eventbridge-vs-sns"],
    mend="eventbridge_disabled_rule.py",
    stock="DisableRule is stored and not looked at: the event arrives.",
)
def test_a_disabled_rule_delivers_nothing(cloud):
    bus, off, everything = Bus(cloud), cloud.queue(), cloud.queue()
    name = bus.rule(off.arn).rsplit("/", 1)[-1]
    bus.rule(everything.arn)
    bus.client.disable_rule(Name=name, EventBusName=bus.name)
    bus.put({"n": 1})
    everything.receive(1)
    bus.client.enable_rule(Name=name, EventBusName=bus.name)
    bus.put({"n": 2})
    assert [event["detail"] for event in bodies(off.receive(1))] == [{"n": 2}]
    assert off.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="A rule has five targets at most; PutTargets refuses a sixth.",
    source=f"{REFERENCE}API_PutTargets.html",
    labs=["eventbridge-vs-sns", "fan-out"],
)
def test_a_rule_takes_five_targets_and_no_sixth(cloud):
    bus, queue = Bus(cloud), cloud.queue()
    bus.client.put_rule(Name="wide", EventBusName=bus.name, EventPattern='{"source": ["shop"]}')
    targets = [{"Id": str(number), "Arn": queue.arn} for number in range(6)]
    bus.client.put_targets(Rule="wide", EventBusName=bus.name, Targets=targets[:5])
    with pytest.raises(ClientError) as refused:
        bus.client.put_targets(Rule="wide", EventBusName=bus.name, Targets=targets[5:])
    assert refused.value.response["Error"]["Code"] == "LimitExceededException"


@behavior(
    service=SERVICE,
    aws="An entry that is not valid fails alone: its place in the answer holds the error, and"
    " FailedEntryCount counts it; the call succeeds.",
    source=f"{REFERENCE}API_PutEventsResultEntry.html",
    labs=["choreography", "eventbridge-vs-sns"],
)
def test_one_bad_entry_fails_alone_within_a_call_that_succeeds(cloud):
    bus, queue = Bus(cloud), cloud.queue()
    bus.rule(queue.arn)
    entry = {"Source": "shop", "DetailType": "order", "EventBusName": bus.name}
    answer = bus.client.put_events(
        Entries=[entry | {"Detail": '{"n": 1}'}, entry | {"Detail": "no JSON"}]
    )
    assert answer["FailedEntryCount"] == 1
    good, bad = answer["Entries"]
    assert "EventId" in good and bad["ErrorCode"] == "MalformedDetail"
    assert [event["detail"] for event in bodies(queue.receive(1))] == [{"n": 1}]


@behavior(
    service=SERVICE,
    aws="PutEvents takes ten entries at most; with eleven the whole call is refused.",
    source=f"{REFERENCE}API_PutEvents.html",
    labs=["eventbridge-vs-sns"],
)
def test_a_call_with_more_than_ten_entries_is_refused_as_a_whole(cloud):
    bus = Bus(cloud)
    assert bus.put(*[{"n": n} for n in range(10)])["FailedEntryCount"] == 0
    with pytest.raises(ClientError) as refused:
        bus.put(*[{"n": n} for n in range(11)])
    assert refused.value.response["Error"]["Code"] == "ValidationException"


@behavior(
    service=SERVICE,
    aws="The entries of a call must be less than 1 MB together, or the call is refused as a whole.",
    source=f"{REFERENCE}API_PutEvents.html",
    labs=["eventbridge-vs-sns"],
    mend="eventbridge_entry_size.py",
    stock="The older limit of 256 KB, on the detail of each entry alone; entries before the large"
    " one are sent.",
)
def test_entries_of_less_than_one_megabyte_together_are_taken_and_more_refused(cloud):
    bus, queue = Bus(cloud), cloud.queue()
    bus.rule(queue.arn, InputPath="$.detail.n")
    assert bus.put({"n": 1, "text": "x" * (MEBIBYTE - 100)})["FailedEntryCount"] == 0
    assert bodies(queue.receive(1)) == [1]
    half = {"n": 2, "text": "x" * (MEBIBYTE // 2)}
    with pytest.raises(ClientError) as refused:
        bus.put(half, half)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    bus.put({"n": 3})
    assert bodies(queue.receive(1)) == [3], "an entry of the refused call was sent"


@behavior(
    service=SERVICE,
    aws="A replay sends the archived events of a time range to their bus again, with `replay-name`"
    " added.",
    source=f"{GUIDE}eb-replay-archived-event.html",
    labs=["choreography", "eventbridge-vs-sns"],
    mend="replay.py",
    stock="Every replay ends in an internal error.",
)
def test_archived_events_are_replayed(cloud):
    bus, queue = Bus(cloud), cloud.queue()
    archive = Archive(bus)
    bus.rule(queue.arn)
    bus.put({"n": 1})
    (first,) = bodies(queue.receive(1))
    archive.wait_for(1)
    archive.replay("again")
    (again,) = bodies(queue.receive(1))
    assert again["replay-name"] == "again"
    assert again["detail"] == first["detail"]


@behavior(
    service=SERVICE,
    aws="Only events whose time lies between EventStartTime and EventEndTime are replayed.",
    source=f"{REFERENCE}API_StartReplay.html",
    labs=["choreography", "eventbridge-vs-sns"],
    mend="replay.py",
    stock="Every replay ends in an internal error; its range would be cut to whole minutes.",
)
def test_a_replay_takes_only_the_events_of_its_time_range(cloud):
    bus, queue = Bus(cloud), cloud.queue()
    archive = Archive(bus)
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for seconds in (0, 20, 40):
        bus.put({"second": seconds}, Time=noon + timedelta(seconds=seconds))
    archive.wait_for(3)
    bus.rule(queue.arn)
    archive.replay("part", noon + timedelta(seconds=10), noon + timedelta(seconds=30))
    assert [event["detail"] for event in bodies(queue.receive(1))] == [{"second": 20}]
    bus.put({"second": "now"})
    assert [event["detail"] for event in bodies(queue.receive(1))] == [{"second": "now"}]


@behavior(
    service=SERVICE,
    aws="A replay with FilterArns reaches those rules alone.",
    source=f"{REFERENCE}API_ReplayDestination.html",
    labs=["choreography", "eventbridge-vs-sns"],
    mend="replay.py",
    stock="FilterArns is stored and not looked at: all rules get the events again.",
)
def test_a_replay_reaches_only_the_rules_that_it_names(cloud):
    bus, chosen, other = Bus(cloud), cloud.queue(), cloud.queue()
    archive = Archive(bus)
    bus.rule(other.arn)
    rule = bus.rule(chosen.arn)
    bus.put({"n": 1})
    chosen.receive(1), other.receive(1)
    archive.wait_for(1)
    archive.replay("again", FilterArns=[rule])
    assert [event["replay-name"] for event in bodies(chosen.receive(1))] == ["again"]
    assert other.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="A replay with a time range and FilterArns takes the events of that range to those rules"
    " alone.",
    source=f"{REFERENCE}API_StartReplay.html",
    labs=["eventbridge-vs-sns"],
    mend="replay.py",
    stock="Every replay ends in an internal error, and FilterArns is not looked at.",
)
def test_a_replay_takes_a_time_range_to_the_rules_that_it_names(cloud):
    bus, chosen, other = Bus(cloud), cloud.queue(), cloud.queue()
    archive = Archive(bus)
    bus.rule(other.arn)
    rule = bus.rule(chosen.arn)
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for minute in range(4):
        bus.put({"minute": minute}, Time=noon + timedelta(minutes=minute))
    chosen.receive(4), other.receive(4)
    archive.wait_for(4)
    start, end = noon + timedelta(seconds=30), noon + timedelta(minutes=2, seconds=30)
    archive.replay("part", start, end, FilterArns=[rule])
    again = [event["detail"]["minute"] for event in bodies(chosen.receive(2))]
    assert sorted(again) == [1, 2]
    assert chosen.counts() == other.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="An archive with a pattern keeps the events that match it; replayed events are not archived"
    " again.",
    source=f"{GUIDE}eb-archive-event.html",
    labs=["choreography", "eventbridge-vs-sns"],
    mend="replay.py",
    stock="Every replay ends in an internal error.",
)
def test_an_archive_keeps_what_its_pattern_matches_and_no_replay(cloud):
    bus, queue = Bus(cloud), cloud.queue()
    archive = Archive(bus, {"detail": {"total": [{"numeric": [">", 100]}]}})
    bus.rule(queue.arn)
    bus.put({"total": 1}, {"total": 101})
    queue.receive(2)
    archive.wait_for(1)
    for name in ("first", "second"):
        archive.replay(name)
        (event,) = bodies(queue.receive(1))
        assert (event["replay-name"], event["detail"]) == (name, {"total": 101})
    assert queue.counts() == {"visible": 0, "in_flight": 0}


class Archive:
    """An archive of a bus."""

    def __init__(self, bus: Bus, pattern: dict | None = None):
        self.bus = bus
        self.name = "archive"
        more = {"EventPattern": json.dumps(pattern)} if pattern else {}
        self.arn = bus.client.create_archive(ArchiveName=self.name, EventSourceArn=bus.arn, **more)[
            "ArchiveArn"
        ]

    def wait_for(self, count: int) -> None:
        """Wait until it holds so many events."""

        def holds():
            return self.bus.client.describe_archive(ArchiveName=self.name)["EventCount"] >= count

        wait_until(holds)

    def replay(
        self, name: str, start: datetime | None = None, end: datetime | None = None, **destination
    ) -> None:
        """Replay a time range, by default everything of late."""
        now = datetime.now(UTC)
        self.bus.client.start_replay(
            ReplayName=name,
            EventSourceArn=self.arn,
            EventStartTime=start or now - timedelta(minutes=5),
            EventEndTime=end or now + timedelta(minutes=1),
            Destination={"Arn": self.bus.arn, **destination},
        )
