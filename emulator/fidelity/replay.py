"""An archive's events can be replayed.

AWS sends the archived events of a time range to their bus again, with `replay-name` added
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html).

LocalStack 4.14.0 archives an event's time as text and compares it with StartReplay's datetimes, so
that every replay ends in an internal error.

The change: the archive keeps the time as a datetime.
"""

import hashlib
import inspect
from datetime import datetime

from localstack.services.events.archive import ArchiveService

MEND = "fidelity/replay.py"
PATCHED = {ArchiveService.put_events: "2c651ab0cc57"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

put_events = ArchiveService.put_events


def put_events_with_datetimes(self, events):
    put_events(self, [{**event, "time": datetime.fromisoformat(event["time"])} for event in events])


ArchiveService.put_events = put_events_with_datetimes
