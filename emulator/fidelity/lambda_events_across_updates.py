"""An asynchronous event that meets an update of its function runs at once, on the new version.

AWS keeps asynchronous events in a queue of its own and hands them to the function as it is then
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html). An update delays none of them.

LocalStack 4.14.0 ends the old version's poller in the middle of its long poll. What that poll
still receives is neither run nor given back: it stays hidden for the function's timeout and a
minute more.

The change: a poller that was told to end gives back what it received.
"""

import hashlib
import inspect
import logging
import time

from localstack.services.lambda_.invocation import event_manager
from localstack.services.lambda_.invocation.event_manager import Poller

LOG = logging.getLogger("localstack.fidelity.lambda_events_across_updates")

LONG_POLL_SECONDS = 2
EXTRA_SECONDS = 60  # beyond the function's timeout, as LocalStack hides an event that runs
PAUSE_SECONDS = 1  # after an error

MEND = "fidelity/lambda_events_across_updates.py"
PATCHED = {Poller.run: "5a5607c08c62"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )


def run_or_give_back(self, *_args, **_kwargs):
    version = self.version_manager.function_version
    sqs = event_manager.get_sqs_client(version, client_config=event_manager.CLIENT_CONFIG)
    while not self._shutdown_event.is_set():
        try:
            answer = sqs.receive_message(
                QueueUrl=self.event_queue_url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=LONG_POLL_SECONDS,
                VisibilityTimeout=version.config.timeout + EXTRA_SECONDS,
            )
            for message in answer["Messages"] or []:
                if self._shutdown_event.is_set():
                    queue = sqs.queue_manager.get_queue(queue_name=self.event_queue_url)
                    queue.update_visibility_timeout(message["ReceiptHandle"], 0)
                else:
                    self.invoker_pool.submit(self.handle_message, message)
        except Exception as error:
            if not self._shutdown_event.is_set():
                LOG.error("Events of %s: %s", version.qualified_arn, error)
                time.sleep(PAUSE_SECONDS)


Poller.run = run_or_give_back
