"""What reaches a bus or a topic of another account, and what its policy has to say for it."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.publishing import Bus, Topic, attributes, bodies

SERVICE = "Across accounts"
GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
MEND = "resource_policies.py"


def allow(bus: Bus, sender) -> None:
    """Let another account put events on a bus."""
    bus.client.put_permission(
        EventBusName=bus.name,
        Action="events:PutEvents",
        Principal=sender.account,
        StatementId="sender",
    )


@behavior(
    service=SERVICE,
    aws="PutEvents to a bus of another account whose policy does not allow it: the call succeeds,"
    " and the entry's place in the answer holds AccessDeniedException.",
    source="https://docs.aws.amazon.com/eventbridge/latest/APIReference/"
    "API_PutEventsResultEntry.html",
    labs=["cross-account-events"],
    mend=MEND,
    stock="Policies of buses are stored and not looked at: the event arrives.",
)
def test_events_put_on_a_bus_of_another_account_are_refused_without_a_policy(cloud):
    receiver = cloud.other_account()
    bus, queue = Bus(receiver), receiver.queue()
    bus.rule(queue.arn)
    entry = {"Source": "shop", "DetailType": "order", "EventBusName": bus.arn}
    answer = cloud.client("events").put_events(Entries=[entry | {"Detail": '{"n": 1}'}])
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == "AccessDeniedException"
    allow(bus, cloud)
    answer = cloud.client("events").put_events(Entries=[entry | {"Detail": '{"n": 2}'}])
    assert answer["FailedEntryCount"] == 0
    (event,) = bodies(queue.receive(1))
    assert (event["detail"], event["account"]) == ({"n": 2}, cloud.account)


@behavior(
    service=SERVICE,
    aws="A rule whose target is a bus of another account delivers nothing while that bus's policy"
    " does not allow it. Nobody is told, unless the target has a dead-letter queue: it gets the"
    " event with NO_PERMISSIONS.",
    source=f"{GUIDE}eb-cross-account.html",
    labs=["cross-account-events"],
    mend=MEND,
    stock="Policies of buses are stored and not looked at: the event arrives.",
)
def test_a_rule_to_a_bus_of_another_account_delivers_nothing_without_a_policy(cloud):
    receiver = cloud.other_account()
    theirs, queue = Bus(receiver), receiver.queue()
    theirs.rule(queue.arn)
    ours, dead = Bus(cloud), cloud.queue()
    ours.rule(theirs.arn, RoleArn=cloud.role_arn, DeadLetterConfig={"Arn": dead.arn})
    assert ours.put({"n": 1})["FailedEntryCount"] == 0
    (message,) = dead.receive(1)
    assert attributes(message)["ERROR_CODE"] == "NO_PERMISSIONS"
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    assert queue.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="With a policy the event arrives and keeps the sender's account, on which the receiver's"
    " rules can match.",
    source=f"{GUIDE}eb-cross-account.html",
    labs=["cross-account-events"],
)
def test_an_event_from_another_account_keeps_the_account_that_sent_it(cloud):
    receiver = cloud.other_account()
    theirs, matched, everything = Bus(receiver), receiver.queue(), receiver.queue()
    theirs.rule(matched.arn, {"account": [receiver.account]})
    theirs.rule(everything.arn, {"account": [cloud.account]})
    allow(theirs, cloud)
    ours = Bus(cloud)
    ours.rule(theirs.arn, RoleArn=cloud.role_arn)
    ours.put({"n": 1})
    (event,) = bodies(everything.receive(1))
    assert event["account"] == cloud.account
    assert (event["source"], event["detail-type"]) == ("shop", "order")
    assert event["detail"] == {"n": 1}
    assert matched.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="A policy may allow everybody, or single accounts; a statement that denies wins.",
    source=f"{GUIDE}eb-event-bus-perms.html",
    labs=["cross-account-events"],
    mend=MEND,
    stock="Policies of buses are stored and not looked at: the event arrives.",
)
def test_a_bus_policy_for_everybody_still_denies_whom_it_names(cloud):
    receiver, denied = cloud.other_account(), cloud.other_account()
    bus = Bus(receiver)
    everybody = {"Sid": "all", "Effect": "Allow", "Principal": "*", "Resource": bus.arn}
    one = {"AWS": f"arn:aws:iam::{denied.account}:root"}
    statements = [everybody, everybody | {"Sid": "one", "Effect": "Deny", "Principal": one}]
    policy = {
        "Version": "2012-10-17",
        "Statement": [told | {"Action": "events:PutEvents"} for told in statements],
    }
    bus.client.put_permission(EventBusName=bus.name, Policy=json.dumps(policy))
    entry = {"Source": "shop", "DetailType": "order", "Detail": "{}", "EventBusName": bus.arn}
    for sender, failed in ((cloud, 0), (denied, 1)):
        answer = sender.client("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == failed


@behavior(
    service=SERVICE,
    aws="An event that came from another account is not sent on to a third: one hop, and no more.",
    source=f"{GUIDE}eb-cross-account.html",
    labs=["cross-account-events"],
    mend=MEND,
    stock="It is sent on as often as rules say.",
)
def test_an_event_from_another_account_is_not_sent_on_to_a_third(cloud):
    middle, last = cloud.other_account(), cloud.other_account()
    first_bus, middle_bus, last_bus = Bus(cloud), Bus(middle), Bus(last)
    arrived, dead, never = middle.queue(), middle.queue(), last.queue()
    allow(middle_bus, cloud)
    allow(last_bus, middle)
    last_bus.rule(never.arn)
    middle_bus.rule(last_bus.arn, RoleArn=middle.role_arn, DeadLetterConfig={"Arn": dead.arn})
    middle_bus.rule(arrived.arn)
    first_bus.rule(middle_bus.arn, RoleArn=cloud.role_arn)
    first_bus.put({"n": 1})
    arrived.receive(1)
    assert attributes(dead.receive(1)[0])["ERROR_CODE"] == "THIRD_ACCOUNT_HOP_DETECTED"
    assert never.counts() == {"visible": 0, "in_flight": 0}
    middle_bus.put({"n": 2})
    assert [event["detail"] for event in bodies(never.receive(1))] == [{"n": 2}]


@behavior(
    service=SERVICE,
    aws="A topic takes messages and subscriptions from its own account, and from others only where"
    " its policy allows them; otherwise the call is refused.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    labs=["cross-account-events", "eventbridge-vs-sns"],
    mend=MEND,
    stock="Policies of topics are stored and not looked at: any account may publish and subscribe.",
)
def test_a_topic_of_another_account_needs_a_policy_to_publish_or_subscribe(cloud):
    owner = cloud.other_account()
    topic, queue = Topic(owner), cloud.queue()
    sns = cloud.client("sns")
    calls = {
        "Publish": lambda: sns.publish(TopicArn=topic.arn, Message="order"),
        "Subscribe": lambda: sns.subscribe(TopicArn=topic.arn, Protocol="sqs", Endpoint=queue.arn),
    }
    for call in calls.values():
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "AuthorizationError"
    topic.client.add_permission(
        TopicArn=topic.arn, Label="other", AWSAccountId=[cloud.account], ActionName=list(calls)
    )
    calls["Subscribe"]()
    calls["Publish"]()
    assert [message["Message"] for message in bodies(queue.receive(1))] == ["order"]
