"""A message in flight holds back its own message group and no other.

In a FIFO queue a message that is not deleted blocks the later messages of its group until it is
visible again; other groups go on
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html).

LocalStack 4.14.0 makes messages visible again in the order in which they were received, and stops
at the first that is still hidden, whatever group it is in.

The change: it stops within a group only.
"""

import hashlib
import inspect

from localstack.services.sqs.models import FifoQueue

MEND = "fidelity/fifo_groups.py"
PATCHED = {FifoQueue.requeue_inflight_messages: "c96b3949542f"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )


def requeue_by_group(self):
    with self.mutex:
        held = set()
        for message in list(self.inflight):
            if not message.is_visible:
                held.add(message.message_group_id)
            elif message.message_group_id not in held:
                del self.inflight[message]
                self._put_message(message)


FifoQueue.requeue_inflight_messages = requeue_by_group
