"""Asynchronous events of one function run side by side.

AWS takes events from a function's queue and runs as many at once as its concurrency allows
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html,
https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html).

LocalStack 4.14.0 has a few threads more for it than the machine has processors, so that the same
burst comes out otherwise on every machine.

The change: a number that is the same everywhere, and that a laptop bears.
"""

import hashlib
import inspect
from concurrent.futures import ThreadPoolExecutor

from localstack.services.lambda_.invocation.event_manager import Poller

AT_ONCE = 50

MEND = "fidelity/lambda_asynchronous_events.py"
PATCHED = {Poller.__init__: "3c47d15e1b83"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

create = Poller.__init__


def create_with_threads(self, version_manager, event_queue_url):
    create(self, version_manager, event_queue_url)
    self.invoker_pool = ThreadPoolExecutor(
        AT_ONCE, thread_name_prefix=self.invoker_pool._thread_name_prefix
    )


Poller.__init__ = create_with_threads
