"""An S3 event carries the object's key as AWS writes it, and a sequencer that grows.

AWS encodes the key in a notification to SQS, SNS and Lambda as a form does, a space as `+`; an
event on EventBridge has the key as it is. The sequencer orders the events of one key
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html).

LocalStack 4.14.0 writes a space as `%20` everywhere, and every event has the same sequencer.

The change: the key is encoded anew, and each event gets the time in nanoseconds as its sequencer.
"""

import hashlib
import inspect
import itertools
import json
import time
from urllib.parse import quote_plus, unquote_plus

from localstack.services.s3.notifications import (
    BaseNotifier,
    EventBridgeNotifier,
    S3EventNotificationContext,
)

MEND = "fidelity/s3_events.py"
PATCHED = {
    S3EventNotificationContext.from_request_context: "484d1dc0e07b",
    BaseNotifier._get_event_payload: "ebcd89930d9b",
    EventBridgeNotifier._get_event_payload: "424ef47b5c4f",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

from_request_context = S3EventNotificationContext.from_request_context
get_event_payload = BaseNotifier._get_event_payload
get_bus_entry = EventBridgeNotifier._get_event_payload
sequence = itertools.count(time.time_ns())  # grows over restarts, too


def from_request_context_with_sequencer(request_context, s3_bucket, s3_object):
    context = from_request_context(request_context, s3_bucket, s3_object)
    context.key_name = quote_plus(s3_object.key, safe="/")  # filters compare this form, too
    context.sequencer = f"{next(sequence):018X}"
    return context


def get_event_payload_with_sequencer(ctx, config_id):
    payload = get_event_payload(ctx, config_id)
    put_sequencer(payload["Records"][0]["s3"]["object"], ctx)
    return payload


def get_bus_entry_with_plain_key(ctx, config_id=None):
    entry = get_bus_entry(ctx, config_id)
    detail = json.loads(entry["Detail"])
    detail["object"]["key"] = unquote_plus(ctx.key_name)
    put_sequencer(detail["object"], ctx)
    return entry | {"Detail": json.dumps(detail)}


def put_sequencer(described, ctx):
    if "sequencer" in described:  # events about tags and permissions have none
        described["sequencer"] = ctx.sequencer


S3EventNotificationContext.from_request_context = from_request_context_with_sequencer
BaseNotifier._get_event_payload = staticmethod(get_event_payload_with_sequencer)
EventBridgeNotifier._get_event_payload = staticmethod(get_bus_entry_with_plain_key)
