"""Shards of a stream are read side by side, and a changed mapping goes on where it was.

Lambda reads each shard by itself, a DynamoDB stream's four times a second and a Kinesis stream's
once; a batch that fails blocks its own shard and no other. It keeps the position in each shard
while the mapping is disabled or updated
(https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html,
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).

LocalStack 4.14.0 reads one shard a second, in turn, and waits for its function, so that a poison
record stops every shard and even the end of its mapping; and an updated mapping begins again at its
StartingPosition.

The change: each shard has a thread of its own, and the position in it is kept by mapping.
"""

import hashlib
import inspect
import threading
import time

from localstack.services.lambda_.event_source_mapping import esm_worker
from localstack.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller
from localstack.services.lambda_.event_source_mapping.pollers.poller import (
    EmptyPollResultsException,
)
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import (
    LOG,
    PipeInternalError,
    StreamPoller,
)

SECONDS_BETWEEN_READS = 0.25
SECONDS_BETWEEN_READS_OF_KINESIS = 1

MEND = "fidelity/stream_shards.py"
PATCHED = {
    StreamPoller.poll_events: "f472836299b7",
    StreamPoller.poll_events_from_shard: "f20f7af87ffa",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )


class Progress:
    """How far one mapping has come: the iterator of each shard's first record that is not done."""

    def __init__(self):
        self.iterators: dict[str, str] = {}
        self.busy: set[str] = set()
        self.read_at: dict[str, float] = {}


progress_of: dict[str, Progress] = {}  # by the mapping's id: an update makes another poller


def poll_free_shards(self):
    progress = progress_of.setdefault(self.esm_uuid, Progress())
    if not self.shards:
        self.shards = dict(progress.iterators) or self.initialize_shards()
        progress.iterators = dict(self.shards)
    if not self.shards:
        raise EmptyPollResultsException(service=self.event_source(), source_arn=self.source_arn)
    pause = SECONDS_BETWEEN_READS_OF_KINESIS if isinstance(self, KinesisPoller) else 0
    for shard_id, iterator in list(self.shards.items()):
        rested = time.monotonic() - progress.read_at.get(shard_id, 0) >= pause
        if rested and shard_id not in progress.busy:
            progress.busy.add(shard_id)
            progress.read_at[shard_id] = time.monotonic()
            threading.Thread(
                target=poll_shard, args=(self, progress, shard_id, iterator), daemon=True
            ).start()


def poll_shard(self, progress, shard_id, iterator):
    try:
        self.poll_events_from_shard(shard_id, iterator)
        # A batch that was given up because the mapping stops, or that still collects, is not done.
        done = (
            not self._is_shutdown.is_set() and not self.shard_batcher[shard_id].get_current_size()
        )
        if done and shard_id in self.shards:
            progress.iterators[shard_id] = self.shards[shard_id]
    except PipeInternalError:
        pass  # read again in the next round, as LocalStack does
    except Exception as error:
        LOG.error("Reading %s of %s failed: %s", shard_id, self.source_arn, error)
    finally:
        progress.busy.discard(shard_id)


StreamPoller.poll_events = poll_free_shards
esm_worker.LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC = SECONDS_BETWEEN_READS
