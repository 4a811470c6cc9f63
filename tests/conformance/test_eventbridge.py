"""EventBridge: archives and replays."""

import json
from datetime import UTC, datetime, timedelta

from tests.conformance.behavior import behavior


@behavior(
    service="EventBridge",
    aws="A replay sends the archived events of a time range to their bus again, with `replay-name`"
    " added.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html",
    labs=["choreography", "eventbridge-vs-sns"],
    mend="replay.py",
    stock="Every replay ends in an internal error.",
)
def test_archived_events_are_replayed(cloud):
    events = cloud.client("events")
    queue = cloud.queue()
    bus = cloud.arn("events", "event-bus/orders")
    events.create_event_bus(Name="orders")
    archive = events.create_archive(ArchiveName="orders", EventSourceArn=bus)["ArchiveArn"]
    events.put_rule(Name="all", EventBusName="orders", EventPattern='{"source": ["shop"]}')
    target = {"Id": "queue", "Arn": queue.arn}
    events.put_targets(Rule="all", EventBusName="orders", Targets=[target])
    entry = {"Source": "shop", "DetailType": "order", "Detail": '{"n": 1}'}
    events.put_events(Entries=[{**entry, "EventBusName": "orders"}])
    (first,) = (json.loads(message["Body"]) for message in queue.receive(1))
    now = datetime.now(UTC)
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=now - timedelta(minutes=5),
        EventEndTime=now + timedelta(minutes=1),
        Destination={"Arn": bus},
    )
    (again,) = (json.loads(message["Body"]) for message in queue.receive(1))
    assert again["replay-name"] == "again"
    assert again["detail"] == first["detail"]
