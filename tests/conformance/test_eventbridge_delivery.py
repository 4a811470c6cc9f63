"""EventBridge: what becomes of an event whose target cannot take it."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until
from tests.conformance.publishing import Bus, attributes, bodies, endpoint

SERVICE = "EventBridge"
GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
REFERENCE = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/"
MEND = "eventbridge_delivery.py"
SCALE = "Waits are 30 times shorter: a minute lasts two seconds."
FAILS = """
import json
def handler(event, context):
    print(json.dumps({"request": context.aws_request_id}))
    raise RuntimeError("no stock")
"""


@behavior(
    service=SERVICE,
    aws="An event for a target that no longer exists is not retried: it goes to the target's"
    " dead-letter queue at once, with the rule, the target and the error as message attributes.",
    source=f"{GUIDE}eb-rule-dlq.html",
    labs=["choreography", "eventbridge-vs-sns", "dlq-vs-destinations"],
    mend=MEND,
    stock="DeadLetterConfig is stored and not used: the event is gone.",
)
def test_an_event_for_a_deleted_target_goes_to_the_dead_letter_queue_of_that_target(cloud):
    bus, target, dead = Bus(cloud), cloud.queue(), cloud.queue()
    rule = bus.rule(target.arn, DeadLetterConfig={"Arn": dead.arn})
    cloud.client("sqs").delete_queue(QueueUrl=target.url)
    bus.put({"n": 1})
    (message,) = dead.receive(1)
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    told = attributes(message)
    assert told.pop("ERROR_MESSAGE")
    assert told == {
        "RULE_ARN": rule,
        "TARGET_ARN": target.arn,
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }


@behavior(
    service=SERVICE,
    aws="Without a dead-letter queue an event that cannot be delivered is dropped; the rule's other"
    " targets get theirs.",
    source=f"{GUIDE}eb-rule-retry-policy.html",
    labs=["choreography", "fire-and-forget", "eventbridge-vs-sns"],
)
def test_one_deleted_target_leaves_the_others_alone(cloud):
    bus, gone, stays = Bus(cloud), cloud.queue(), cloud.queue()
    bus.rule(gone.arn)
    bus.rule(stays.arn)
    cloud.client("sqs").delete_queue(QueueUrl=gone.url)
    assert bus.put({"n": 1})["FailedEntryCount"] == 0
    assert [event["detail"] for event in bodies(stays.receive(1))] == [{"n": 1}]


@behavior(
    service=SERVICE,
    aws="A delivery that fails for a while is retried with growing waits, by default 185 times"
    " within 24 hours, and arrives once the target is well again.",
    source=f"{GUIDE}eb-rule-retry-policy.html",
    labs=["eventbridge-vs-sns", "fire-and-forget"],
    mend=MEND,
    stock="One attempt; what an HTTP target answers is not looked at.",
    scaled=SCALE,
)
def test_an_event_arrives_once_its_target_is_well_again(cloud):
    bus = Bus(cloud)
    with endpoint(503, 429, 200) as shop:
        bus.rule(**bus.http_target(shop.url))
        bus.put({"n": 1})
        wait_until(lambda: len(shop.requests) == 3)
    assert {json.loads(sent["body"])["detail"]["n"] for sent in shop.requests} == {1}


@behavior(
    service=SERVICE,
    aws="After MaximumRetryAttempts retries an event goes to the dead-letter queue, which is told"
    " the condition and the number of retries.",
    source=f"{GUIDE}eb-rule-dlq.html",
    labs=["eventbridge-vs-sns", "dlq-vs-destinations"],
    mend=MEND,
    stock="RetryPolicy and DeadLetterConfig are stored and not used: one attempt, and it is gone.",
    scaled=SCALE,
)
def test_retries_end_at_the_maximum_number_of_attempts(cloud):
    bus, dead = Bus(cloud), cloud.queue()
    with endpoint(503) as shop:
        bus.rule(
            **bus.http_target(shop.url),
            RetryPolicy={"MaximumRetryAttempts": 2},
            DeadLetterConfig={"Arn": dead.arn},
        )
        bus.put({"n": 1})
        (message,) = dead.receive(1)
        assert len(shop.requests) == 3
    told = attributes(message)
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert told["RETRY_ATTEMPTS"] == "2"
    assert told["ERROR_CODE"] == "ERROR_FROM_TARGET"


@behavior(
    service=SERVICE,
    aws="After MaximumEventAgeInSeconds an event is not retried any more and goes to the"
    " dead-letter queue.",
    source=f"{GUIDE}eb-rule-dlq.html",
    labs=["eventbridge-vs-sns"],
    mend=MEND,
    stock="RetryPolicy and DeadLetterConfig are stored and not used: one attempt, and it is gone.",
    scaled=SCALE,
)
def test_retries_end_at_the_maximum_age_of_the_event(cloud):
    bus, dead = Bus(cloud), cloud.queue()
    with endpoint(503) as shop:
        bus.rule(
            **bus.http_target(shop.url),
            RetryPolicy={"MaximumEventAgeInSeconds": 60},
            DeadLetterConfig={"Arn": dead.arn},
        )
        bus.put({"n": 1})
        (message,) = dead.receive(1)
        attempts = len(shop.requests)
    told = attributes(message)
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert int(told["RETRY_ATTEMPTS"]) == attempts - 1 > 0


@behavior(
    service=SERVICE,
    aws="PutTargets refuses a RetryPolicy with more than 185 retries or an age that is not between"
    " one minute and 24 hours.",
    source=f"{REFERENCE}API_RetryPolicy.html",
    labs=["eventbridge-vs-sns"],
    mend=MEND,
    stock="Any numbers are accepted.",
)
def test_a_retry_policy_out_of_range_is_refused(cloud):
    bus, queue = Bus(cloud), cloud.queue()
    bus.rule(queue.arn, RetryPolicy={"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 60})
    for wrong in ({"MaximumRetryAttempts": 186}, {"MaximumEventAgeInSeconds": 86401}):
        with pytest.raises(ClientError) as refused:
            bus.rule(queue.arn, RetryPolicy=wrong)
        assert refused.value.response["Error"]["Code"] == "ValidationException"


@behavior(
    service=SERVICE,
    aws="An event is delivered once Lambda has queued it. What the function then does is Lambda's"
    " business: three attempts, then the function's on-failure destination, and nothing in the"
    " target's dead-letter queue.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
    labs=["choreography", "dlq-vs-destinations", "asynchronous-event-driven"],
    scaled="Lambda waits 2 and 4 seconds before its retries, not one and two minutes.",
)
def test_a_failing_function_is_retried_by_lambda_and_not_by_eventbridge(cloud):
    bus, dead, failed = Bus(cloud), cloud.queue(), cloud.queue()
    function = cloud.function(FAILS)
    function.client.put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig={"OnFailure": {"Destination": failed.arn}}
    )
    bus.rule(function.arn, DeadLetterConfig={"Arn": dead.arn})
    bus.put({"n": 1})
    (record,) = bodies(failed.receive(1, 30))
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"]["detail"] == {"n": 1}
    requests = [printed["request"] for printed in function.wait_for_records(3)]
    assert len(requests) == 3 and len(set(requests)) == 1
    assert dead.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="EventBridge may send to a queue only where the queue's policy allows it, or the event goes"
    " to the dead-letter queue with NO_PERMISSIONS. It is the same with a function's policy.",
    source=f"{GUIDE}eb-use-resource-based.html",
    labs=["choreography", "eventbridge-vs-sns", "cross-account-events", "dlq-vs-destinations"],
    differs="Policies of queues and functions are not looked at: the event arrives.",
)
def test_a_queue_without_a_policy_for_eventbridge_gets_nothing(cloud):
    bus, closed, dead = Bus(cloud), cloud.queue(), cloud.queue()
    bus.rule(closed.arn, DeadLetterConfig={"Arn": dead.arn})
    bus.put({"n": 1})
    wait_until(lambda: closed.counts()["visible"] or dead.counts()["visible"])
    assert closed.counts()["visible"] == 0
    assert attributes(dead.receive(1)[0])["ERROR_CODE"] == "NO_PERMISSIONS"
