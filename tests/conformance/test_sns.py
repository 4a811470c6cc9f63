"""SNS: what a topic delivers to queues and functions, what filters keep back, what fails."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until
from tests.conformance.publishing import Topic, attributes, bodies, redrive

SERVICE = "SNS"
GUIDE = "https://docs.aws.amazon.com/sns/latest/dg/"
NOTHING = {"visible": 0, "in_flight": 0}
FAILS = """
import json
def handler(event, context):
    print(json.dumps({"request": context.aws_request_id}))
    raise RuntimeError("no stock")
"""


@behavior(
    service=SERVICE,
    aws="Every subscribed queue gets its own copy, in an envelope of JSON; with raw delivery it"
    " gets the message as it was published, with its attributes as attributes of the SQS message.",
    source=f"{GUIDE}sns-large-payload-raw-message-delivery.html",
    labs=["fan-out", "fire-and-forget", "eventbridge-vs-sns"],
)
def test_each_queue_gets_its_copy_in_an_envelope_or_raw(cloud):
    topic, wrapped, raw = Topic(cloud), cloud.queue(), cloud.queue()
    topic.subscribe(wrapped.arn)
    topic.subscribe(raw.arn, RawMessageDelivery="true")
    sent = topic.publish({"order": 1}, kind="order")
    (envelope,) = bodies(wrapped.receive(1))
    assert (envelope["Type"], envelope["MessageId"]) == ("Notification", sent)
    assert (envelope["TopicArn"], json.loads(envelope["Message"])) == (topic.arn, {"order": 1})
    assert envelope["MessageAttributes"] == {"kind": {"Type": "String", "Value": "order"}}
    (message,) = raw.receive(1)
    assert json.loads(message["Body"]) == {"order": 1}
    assert attributes(message) == {"kind": "order"}


@behavior(
    service=SERVICE,
    aws="A message for a queue that is gone is not retried: it goes to the subscription's"
    " dead-letter queue at once. The other subscribers get theirs.",
    source=f"{GUIDE}sns-dead-letter-queues.html",
    labs=["fan-out", "fire-and-forget", "dlq-vs-destinations"],
)
def test_the_copy_of_a_deleted_queue_goes_to_the_dead_letter_queue_of_the_subscription(cloud):
    topic, gone, stays, dead = Topic(cloud), cloud.queue(), cloud.queue(), cloud.queue()
    topic.subscribe(gone.arn, RedrivePolicy=redrive(dead))
    topic.subscribe(stays.arn)
    cloud.client("sqs").delete_queue(QueueUrl=gone.url)
    sent = topic.publish("order")
    assert [message["MessageId"] for message in bodies(stays.receive(1))] == [sent]
    assert [message["MessageId"] for message in bodies(dead.receive(1))] == [sent]


@behavior(
    service=SERVICE,
    aws="Without a dead-letter queue the copy of a subscriber that is gone is lost, and the"
    " publisher is not told.",
    source=f"{GUIDE}sns-dead-letter-queues.html",
    labs=["fan-out", "fire-and-forget"],
)
def test_the_copy_of_a_deleted_function_is_lost_and_nobody_is_told(cloud):
    topic, stays = Topic(cloud), cloud.queue()
    function = cloud.function("def handler(event, context): pass\n")
    topic.subscribe(function.arn, "lambda")
    topic.subscribe(stays.arn)
    function.client.delete_function(FunctionName=function.name)
    sent = topic.publish("order")
    assert sent
    assert [message["MessageId"] for message in bodies(stays.receive(1))] == [sent]


@behavior(
    service=SERVICE,
    aws="A message is delivered once Lambda has queued it. A function that fails is run three times"
    " by Lambda, then the event goes to the function's on-failure destination; the subscription's"
    " dead-letter queue gets nothing.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html",
    labs=["fan-out", "fire-and-forget", "dlq-vs-destinations", "asynchronous-event-driven"],
    scaled="Lambda waits 2 and 4 seconds before its retries, not one and two minutes.",
)
def test_a_failing_subscribed_function_is_run_three_times_by_lambda(cloud):
    topic, dead, failed = Topic(cloud), cloud.queue(), cloud.queue()
    function = cloud.function(FAILS)
    function.client.put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig={"OnFailure": {"Destination": failed.arn}}
    )
    topic.subscribe(function.arn, "lambda", RedrivePolicy=redrive(dead))
    topic.publish("order")
    (record,) = bodies(failed.receive(1, 30))
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"]["Records"][0]["Sns"]["Message"] == "order"
    requests = [printed["request"] for printed in function.wait_for_records(3)]
    assert len(requests) == 3 and len(set(requests)) == 1
    assert dead.counts() == NOTHING


@behavior(
    service=SERVICE,
    aws="A filter policy compares message attributes: exact values, prefix, suffix, anything-but,"
    " numeric range, exists. All its keys must match; a message without the attribute does not.",
    source=f"{GUIDE}sns-subscription-filter-policies.html",
    labs=["fan-out", "eventbridge-vs-sns"],
)
def test_a_filter_policy_on_attributes_keeps_back_what_does_not_match(cloud):
    topic = Topic(cloud)
    policies = [
        {"kind": ["order", "refund"]},
        {"kind": [{"prefix": "ord"}], "total": [{"numeric": [">=", 100]}]},
        {"kind": [{"anything-but": ["order"]}]},
        {"total": [{"exists": False}]},
        {"kind": [{"suffix": "fund"}]},
    ]
    queues = [cloud.queue() for _ in policies]
    everything = cloud.queue()
    for queue, policy in zip(queues, policies, strict=True):
        topic.subscribe(queue.arn, FilterPolicy=policy, RawMessageDelivery="true")
    topic.subscribe(everything.arn)
    topic.publish("small", kind="order", total=1)
    topic.publish("large", kind="order", total=100)
    topic.publish("back", kind="refund")
    everything.receive(3)
    expected = [["back", "large", "small"], ["large"], ["back"], ["back"], ["back"]]
    for queue, texts in zip(queues, expected, strict=True):
        messages = queue.receive(len(texts))
        assert sorted(message["Body"] for message in messages) == texts
        assert queue.counts() == NOTHING


@behavior(
    service=SERVICE,
    aws="`exists: false` on message attributes matches only a message that has at least one"
    " attribute: without any, nothing is delivered.",
    source=f"{GUIDE}attribute-key-matching.html",
    differs="A message without any attribute matches, too.",
)
def test_a_message_without_attributes_does_not_match_the_absence_of_one(cloud):
    topic, absent, everything = Topic(cloud), cloud.queue(), cloud.queue()
    topic.subscribe(
        absent.arn, FilterPolicy={"total": [{"exists": False}]}, RawMessageDelivery="true"
    )
    topic.subscribe(everything.arn)
    topic.publish("bare")
    topic.publish("with another", kind="order")
    everything.receive(2)
    assert [message["Body"] for message in absent.receive(1)] == ["with another"]
    assert absent.counts() == NOTHING


@behavior(
    service=SERVICE,
    aws="With FilterPolicyScope MessageBody the policy compares fields of a JSON message, nested"
    " ones too; a message that is no JSON does not match.",
    source=f"{GUIDE}sns-message-filtering-scope.html",
    labs=["fan-out", "eventbridge-vs-sns"],
)
def test_a_filter_policy_on_the_body_compares_nested_fields(cloud):
    topic, gold, everything = Topic(cloud), cloud.queue(), cloud.queue()
    topic.subscribe(
        gold.arn,
        FilterPolicyScope="MessageBody",
        FilterPolicy={"customer": {"tier": ["gold"]}, "total": [{"numeric": [">", 100]}]},
        RawMessageDelivery="true",
    )
    topic.subscribe(everything.arn)
    topic.publish({"customer": {"tier": "gold"}, "total": 1})
    topic.publish({"customer": {"tier": "iron"}, "total": 101})
    topic.publish("no JSON")
    topic.publish({"customer": {"tier": "gold"}, "total": 101})
    everything.receive(4)
    assert bodies(gold.receive(1)) == [{"customer": {"tier": "gold"}, "total": 101}]
    assert gold.counts() == NOTHING


@behavior(
    service=SERVICE,
    aws="A policy on the body compares by prefix, suffix, anything-but, numeric range, exists and"
    " CIDR block, with or without letter case; under `$or` one of the alternatives is enough.",
    source=f"{GUIDE}sns-subscription-filter-policies.html",
    labs=["eventbridge-vs-sns"],
)
def test_a_filter_policy_on_the_body_has_the_operators_of_one_on_attributes(cloud):
    topic, everything = Topic(cloud), cloud.queue()
    message = {
        "sku": "book-42.pdf",
        "state": "Paid",
        "address": "10.0.0.17",
        "deep": {"total": 120},
    }
    pairs = [
        ({"sku": [{"prefix": "book-"}]}, {"sku": [{"prefix": "film-"}]}),
        ({"sku": [{"suffix": ".pdf"}]}, {"sku": [{"suffix": ".txt"}]}),
        ({"state": [{"anything-but": ["Refused"]}]}, {"state": [{"anything-but": ["Paid"]}]}),
        (
            {"state": [{"anything-but": {"prefix": "Ref"}}]},
            {"state": [{"anything-but": {"prefix": "Pa"}}]},
        ),
        ({"state": [{"equals-ignore-case": "paid"}]}, {"state": [{"equals-ignore-case": "due"}]}),
        (
            {"deep": {"total": [{"numeric": [">", 100, "<=", 120]}]}},
            {"deep": {"total": [{"numeric": [">", 120]}]}},
        ),
        ({"state": [{"exists": True}]}, {"state": [{"exists": False}]}),
        ({"coupon": [{"exists": False}]}, {"coupon": [{"exists": True}]}),
        ({"address": [{"cidr": "10.0.0.0/24"}]}, {"address": [{"cidr": "10.0.1.0/24"}]}),
        (
            {"$or": [{"state": ["Refused"]}, {"sku": [{"suffix": ".pdf"}]}]},
            {"$or": [{"state": ["Refused"]}, {"sku": [{"suffix": ".txt"}]}]},
        ),
    ]
    queues = []
    for policies in pairs:
        queues.append((cloud.queue(), cloud.queue()))
        for queue, policy in zip(queues[-1], policies, strict=True):
            topic.subscribe(queue.arn, FilterPolicyScope="MessageBody", FilterPolicy=policy)
    topic.subscribe(everything.arn)
    topic.publish(message)
    everything.receive(1)
    for (right, wrong), policies in zip(queues, pairs, strict=True):
        assert len(right.receive(1)) == 1, policies
        assert wrong.counts() == NOTHING, policies


@behavior(
    service=SERVICE,
    aws="Subscribe refuses a policy with an operator that SNS does not have, such as wildcard.",
    source=f"{GUIDE}sns-subscription-filter-policies.html",
    labs=["eventbridge-vs-sns"],
)
def test_a_filter_policy_with_an_unknown_operator_is_refused(cloud):
    topic, queue = Topic(cloud), cloud.queue()
    for scope in ("MessageAttributes", "MessageBody"):
        for wrong in ({"wildcard": "coast-*-borehole"}, {"starts-with": "coast"}):
            with pytest.raises(ClientError) as refused:
                topic.subscribe(
                    queue.arn, FilterPolicyScope=scope, FilterPolicy={"station": [wrong]}
                )
            assert refused.value.response["Error"]["Code"] == "InvalidParameter"


@behavior(
    service=SERVICE,
    aws="Each entry of a PublishBatch is a message of its own: it is compared with the filter"
    " policies and delivered alone.",
    source="https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html",
    labs=["eventbridge-vs-sns"],
)
def test_each_entry_of_a_batch_is_compared_with_the_filter_policy(cloud):
    topic, large, everything = Topic(cloud), cloud.queue(), cloud.queue()
    topic.subscribe(
        large.arn,
        FilterPolicyScope="MessageBody",
        FilterPolicy={"total": [{"numeric": [">=", 5]}]},
        RawMessageDelivery="true",
    )
    topic.subscribe(everything.arn, RawMessageDelivery="true")
    entries = [{"Id": str(total), "Message": json.dumps({"total": total})} for total in range(10)]
    answer = topic.client.publish_batch(TopicArn=topic.arn, PublishBatchRequestEntries=entries)
    assert (len(answer["Successful"]), answer["Failed"]) == (10, [])
    assert sorted(body["total"] for body in bodies(everything.receive(10))) == [*range(10)]
    assert sorted(body["total"] for body in bodies(large.receive(5))) == [*range(5, 10)]
    assert large.counts() == NOTHING


@behavior(
    service=SERVICE,
    aws="A filter policy has five keys and 150 combinations of values at most; Subscribe refuses"
    " more.",
    source=f"{GUIDE}subscription-filter-policy-constraints.html",
    labs=["eventbridge-vs-sns"],
)
def test_a_filter_policy_with_too_many_keys_or_values_is_refused(cloud):
    topic, queue = Topic(cloud), cloud.queue()
    values = [str(number) for number in range(13)]
    for wrong in ({f"key-{n}": ["x"] for n in range(6)}, {"one": values, "two": values[:12]}):
        with pytest.raises(ClientError) as refused:
            topic.subscribe(queue.arn, FilterPolicy=wrong)
        assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    topic.subscribe(queue.arn, FilterPolicy={f"key-{n}": ["x"] for n in range(5)})


@behavior(
    service=SERVICE,
    aws="SNS may send to a queue only where the queue's policy allows it; otherwise the message"
    " goes to the subscription's dead-letter queue. It is the same with a function's policy.",
    source=f"{GUIDE}subscribe-sqs-queue-to-sns-topic.html",
    labs=["fan-out", "fire-and-forget", "cross-account-events", "eventbridge-vs-sns"],
    differs="Policies of queues and functions are not looked at: the message arrives.",
)
def test_a_queue_without_a_policy_for_sns_gets_nothing(cloud):
    topic, closed, dead = Topic(cloud), cloud.queue(), cloud.queue()
    topic.subscribe(closed.arn, RedrivePolicy=redrive(dead))
    topic.publish("order")
    wait_until(lambda: closed.counts()["visible"] or dead.counts()["visible"])
    assert closed.counts()["visible"] == 0
    dead.receive(1)


@behavior(
    service=SERVICE,
    aws="A message of more than 256 KB with its attributes is refused, unless the topic's"
    " MaximumMessageSize was raised.",
    source=f"{GUIDE}large-message-payloads.html",
    labs=["eventbridge-vs-sns"],
)
def test_a_message_above_256_kilobytes_is_refused(cloud):
    topic, queue = Topic(cloud), cloud.queue()
    topic.subscribe(queue.arn, RawMessageDelivery="true")
    topic.publish("x" * 256 * 1024)
    assert len(queue.receive(1)[0]["Body"]) == 256 * 1024
    with pytest.raises(ClientError) as refused:
        topic.publish("x" * (256 * 1024 + 1))
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"


@behavior(
    service=SERVICE,
    aws="A topic keeps nothing: who subscribes later, or was not subscribed for a while, does not"
    " get what was published before.",
    source=f"{GUIDE}welcome.html",
    labs=["eventbridge-vs-sns", "fire-and-forget"],
)
def test_a_later_subscriber_does_not_get_earlier_messages(cloud):
    topic, early, late = Topic(cloud), cloud.queue(), cloud.queue()
    topic.subscribe(early.arn, RawMessageDelivery="true")
    topic.publish("before")
    assert early.receive(1)[0]["Body"] == "before"
    topic.subscribe(late.arn, RawMessageDelivery="true")
    topic.publish("after")
    assert late.receive(1)[0]["Body"] == "after"
    assert late.counts() == NOTHING
