"""A round over all queues reaches each of them, also when a queue is made during it.

SQS publishes the metrics of every queue each minute
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html)
and makes a message visible again when its time has passed, whoever else works in the region.

LocalStack 4.14.0 does both in rounds, and walks through accounts and queues while they change. A
queue or an account that is made meanwhile ends the round without a word: the queues after it have
no metric for that minute, and their messages stay hidden for another second.

The change: a round walks through the accounts and the queues that there were when it came to them.
"""

import hashlib
import inspect

from localstack.services.sqs.models import SqsStore
from localstack.services.sqs.provider import CloudwatchPublishWorker, QueueUpdateWorker
from localstack.services.stores import AccountRegionBundle

MEND = "fidelity/sqs_rounds.py"
PATCHED = {
    AccountRegionBundle.iter_stores: "d6d25d26fe79",
    QueueUpdateWorker.iter_queues: "072b014eefca",
    CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics: "7a06d6a4b89f",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )


class Queues(dict):
    """Queues by name. Whoever walks through them is not disturbed by a new one."""

    def values(self) -> list:
        return list(super().values())


def iter_stores(self):
    for account_id, regions in list(self.items()):
        for region_name, store in list(regions.items()):
            yield account_id, region_name, store


AccountRegionBundle.iter_stores = iter_stores
vars(SqsStore)["queues"].default = Queues
