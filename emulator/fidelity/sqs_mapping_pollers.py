"""SQS event source mappings read several batches side by side.

AWS reads a standard queue with several pollers: it starts with five concurrent batches, adds up to
300 per minute while messages wait, and stops at the mapping's MaximumConcurrency; the message
groups of a FIFO queue are handled side by side, and a batch may hold several
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). A throttled batch is
retried until its visibility timeout ends; a failed one waits for it in the queue
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).

LocalStack 4.14.0 polls with one thread that waits for the function, so that a slow handler never
meets the second delivery of its own message, one message group waits for another, and a throttled
batch is given up at once. A batching window of up to 20 s collects nothing.

The change: the poller hands each batch to a thread of its own and goes on polling. The order in a
message group is kept by the queue, which holds it back while one of its messages is in flight.
"""

import hashlib
import inspect
import logging
import threading
import time

from botocore.exceptions import ClientError
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller

LOG = logging.getLogger("localstack.fidelity.sqs_mapping_pollers")

BATCHES_AT_START = 5
BATCHES_ADDED_PER_SECOND = 300 / 60
BATCHES_AT_MOST = 1_250
LONG_POLL_SECONDS = 2  # how long a deleted mapping may still hold its last poll
THROTTLE_RETRY_SECONDS = 0.25

MEND = "fidelity/sqs_mapping_pollers.py"
PATCHED = {  # the first 12 digits of the SHA-256 of each source that this file replaces or wraps
    SqsPoller.poll_events: "f82978977f64",
    EsmWorker.__init__: "9a9614f6b348",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

poll_one_at_a_time = SqsPoller.poll_events
create_worker = EsmWorker.__init__


def create_worker_with_pollers(self, esm_config, poller, *args, **kwargs):
    create_worker(self, esm_config, poller, *args, **kwargs)
    if isinstance(poller, SqsPoller):
        poller.batches = Batches(
            stopped=self._shutdown_event,
            limit=esm_config.get("ScalingConfig", {}).get("MaximumConcurrency", BATCHES_AT_MOST),
        )


class Batches:
    """The batches in flight of one mapping, and how many there may be by now."""

    def __init__(self, stopped: threading.Event, limit: int):
        self.stopped = stopped
        self.limit = limit
        self.busy = 0
        self.backlog_since = time.monotonic()
        self.changed = threading.Condition()

    def allowed(self) -> int:
        waited = time.monotonic() - self.backlog_since
        return min(self.limit, BATCHES_AT_START + int(BATCHES_ADDED_PER_SECOND * waited))

    def wait_for_room(self) -> bool:
        """True when one more batch may start, False when the mapping stopped meanwhile."""
        with self.changed:
            while self.busy >= self.allowed() and not self.stopped.is_set():
                self.changed.wait(0.2)  # the allowance grows by time alone
        return not self.stopped.is_set()

    def start(self, work, *arguments) -> None:
        with self.changed:
            self.busy += 1
        threading.Thread(target=self.run, args=(work, *arguments), daemon=True).start()

    def run(self, work, *arguments) -> None:
        try:
            work(*arguments)
        finally:
            with self.changed:
                self.busy -= 1
                self.changed.notify()

    def queue_is_empty(self) -> None:
        if not self.busy:
            self.backlog_since = time.monotonic()


def poll_side_by_side(self):
    if not hasattr(self, "batches"):  # a poller of EventBridge Pipes
        return poll_one_at_a_time(self)
    while self.batches.wait_for_room():
        messages = receive(self)
        if messages:
            received_at = time.monotonic() - self.maximum_batching_window  # the first, at least
            hidden_until = received_at + visibility_timeout(self)
            self.batches.start(handle, self, messages, hidden_until)
        else:
            self.batches.queue_is_empty()


def visibility_timeout(self) -> int:
    """The queue's visibility timeout in seconds, read anew: it may be changed at any time."""
    answer = self.source_client.get_queue_attributes(
        QueueUrl=self.queue_url, AttributeNames=["VisibilityTimeout"]
    )
    return int(answer["Attributes"]["VisibilityTimeout"])


def receive(self) -> list[dict]:
    """A batch: what is there, and what comes until it is full or the batching window is over."""
    messages = receive_up_to(self, self.batch_size)
    ends = time.monotonic() + self.maximum_batching_window
    while messages and len(messages) < self.batch_size and time.monotonic() < ends:
        messages += receive_up_to(self, self.batch_size - len(messages), 1)
    return messages


def receive_up_to(self, count: int, wait_seconds: int = LONG_POLL_SECONDS) -> list[dict]:
    answer = self.source_client.receive_message(
        QueueUrl=self.queue_url,
        MaxNumberOfMessages=min(count, 10),
        WaitTimeSeconds=wait_seconds,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
        sqs_override_max_message_count=count,  # LocalStack's own way to receive more than 10
    )
    return answer.get("Messages", [])


def handle(self, messages, hidden_until) -> None:
    while True:
        try:
            return self.handle_messages(messages)
        except ClientError as error:
            throttled = error.response["Error"]["Code"] == "TooManyRequestsException"
            if not throttled or time.monotonic() + THROTTLE_RETRY_SECONDS > hidden_until:
                LOG.info("A batch of %s is given up: %s", self.source_arn, error)
                return
        except Exception as error:
            LOG.info("A batch of %s failed: %s", self.source_arn, error)
            return
        if self.batches.stopped.wait(THROTTLE_RETRY_SECONDS):
            return


EsmWorker.__init__ = create_worker_with_pollers
SqsPoller.poll_events = poll_side_by_side
