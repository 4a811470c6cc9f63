"""PutEvents takes entries of less than 1 MB together.

AWS counts, over all entries of a call, the bytes of source, detail type, detail and resources, and
14 for a time; from 1 MB on it refuses the call
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html).

LocalStack 4.14.0 knows the older limit of 256 KB, compares it with each detail alone, and has then
already sent the entries before it.

The change: the sizes are added up before anything is sent, and a large detail is then looked at
for nothing but being a JSON object.
"""

import hashlib
import inspect
import json

from localstack.services.events import provider
from localstack.services.events.models import ValidationException
from localstack.services.events.provider import EventsProvider

LIMIT_BYTES = 1024 * 1024
TIME_BYTES = 14
LIMIT_OF_LOCALSTACK = 262_144

MEND = "fidelity/eventbridge_entry_size.py"
PATCHED = {provider.validate_event: "922e528ddc4f", EventsProvider._process_entries: "20e073206064"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

validate = provider.validate_event
process_entries = EventsProvider._process_entries


def process_entries_of_fair_size(self, context, entries):
    put = [entry for entry in entries if "ReplayName" not in entry]  # a replay is no call
    if sum(map(size, put)) >= LIMIT_BYTES:
        raise ValidationException("Total size of the entries in the request is over the limit.")
    return process_entries(self, context, entries)


def size(entry) -> int:
    texts = [entry.get(field) or "" for field in ("Source", "DetailType", "Detail")]
    texts += entry.get("Resources") or []
    return sum(len(text.encode()) for text in texts) + TIME_BYTES * bool(entry.get("Time"))


def validate_whatever_size(entry):
    detail = entry.get("Detail") or ""
    if len(detail) < LIMIT_OF_LOCALSTACK:
        return validate(entry)
    try:
        stand_in = "{}" if isinstance(json.loads(detail), dict) else "[]"
    except json.JSONDecodeError:
        stand_in = "no JSON"
    return validate({**entry, "Detail": stand_in})


provider.validate_event = validate_whatever_size
EventsProvider._process_entries = process_entries_of_fair_size
