"""SQS itself: visibility, redrive, delay, limits, and FIFO queues."""

import json
import threading
import time

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until

GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"


def take(queue, count=1, wait=5, **arguments) -> list[dict]:
    """Receive without deleting."""
    answer = queue.cloud.client("sqs").receive_message(
        QueueUrl=queue.url,
        MaxNumberOfMessages=count,
        WaitTimeSeconds=wait,
        MessageSystemAttributeNames=["All"],
        **arguments,
    )
    return answer.get("Messages", [])


def redrive_to(dead, times: int) -> str:
    return json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": times})


@behavior(
    service="SQS",
    aws="A received message is hidden for the timeout that the queue has at that moment, and comes"
    " back when it is over.",
    source=GUIDE + "sqs-visibility-timeout.html",
    labs=["vtf", "missing-idempotency"],
    mend="sqs_visibility_window.py",
    stock="A long poll hides its message for the timeout that the queue had when the poll began.",
)
def test_a_message_is_hidden_for_the_timeout_of_the_moment_of_the_receive(cloud):
    queue = cloud.queue(VisibilityTimeout=60)
    found = []
    poll = threading.Thread(target=lambda: found.extend(take(queue, wait=20)))
    poll.start()
    time.sleep(1)  # the poll is under way: nothing can be seen of it from outside
    queue.set(VisibilityTimeout=1)
    queue.send("order")
    poll.join()
    assert found[0]["Body"] == "order"
    assert take(queue, wait=10), "still hidden"


@behavior(
    service="SQS",
    aws="A message that is not deleted is received again after its visibility timeout, with a"
    " higher receive count.",
    source=GUIDE + "sqs-visibility-timeout.html",
    labs=["vtf", "missing-idempotency", "zero-operations"],
)
def test_a_message_that_is_not_deleted_comes_back(cloud):
    queue = cloud.queue(VisibilityTimeout=1)
    queue.send("order")
    counts = [take(queue)[0]["Attributes"]["ApproximateReceiveCount"] for _ in range(2)]
    assert counts == ["1", "2"]


@behavior(
    service="SQS",
    aws="ChangeMessageVisibility hides a message for longer, and 0 gives it back at once.",
    source=GUIDE + "sqs-visibility-timeout.html",
    labs=["vtf", "fifo-always-better", "missing-idempotency"],
)
def test_the_visibility_of_one_message_can_be_changed(cloud):
    sqs, queue = cloud.client("sqs"), cloud.queue(VisibilityTimeout=1)
    queue.send("order")

    def hide_for(message, seconds):
        sqs.change_message_visibility(
            QueueUrl=queue.url,
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=seconds,
        )

    (message,) = take(queue)
    hide_for(message, 60)
    assert not take(queue, wait=2)
    hide_for(message, 0)
    assert take(queue)


@behavior(
    service="SQS",
    aws="A message that was received maxReceiveCount times goes to the dead-letter queue, and keeps"
    " its id.",
    source=GUIDE + "sqs-dead-letter-queues.html",
    labs=["zero-operations", "queue-based-load-leveling", "fifo-always-better", "kinesis-vs-sqs"],
)
def test_a_message_goes_to_the_dead_letter_queue_after_its_receives(cloud):
    dead = cloud.queue()
    queue = cloud.queue(VisibilityTimeout=1, RedrivePolicy=redrive_to(dead, 2))
    queue.send("poison")
    received = [take(queue)[0]["MessageId"] for _ in range(2)]
    assert not take(queue, wait=3)
    assert [dead.receive(1)[0]["MessageId"]] * 2 == received


@behavior(
    service="SQS",
    aws="Without a dead-letter queue a message that is never deleted is received again and again.",
    source=GUIDE + "sqs-dead-letter-queues.html",
    labs=["zero-operations"],
)
def test_without_a_dead_letter_queue_a_message_goes_round_and_round(cloud):
    queue = cloud.queue(VisibilityTimeout=1)
    queue.send("poison")
    counts = [take(queue)[0]["Attributes"]["ApproximateReceiveCount"] for _ in range(4)]
    assert counts == ["1", "2", "3", "4"]


