"""SQS event source mappings: what becomes of a message whose invocation fails, and who shares."""

import json
import time

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until
from tests.conformance.held import SECONDS, HeldFunction

SERVICE = "SQS event source mappings"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
CHANGE = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"
    "API_ChangeMessageVisibility.html"
)
# Tells each delivery: which one it is, and the seconds since the message was first received.
# Poison is given back for %d seconds, then fails.
GIVES_BACK = """
import json, os, time
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    (record,) = event["Records"]
    known = record["attributes"]
    since = time.time() - int(known["ApproximateFirstReceiveTimestamp"]) / 1000
    print(json.dumps({
        "body": record["body"], "received": int(known["ApproximateReceiveCount"]), "since": since
    }))
    if "poison" in record["body"]:
        sqs.change_message_visibility(
            QueueUrl=os.environ["QUEUE"], ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=%d,
        )
        raise ValueError("poison")
"""
# Tells each delivery to a queue, because its process ends at the first.
ENDS_AT_FIRST = """
import json, os, time
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    (record,) = event["Records"]
    known = record["attributes"]
    since = time.time() - int(known["ApproximateFirstReceiveTimestamp"]) / 1000
    told = {"received": int(known["ApproximateReceiveCount"]), "since": since}
    sqs.send_message(QueueUrl=os.environ["TOLD"], MessageBody=json.dumps(told))
    if told["received"] == 1:
        if "back after" in record["body"]:
            sqs.change_message_visibility(
                QueueUrl=os.environ["QUEUE"], ReceiptHandle=record["receiptHandle"],
                VisibilityTimeout=int(record["body"].split()[-1]),
            )
        os._exit(1)
"""
REPORTS_POISON = """
import json
def handler(event, context):
    records = event["Records"]
    print(json.dumps({"bodies": [record["body"] for record in records]}))
    failed = [record["messageId"] for record in records if "poison" in record["body"]]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
"""


def read_giving_back(cloud, queue, seconds: int):
    """A function that reads the queue a message at a time and gives poison back."""
    function = cloud.function(GIVES_BACK % seconds, Environment={"Variables": {"QUEUE": queue.url}})
    function.map(queue.arn, BatchSize=1)
    return function


@behavior(
    service=SERVICE,
    aws="ChangeMessageVisibility, called by the function on its own message, decides when the"
    " message comes back if the invocation then fails.",
    source=CHANGE,
    labs=["fifo-always-better", "missing-idempotency"],
)
def test_a_function_decides_when_its_failing_message_comes_back(cloud):
    queue = cloud.queue(VisibilityTimeout=120)
    queue.send("poison")
    function = read_giving_back(cloud, queue, 5)
    first, second = function.wait_for_records(2, 60)[:2]
    assert (first["received"], second["received"]) == (1, 2)
    assert second["since"] > 5


@behavior(
    service=SERVICE,
    aws="ChangeMessageVisibility on a message of a FIFO queue ends the wait of its group, too.",
    source=CHANGE,
    labs=["fifo-always-better", "missing-idempotency"],
)
def test_a_function_decides_when_its_failing_message_of_a_group_comes_back(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=120)
    queue.send("poison", MessageGroupId="a")
    function = read_giving_back(cloud, queue, 5)
    first, second = function.wait_for_records(2, 60)[:2]
    assert (first["received"], second["received"]) == (1, 2)
    assert second["since"] > 5


@behavior(
    service=SERVICE,
    aws="Without a redrive policy a failing message of a FIFO queue holds the later ones of its"
    " group back for as long as it fails.",
    source=SQS + "avoid-backlog-with-the-same-message-group-id.html",
    labs=["fifo-always-better"],
)
def test_without_a_redrive_policy_a_failing_message_holds_its_group_back(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=120)
    for body in ("a poison", "a later", "b 1", "b 2"):
        queue.send(body, MessageGroupId=body[0])
    function = read_giving_back(cloud, queue, 1)

    def failed_five_times():
        bodies = [record["body"] for record in function.records()]
        return bodies.count("a poison") >= 5 and {"b 1", "b 2"} <= set(bodies) and bodies

    assert "a later" not in wait_until(failed_five_times, 60)


