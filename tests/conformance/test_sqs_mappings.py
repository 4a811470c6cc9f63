"""SQS event source mappings: pollers, batches, message groups, visibility, refusals."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until
from tests.conformance.held import HeldFunction

SERVICE = "SQS event source mappings"
BEGINS_AND_SLEEPS = """
import json, time
def handler(event, context):
    for record in event["Records"]:
        received = int(record["attributes"]["ApproximateReceiveCount"])
        print(json.dumps({"at": time.time(), "body": record["body"], "received": received}))
    time.sleep(%s)
"""
SLEEPS_AND_ENDS = """
import json, time
def handler(event, context):
    at = time.time()
    time.sleep(%s)
    for record in event["Records"]:
        print(json.dumps({"at": at, "end": time.time(), "body": record["body"]}))
"""
BATCH = """
import json, time
def handler(event, context):
    received = max(int(r["attributes"]["ApproximateReceiveCount"]) for r in event["Records"])
    bodies = [record["body"] for record in event["Records"]]
    print(json.dumps({"at": time.time(), "bodies": bodies, "received": received}))
"""
FAILS_ON_POISON = """
import json, time
def handler(event, context):
    for record in event["Records"]:
        print(json.dumps({"at": time.time(), "body": record["body"]}))
    if any("poison" in record["body"] for record in event["Records"]):
        raise ValueError("poison")
"""
REPORTS_POISON = """
import json, time
def handler(event, context):
    records = event["Records"]
    print(json.dumps({"at": time.time(), "bodies": [record["body"] for record in records]}))
    failed = [record["messageId"] for record in records if "poison" in record["body"]]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
