"""A failed batch of a stream is split in two until the poison record is alone.

With BisectBatchOnFunctionError Lambda splits a failed batch in two and tries each half, which does
not count towards MaximumRetryAttempts; with ReportBatchItemFailures it splits at the first record
that the function reported
(https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).

LocalStack 4.14.0 stores the setting and retries the whole batch, which in the end goes to the
on-failure destination as a whole.

The change: a batch of several records is tried once as a whole; when it fails, each half is a
batch of its own. Retries, age and destination of a single record are LocalStack's.
"""

import copy
import hashlib
import inspect

from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.services.lambda_.event_source_mapping.event_processor import (
    BatchFailureError,
    PartialBatchFailureError,
)
from localstack.services.lambda_.event_source_mapping.pollers.poller import get_batch_item_failures
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller

MEND = "fidelity/stream_bisect.py"
PATCHED = {  # the first 12 digits of the SHA-256 of each source that this file wraps
    StreamPoller.forward_events_to_target: "9473064dbc51",
    EsmWorkerFactory.get_esm_worker: "686f7c77017e",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

forward = StreamPoller.forward_events_to_target
get_worker = EsmWorkerFactory.get_esm_worker


def get_worker_that_bisects(self):
    worker = get_worker(self)
    worker.poller.bisects = self.esm_config.get("BisectBatchOnFunctionError", False)
    return worker


class FirstAttempt:
    """A processor that tells afterwards what failed, so that nothing is retried as a whole."""

    def __init__(self, processor):
        self.processor = processor
        self.failed = []
        self.answer = None

    def process_events_batch(self, events):
        try:
            self.processor.process_events_batch(events)
        except PartialBatchFailureError as error:
            self.failed, self.answer = events, error.partial_failure_payload
        except BatchFailureError:
            self.failed = events

    def generate_event_failure_context(self, **fields):
        return self.processor.generate_event_failure_context(**fields)


def forward_in_halves(self, shard_id, records):
    if not getattr(self, "bisects", False) or len(records) < 2:
        forward(self, shard_id, records)
        return
    whole = copy.copy(self)
    whole.processor = first = FirstAttempt(self.processor)
    forward(whole, shard_id, copy.deepcopy(records))  # LocalStack changes them on their way
    if not first.failed:
        return
    numbers = [self.get_sequence_number(event) for event in first.failed]  # filters leave some out
    tried = dict(zip(map(self.record_number, records), records, strict=True))
    failed = [tried[number] for number in numbers]
    begin = first_reported(numbers, first.answer)
    middle = len(failed) // 2
    for part in [failed[begin:]] if begin else [failed[:middle], failed[middle:]]:
        if part and not self._is_shutdown.is_set():
            forward_in_halves(self, shard_id, part)


def record_number(self, record):
    """The sequence number of a record as the stream gives it."""
    return (
        record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["SequenceNumber"]
    )


def first_reported(numbers, answer) -> int:
    """The place of the first record that ReportBatchItemFailures named; 0 for the whole batch."""
    reported = get_batch_item_failures(answer, set(numbers))
    return min(map(numbers.index, reported)) if reported else 0


StreamPoller.record_number = record_number
StreamPoller.forward_events_to_target = forward_in_halves
EsmWorkerFactory.get_esm_worker = get_worker_that_bisects