@behavior(
    service="SQS",
    aws="StartMessageMoveTask sends the messages of a dead-letter queue back to where they came"
    " from.",
    source=GUIDE + "sqs-configure-dead-letter-queue-redrive.html",
    labs=["zero-operations"],
)
def test_dead_letters_are_moved_back(cloud):
    dead = cloud.queue()
    queue = cloud.queue(VisibilityTimeout=1, RedrivePolicy=redrive_to(dead, 1))
    queue.send("1", "2")
    wait_until(lambda: take(queue, 10, wait=1) is not None and dead.counts()["visible"] == 2)
    cloud.client("sqs").start_message_move_task(SourceArn=dead.arn)
    assert sorted(message["Body"] for message in queue.receive(2)) == ["1", "2"]
    assert dead.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service="SQS",
    aws="A long poll returns as soon as a message is there, and empty after its waiting time.",
    source=GUIDE + "sqs-short-and-long-polling.html",
    labs=["queue-based-load-leveling"],
)
def test_a_long_poll_returns_when_a_message_comes(cloud):
    queue = cloud.queue()
    began = time.monotonic()
    assert not take(queue, wait=1)
    assert time.monotonic() - began >= 1
    timer = threading.Timer(0.5, queue.send, ["order"])
    timer.start()
    began = time.monotonic()
    assert take(queue, wait=20)
    assert time.monotonic() - began < 15


@behavior(
    service="SQS",
    aws="A message with a delay is not received before the delay is over.",
    source=GUIDE + "sqs-delay-queues.html",
    labs=["orchestration", "queue-based-load-leveling"],
)
def test_a_delayed_message_comes_later(cloud):
    queue = cloud.queue()
    sent = time.monotonic()
    queue.send("order", DelaySeconds=2)
    assert not take(queue, wait=0)
    assert take(queue, wait=10)
    assert time.monotonic() - sent >= 2


@behavior(
    service="SQS",
    aws="A queue counts the messages that can be received and those in flight.",
    source=GUIDE + "sqs-monitoring-using-cloudwatch.html",
    labs=[
        "queue-based-load-leveling",
        "zero-operations",
        "fifo-always-better",
        "instant-unlimited-scaling",
        "dlq-vs-destinations",
        "missing-idempotency",
        "kinesis-vs-sqs",
        "eventbridge-vs-sns",
    ],
)
def test_a_queue_counts_what_waits_and_what_is_in_flight(cloud):
    queue = cloud.queue(VisibilityTimeout=60)
    queue.send("1", "2", "3")
    assert queue.counts() == {"visible": 3, "in_flight": 0}
    (message,) = take(queue)
    assert queue.counts() == {"visible": 2, "in_flight": 1}
    cloud.client("sqs").delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    assert queue.counts() == {"visible": 2, "in_flight": 0}


@behavior(
    service="SQS",
    aws="A message may have 1 MiB; a longer one is refused.",
    source=GUIDE + "quotas-messages.html",
    labs=["queue-based-load-leveling"],
)
def test_a_message_over_the_size_limit_is_refused(cloud):
    queue = cloud.queue()
    queue.send("x" * 1_048_576)
    with pytest.raises(ClientError, match="1048576 bytes") as refused:
        queue.send("x" * 1_048_577)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"


@behavior(
    service="SQS",
    aws="A message that nobody deletes is gone when the retention period is over, which is a minute"
    " at least.",
    source=GUIDE + "sqs-basic-architecture.html",
    labs=["zero-operations"],
)
def test_a_message_is_gone_after_the_retention_period(cloud):
    queue = cloud.queue(MessageRetentionPeriod=60, VisibilityTimeout=0)
    sent = time.time()
    queue.send("poison")
    wait_until(lambda: not queue.counts()["visible"], 90)
    assert time.time() - sent > 59


