"""An archive's events can be replayed: those of a time range, to the rules that are named.

AWS sends the archived events of a time range to their bus again, with `replay-name` added, to all
of its rules or to those in the destination's FilterArns
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html).

LocalStack 4.14.0 archives an event's time as text and compares it with StartReplay's datetimes, so
that every replay ends in an internal error. It would cut the range to whole minutes, and it does
not look at FilterArns.

The change: the archive keeps the time as a datetime, the range is cut to the whole seconds that
events carry, and a rule that a replay does not name is passed over.
"""

import hashlib
import inspect
from datetime import datetime

from localstack.services.events.archive import ArchiveService
from localstack.services.events.models import events_stores
from localstack.services.events.provider import EventsProvider

MEND = "fidelity/replay.py"
PATCHED = {
    ArchiveService.put_events: "2c651ab0cc57",
    ArchiveService._normalize_datetime: "b1a42e80e2e8",
    EventsProvider._process_rules: "2399ed70c8f1",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

put_events = ArchiveService.put_events
process_rules = EventsProvider._process_rules


def put_events_with_datetimes(self, events):
    put_events(self, [{**event, "time": datetime.fromisoformat(event["time"])} for event in events])


def cut_to_seconds(self, moment):
    return moment.replace(microsecond=0)


def process_rules_that_are_named(self, rule, region, account_id, event_formatted, trace_header):
    if name := event_formatted.get("replay-name"):
        replay = events_stores[account_id][region].replays.get(name)
        named = replay and replay.destination.get("FilterArns")
        if named and rule.arn not in named:
            return
    process_rules(self, rule, region, account_id, event_formatted, trace_header)


ArchiveService.put_events = put_events_with_datetimes
ArchiveService._normalize_datetime = cut_to_seconds
EventsProvider._process_rules = process_rules_that_are_named