"""


@behavior(
    service=SERVICE,
    aws="Lambda reads a standard queue with five batches side by side from the start.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    labs=[
        "vtf",
        "queue-based-load-leveling",
        "fifo-always-better",
        "instant-unlimited-scaling",
        "missing-idempotency",
        "kinesis-vs-sqs",
    ],
    mend="sqs_mapping_pollers.py",
    stock="One poller that waits until the function has returned.",
)
def test_batches_of_a_standard_queue_run_side_by_side(cloud):
    queue, held = cloud.queue(VisibilityTimeout=120), HeldFunction(cloud)
    queue.send("1", "2", "3", "4")
    held.function.map(queue.arn, BatchSize=1)
    held.wait_until_begun(4)  # and none of them may end before that
    held.let_go(4)
    held.wait_until_done(4)


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


@behavior(
    service=SERVICE,
    aws="The message groups of a FIFO queue are handled side by side.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    labs=["fifo-always-better", "missing-idempotency"],
    mend="sqs_mapping_pollers.py",
    stock="One group after the other.",
)
def test_message_groups_are_handled_side_by_side(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=30)
    function = cloud.function(SLEEPS_AND_ENDS % 2)
    for group in "abcd":
        queue.send(group, MessageGroupId=group)
    function.map(queue.arn, BatchSize=1)
    assert peak(function.wait_for_records(4)) > 1


@behavior(
    service=SERVICE,
    aws="The messages of one group are handled one after the other, in the order in which they were"
    " sent.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    labs=["fifo-always-better"],
)
def test_the_messages_of_a_group_are_handled_in_order(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=30)
    function = cloud.function(SLEEPS_AND_ENDS % 0.1)
    for number in range(4):
        for group in "ab":
            queue.send(f"{group}{number}", MessageGroupId=group)
    function.map(queue.arn, BatchSize=1)
    records = function.wait_for_records(8)
    for group in "ab":
        own = [record for record in records if record["body"].startswith(group)]
        assert [record["body"] for record in own] == [f"{group}{n}" for n in range(4)]
        assert peak(own) == 1


@behavior(
    service=SERVICE,
    aws="A batch of a FIFO queue may hold messages of several groups.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    labs=["fifo-always-better"],
    mend="sqs_mapping_pollers.py",
    stock="Each group is a batch of its own.",
)
def test_a_batch_may_hold_several_message_groups(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=30)
    function = cloud.function(BATCH)
    for group in "abc":
        queue.send(group, MessageGroupId=group)
    function.map(queue.arn, BatchSize=10)
    (record,) = function.wait_for_records(1)
    assert record["bodies"] == ["a", "b", "c"]


@behavior(
    service=SERVICE,
    aws="A failing message of a FIFO queue holds back the later ones of its group until it has"
    " gone to the dead-letter queue; the other groups go on.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    labs=["fifo-always-better"],
)
def test_a_failing_message_holds_back_its_group_alone(cloud):
    dead = cloud.queue(fifo=True)
    queue = cloud.queue(
        fifo=True,
        ContentBasedDeduplication="true",
        VisibilityTimeout=2,
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2}),
    )
    function = cloud.function(FAILS_ON_POISON, Timeout=2)
    for body in ("a poison", "a later", "b 1", "b 2"):
        queue.send(body, MessageGroupId=body[0])
    function.map(queue.arn, BatchSize=1)
    bodies = [record["body"] for record in function.wait_for_records(5)]
    last_attempt = len(bodies) - bodies[::-1].index("a poison") - 1
    assert bodies.count("a poison") == 2
    assert {"b 1", "b 2"} <= set(bodies[:last_attempt])
    assert bodies.index("a later") > last_attempt
    assert dead.receive(1)[0]["Body"] == "a poison"


@behavior(
    service=SERVICE,
    aws="A mapping runs no more batches at once than its MaximumConcurrency, which is 2 to 1,000;"
    " the others wait in the queue and none is lost.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    labs=[
        "queue-based-load-leveling",
        "instant-unlimited-scaling",
        "fifo-always-better",
        "missing-idempotency",
        "kinesis-vs-sqs",
    ],
    mend="sqs_mapping_pollers.py",
    stock="One batch at a time, whatever the setting.",
)
def test_a_mapping_keeps_to_its_maximum_concurrency(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(SLEEPS_AND_ENDS % 0.7)
    queue.send(*map(str, range(8)))
    function.map(queue.arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    records = function.wait_for_records(8)
    assert sorted(record["body"] for record in records) == list("01234567")
    assert peak(records) == 2


@behavior(
    service=SERVICE,
    aws="MaximumConcurrency above 1,000 is refused.",
    source="https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html",
    labs=["queue-based-load-leveling"],
    differs="Any number is accepted.",
)
def test_a_maximum_concurrency_out_of_range_is_refused(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(BATCH)
    code = None
    try:
        function.map(queue.arn, ScalingConfig={"MaximumConcurrency": 1001})
    except ClientError as refused:
        code = refused.response["Error"]["Code"]
    assert code in ("ValidationException", "InvalidParameterValueException")


@behavior(
    service=SERVICE,
    aws="A batch that is throttled is tried again until its visibility timeout is over.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    labs=["instant-unlimited-scaling", "queue-based-load-leveling"],
    mend="sqs_mapping_pollers.py",
    stock="It is given up at once and waits in the queue for its visibility timeout.",
)
def test_a_throttled_batch_is_tried_again(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(BATCH)
    client = function.client
    client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=0)
    queue.send("order")
    function.map(queue.arn)
    wait_until(lambda: queue.counts()["in_flight"])
    time.sleep(1)  # it has met the throttle by now: nothing can be seen of that from outside
    client.delete_function_concurrency(FunctionName=function.name)
    (record,) = function.wait_for_records(1, 15)
    assert record["received"] == 1


@behavior(
    service=SERVICE,
    aws="With reserved concurrency below the number of pollers, batches are throttled and tried"
    " again; none is lost.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    labs=["instant-unlimited-scaling", "queue-based-load-leveling"],
)
def test_no_message_is_lost_to_reserved_concurrency(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(SLEEPS_AND_ENDS % 0.3)
    function.client.put_function_concurrency(
        FunctionName=function.name, ReservedConcurrentExecutions=1
    )
    queue.send(*map(str, range(6)))
    function.map(queue.arn, BatchSize=1)
    records = function.wait_for_records(6)
    assert peak(records) == 1
    assert sorted(record["body"] for record in records) == list("012345")


@behavior(
    service=SERVICE,
    aws="With ReportBatchItemFailures only the messages that the function reported come back.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    labs=["queue-based-load-leveling", "missing-idempotency", "zero-operations", "kinesis-vs-sqs"],
)
def test_only_reported_messages_come_back(cloud):
    queue = cloud.queue(VisibilityTimeout=2)
    function = cloud.function(REPORTS_POISON, Timeout=2)
    queue.send("1", "2 poison", "3")
    function.map(queue.arn, FunctionResponseTypes=["ReportBatchItemFailures"])

    def bodies():
        return [body for record in function.records() for body in record["bodies"]]

    wait_until(lambda: bodies().count("2 poison") > 1 and {"1", "3"} <= set(bodies()))
    assert (bodies().count("1"), bodies().count("3")) == (1, 1)


@behavior(
    service=SERVICE,
    aws="Without ReportBatchItemFailures the whole batch comes back when the function fails.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    labs=["missing-idempotency", "zero-operations"],
)
def test_a_failed_batch_comes_back_as_a_whole(cloud):
    queue = cloud.queue(VisibilityTimeout=2)
    function = cloud.function(FAILS_ON_POISON, Timeout=2)
    queue.send("1", "2 poison")
    function.map(queue.arn, MaximumBatchingWindowInSeconds=1)

    def comes_back():
        bodies = [record["body"] for record in function.records()]
        return bodies.count("1") > 1 and bodies.count("2 poison") > 1

    wait_until(comes_back)


@behavior(
    service=SERVICE,
    aws="With a batching window Lambda collects messages until the batch is full or the window is"
    " over.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    labs=["queue-based-load-leveling"],
    mend="sqs_mapping_pollers.py",
    stock="A window of up to 20 s collects nothing: what is there at once is the batch.",
)
def test_a_batching_window_collects_messages(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(BATCH)
    function.map(queue.arn, BatchSize=12, MaximumBatchingWindowInSeconds=20)
    queue.send(*map(str, range(12)))
    (record,) = function.wait_for_records(1)
    assert len(record["bodies"]) == 12


@behavior(
    service=SERVICE,
    aws="A batch holds at most 10 messages without a batching window, and at most 10,000 with one;"
    " a larger BatchSize is refused.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    labs=["queue-based-load-leveling"],
)
def test_a_batch_size_over_the_limit_is_refused(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(BATCH)
    words = "Maximum batch window in seconds must be greater than 0"
    with pytest.raises(ClientError, match=words):
        function.map(queue.arn, BatchSize=11)
    with pytest.raises(ClientError) as refused:
        function.map(queue.arn, BatchSize=10_001, MaximumBatchingWindowInSeconds=1)
    assert refused.value.response["Error"]["Code"] in (
        "ValidationException",
        "InvalidParameterValueException",
    )
    function.map(queue.arn, BatchSize=10_000, MaximumBatchingWindowInSeconds=1)


@behavior(
    service=SERVICE,
    aws="A message that no filter matches is deleted from the queue without an invocation.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html",
    labs=["queue-based-load-leveling"],
)
def test_a_message_that_no_filter_matches_is_deleted(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(BATCH)
    pattern = json.dumps({"body": {"kind": ["order"]}})
    function.map(queue.arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    queue.send({"kind": "refund"}, {"kind": "order"})
    wait_until(lambda: queue.counts() == {"visible": 0, "in_flight": 0} and function.records())
    bodies = [json.loads(body) for record in function.records() for body in record["bodies"]]
    assert bodies == [{"kind": "order"}]


@behavior(
    service=SERVICE,
    aws="A mapping that is disabled or deleted takes no more messages from its queue.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    labs=["queue-based-load-leveling", "vtf", "fifo-always-better", "kinesis-vs-sqs"],
)
def test_a_disabled_or_deleted_mapping_leaves_the_queue_alone(cloud):
    queue = cloud.queue(VisibilityTimeout=30)
    function = cloud.function(BATCH)
    mapping = function.map(queue.arn)
    client = function.client
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    wait_until(lambda: client.get_event_source_mapping(UUID=mapping)["State"] == "Disabled")
    queue.send("1")
    client.update_event_source_mapping(UUID=mapping, Enabled=True)
    function.wait_for_records(1)
    client.delete_event_source_mapping(UUID=mapping)

    def is_gone():
        return not client.list_event_source_mappings()["EventSourceMappings"]

    wait_until(is_gone)
    queue.send("2")
    assert queue.receive(1)[0]["Body"] == "2"
    assert [record["bodies"] for record in function.records()] == [["1"]]


def peak(records: list[dict]) -> int:
    """How many invocations ran at once."""
    return max(
        sum(other["at"] <= record["at"] < other["end"] for other in records) for record in records
    )
