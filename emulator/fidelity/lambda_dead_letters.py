"""A discarded asynchronous event reaches the dead-letter queue, throttled or not, with its id.

AWS sends the event itself, with the request's id, the status code and the error's message as the
attributes RequestID, ErrorCode and ErrorMessage; an event that never ran because of reserved
concurrency goes there, too
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).

LocalStack 4.14.0 makes up the request's id, and loses an event that was never run: it looks for an
error's message in an answer that there is not.

The change: the id is the request's, and an event without an answer was throttled.
"""

import dataclasses
import hashlib
import inspect
from contextvars import ContextVar

from localstack.services.lambda_.invocation.event_manager import Poller
from localstack.utils.aws import dead_letter_queue

THROTTLED = b'{"errorMessage": "Rate Exceeded."}'

MEND = "fidelity/lambda_dead_letters.py"
PATCHED = {
    Poller.process_dead_letter_queue: "fd7f1da7879a",
    dead_letter_queue._prepare_messages_to_dlq: "c1a5508381f4",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

process_dead_letter_queue = Poller.process_dead_letter_queue
prepare_messages = dead_letter_queue._prepare_messages_to_dlq
discarded = ContextVar("discarded", default=None)  # the result of the event in hand


def process_dead_letter_queue_with_result(self, sqs_invocation, invocation_result):
    if not self.version_manager.function_version.config.dead_letter_arn:
        return
    token = discarded.set(invocation_result)
    if invocation_result.payload is None:
        invocation_result = dataclasses.replace(invocation_result, payload=THROTTLED)
    try:
        process_dead_letter_queue(self, sqs_invocation, invocation_result)
    finally:
        discarded.reset(token)


def prepare_messages_with_request_id(source_arn, event, error):
    messages = prepare_messages(source_arn, event, error)
    if result := discarded.get():
        for message in messages:
            attributes = message["MessageAttributes"]
            attributes["RequestID"]["StringValue"] = result.request_id
            if result.payload is None:
                attributes["ErrorCode"]["StringValue"] = "429"
    return messages


Poller.process_dead_letter_queue = process_dead_letter_queue_with_result
dead_letter_queue._prepare_messages_to_dlq = prepare_messages_with_request_id