@behavior(
    service=SERVICE,
    aws="A function whose process ends leaves its message to the visibility timeout: then it is"
    " delivered again.",
    source=SQS + "sqs-visibility-timeout.html",
    labs=["missing-idempotency"],
)
def test_the_message_of_a_process_that_ended_comes_back_after_its_timeout(cloud):
    queue = cloud.queue(VisibilityTimeout=8)
    assert delivered_again(cloud, queue, "order") > 8


@behavior(
    service=SERVICE,
    aws="ChangeMessageVisibility holds even if the function's process ends right after it.",
    source=CHANGE,
    labs=["missing-idempotency"],
)
def test_a_process_that_ends_may_decide_before_when_its_message_comes_back(cloud):
    queue = cloud.queue(VisibilityTimeout=120)
    assert delivered_again(cloud, queue, "order that comes back after 5") > 5


def delivered_again(cloud, queue, body: str) -> float:
    """The seconds from first receive to second delivery, where the first ended its process."""
    told = cloud.queue()
    variables = {"TOLD": told.url, "QUEUE": queue.url}
    function = cloud.function(ENDS_AT_FIRST, Timeout=8, Environment={"Variables": variables})
    queue.send(body)
    function.map(queue.arn, BatchSize=1)
    deliveries = [json.loads(message["Body"]) for message in told.receive(2, 60)]
    assert [delivery["received"] for delivery in deliveries] == [1, 2]
    wait_until(lambda: queue.counts() == {"visible": 0, "in_flight": 0})
    return deliveries[1]["since"]


@behavior(
    service=SERVICE,
    aws="A message that the function reports as failed goes to the dead-letter queue after"
    " maxReceiveCount receives; the other messages of its batches are deleted.",
    source=LAMBDA + "services-sqs-errorhandling.html",
    labs=["kinesis-vs-sqs", "queue-based-load-leveling"],
)
def test_a_reported_message_goes_to_the_dead_letter_queue(cloud):
    dead = cloud.queue()
    policy = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2}
    queue = cloud.queue(VisibilityTimeout=8, RedrivePolicy=json.dumps(policy))
    function = cloud.function(REPORTS_POISON, Timeout=8)
    queue.send("1", "2 poison", "3")
    function.map(queue.arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    assert [message["Body"] for message in dead.receive(1, 60)] == ["2 poison"]

    def bodies():
        return [body for record in function.records() for body in record["bodies"]]

    wait_until(lambda: bodies().count("2 poison") == 2 and {"1", "3"} <= set(bodies()))
    wait_until(lambda: queue.counts() == {"visible": 0, "in_flight": 0})


@behavior(
    service=SERVICE,
    aws="Two mappings on one queue share its messages: each goes to one of the two functions.",
    source=SQS + "sqs-visibility-timeout.html",
    labs=["kinesis-vs-sqs"],
)
def test_two_functions_on_one_queue_share_its_messages(cloud):
    queue = cloud.queue(VisibilityTimeout=120)
    readers = [HeldFunction(cloud) for _ in range(2)]
    queue.send("1", "2", "3", "4")
    for reader in readers:
        reader.function.map(queue.arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    for reader in readers:
        reader.wait_until_begun(2)
        reader.let_go(2)
    bodies = [
        handled["event"]["Records"][0]["body"]
        for reader in readers
        for handled in reader.function.wait_for_records(2, SECONDS)
    ]
    assert sorted(bodies) == ["1", "2", "3", "4"]
    wait_until(lambda: queue.counts() == {"visible": 0, "in_flight": 0})


@behavior(
    service=SERVICE,
    aws="MaximumConcurrency holds for a FIFO queue as well: of many message groups no more are"
    " handled at once.",
    source=LAMBDA + "services-sqs-scaling.html",
    labs=["fifo-always-better", "missing-idempotency"],
    mend="sqs_mapping_pollers.py",
    stock="One group after the other, whatever the setting.",
)
def test_a_mapping_of_a_fifo_queue_keeps_to_its_maximum_concurrency(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=120)
    held = HeldFunction(cloud)
    for group in "abcd":
        queue.send(group, MessageGroupId=group)
    held.function.map(queue.arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    held.wait_until_begun(2)
    time.sleep(2)  # that no third begins cannot be seen from outside
    assert queue.counts() == {"visible": 2, "in_flight": 2}
    held.let_go(4)
    held.wait_until_done(4)
