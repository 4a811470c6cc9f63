"""A message is hidden for the queue's visibility timeout as it is at the moment of the receive.

AWS hides a message for the timeout that the queue has when the message is received, and makes it
visible again as soon as that time has passed
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html).

LocalStack 4.14.0 reads the queue's timeout when a long poll begins, so that a poll which began
before SetQueueAttributes still hides its message for the old time.

The change: a long poll waits first and receives then. A message still becomes visible up to a
second late, since LocalStack looks for those whose time has passed once a second.
"""

import hashlib
import inspect
import time

from localstack.services.sqs.models import StandardQueue

WAIT_AT_MOST_SECONDS = 0.5  # between two looks at a queue that is being shut down

MEND = "fidelity/sqs_visibility_window.py"
PATCHED = {StandardQueue.receive: "99e0321c768a"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

receive = StandardQueue.receive


def receive_after_waiting(
    self,
    num_messages=1,
    wait_time_seconds=None,
    visibility_timeout=None,
    *,
    poll_empty_queue=False,
):
    if poll_empty_queue or not wait_time_seconds:  # the first is LocalStack's own batch window
        return receive(
            self,
            num_messages,
            wait_time_seconds,
            visibility_timeout,
            poll_empty_queue=poll_empty_queue,
        )
    give_up_at = time.monotonic() + wait_time_seconds
    while True:
        left = give_up_at - time.monotonic()
        with self.visible.not_empty:
            if not self.visible.queue and left > 0 and not self.visible.is_shutdown:
                self.visible.not_empty.wait(min(left, WAIT_AT_MOST_SECONDS))
        result = receive(self, num_messages, 0, visibility_timeout)
        received = result.successful or result.dead_letter_messages
        if received or left <= 0 or self.visible.is_shutdown:
            return result


StandardQueue.receive = receive_after_waiting