@behavior(
    service="SQS",
    aws="A FIFO queue takes a message with the same deduplication id, or with content-based"
    " deduplication the same body, only once within five minutes.",
    source=GUIDE + "FIFO-queues-exactly-once-processing.html",
    labs=["fifo-always-better", "missing-idempotency"],
)
def test_a_fifo_queue_takes_a_duplicate_only_once(cloud):
    by_id, by_content = (
        cloud.queue(fifo=True),
        cloud.queue(fifo=True, ContentBasedDeduplication="true"),
    )
    for body in ("first", "second"):
        by_id.send(body, MessageGroupId="a", MessageDeduplicationId="1")
    by_id.send("third", MessageGroupId="a", MessageDeduplicationId="2")
    assert [message["Body"] for message in by_id.receive(2)] == ["first", "third"]
    for _ in range(2):  # a second order of the same content, and meant
        by_content.send("one coffee", MessageGroupId="a")
    by_content.send("end", MessageGroupId="a")
    assert [m["Body"] for m in by_content.receive(2)] == ["one coffee", "end"]


@behavior(
    service="SQS",
    aws="In a FIFO queue a message in flight blocks the later messages of its group, and no other"
    " group.",
    source=GUIDE + "FIFO-queues-understanding-logic.html",
    labs=["fifo-always-better", "missing-idempotency"],
)
def test_a_message_in_flight_blocks_its_group_alone(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=60)
    for body in ("a1", "a2", "b1"):
        queue.send(body, MessageGroupId=body[0])
    assert [take(queue)[0]["Body"] for _ in range(2)] == ["a1", "b1"]
    assert not take(queue, wait=1)


@behavior(
    service="SQS",
    aws="A message of a FIFO queue is visible again when its own timeout is over, whatever messages"
    " of other groups are still in flight.",
    source=GUIDE + "FIFO-queues-understanding-logic.html",
    labs=["fifo-always-better", "missing-idempotency"],
    mend="fifo_groups.py",
    stock="It waits for every message that was received before it, in whatever group.",
)
def test_a_hidden_message_delays_no_other_group(cloud):
    queue = cloud.queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout=60)
    queue.send("a", MessageGroupId="a")
    queue.send("b", MessageGroupId="b")
    assert take(queue)[0]["Body"] == "a"
    assert take(queue, VisibilityTimeout=1)[0]["Body"] == "b"
    assert [message["Body"] for message in take(queue, wait=5)] == ["b"]


@behavior(
    service="SQS",
    aws="A deduplication id is remembered for five minutes even where the message was received and"
    " deleted meanwhile: a later one with that id is accepted and never delivered.",
    source=GUIDE + "using-messagededuplicationid-property.html",
    labs=["fifo-always-better"],
)
def test_a_duplicate_of_a_deleted_message_is_accepted_and_never_delivered(cloud):
    queue = cloud.queue(fifo=True)
    queue.send("first", MessageGroupId="a", MessageDeduplicationId="1")
    assert queue.receive(1)[0]["Body"] == "first"
    queue.send("second", MessageGroupId="a", MessageDeduplicationId="1")
    queue.send("third", MessageGroupId="a", MessageDeduplicationId="2")
    assert [message["Body"] for message in queue.receive(1)] == ["third"]
    assert queue.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service="SQS",
    aws="A standard queue takes messages with a MessageGroupId, for fairness between groups. None"
    " of a group waits for another of it.",
    source=GUIDE + "sqs-fair-queues.html",
    labs=["fifo-always-better"],
)
def test_a_message_group_of_a_standard_queue_is_not_blocked(cloud):
    queue = cloud.queue(VisibilityTimeout=60)
    queue.send("1", "2", "3", MessageGroupId="a")
    received = [take(queue)[0] for _ in range(3)]
    assert sorted(message["Body"] for message in received) == ["1", "2", "3"]
    assert {message["Attributes"]["MessageGroupId"] for message in received} == {"a"}
    assert queue.counts() == {"visible": 0, "in_flight": 3}
