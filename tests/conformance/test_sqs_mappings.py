"""SQS event source mappings: pollers, visibility, refusals."""

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior

SERVICE = "SQS event source mappings"
BEGINS_AND_SLEEPS = """
import json, time
def handler(event, context):
    for record in event["Records"]:
        received = int(record["attributes"]["ApproximateReceiveCount"])
        print(json.dumps({"at": time.time(), "body": record["body"], "received": received}))
    time.sleep(%s)
"""


@behavior(
    service=SERVICE,
    aws="Lambda reads a standard queue with five batches side by side from the start.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    labs=["vtf", "queue-based-load-leveling"],
    mend="sqs_mapping_pollers.py",
    stock="One poller that waits until the function has returned.",
)
def test_batches_of_a_standard_queue_run_side_by_side(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(BEGINS_AND_SLEEPS % 1)
    queue.send("1", "2", "3", "4")
    function.map(queue.arn, BatchSize=1)
    starts = [record["at"] for record in function.wait_for_records(4)]
    assert max(starts) - min(starts) < 0.9, "one waited for another"


@behavior(
    service=SERVICE,
    aws="Creating or updating a mapping is refused while the queue's visibility timeout is shorter"
    " than the function's timeout.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    labs=["vtf"],
    mend="sqs_mapping_visibility.py",
    stock="Any pair is accepted.",
)
def test_a_mapping_with_too_short_a_visibility_timeout_is_refused(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function("def handler(event, context): pass\n", Timeout=60)
    words = "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"
    with pytest.raises(ClientError, match=words) as refused:
        function.map(queue.arn)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    queue.set(VisibilityTimeout=60)
    mapping = function.map(queue.arn)
    queue.set(VisibilityTimeout=30)  # not looked at
    with pytest.raises(ClientError, match=words):
        function.client.update_event_source_mapping(UUID=mapping, BatchSize=1)


@behavior(
    service=SERVICE,
    aws="A message whose visibility timeout ends while its function still runs is delivered again.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "sqs-visibility-timeout.html",
    labs=["vtf"],
    mend="sqs_mapping_pollers.py",
    stock="A slow handler never meets the second delivery: nobody polls while it runs.",
)
def test_a_handler_slower_than_the_visibility_timeout_gets_its_message_again(cloud):
    queue = cloud.queue(VisibilityTimeout=1)
    function = cloud.function(BEGINS_AND_SLEEPS % 2, Timeout=1)
    function.map(queue.arn, BatchSize=1)
    function.configure(Timeout=5)  # nobody compares the two any more
    queue.send("order")
    received = [record["received"] for record in function.wait_for_records(2)]
    assert received[:2] == [1, 2]
