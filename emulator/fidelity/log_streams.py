"""A log group can be read while functions start to write into it.

Each environment of a function writes a log stream of its own, which is there from its first event
on, and FilterLogEvents reads all streams of a group
(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html).

LocalStack 4.14.0 walks through groups and streams while they change. One that is made meanwhile
ends the call with InternalError: "dictionary changed size during iteration".

The change: a call walks through the groups and streams that there were when it came to them.
"""

import hashlib
import inspect

from moto.logs.models import LogGroup, LogsBackend

MEND = "fidelity/log_streams.py"
PATCHED = {LogGroup.__init__: "2d6d5b49855a", LogsBackend.__init__: "e621554dbb50"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

make_group = LogGroup.__init__
make_backend = LogsBackend.__init__


class ByName(dict):
    """Groups or streams by name. Whoever walks through them is not disturbed by a new one."""

    def items(self) -> list:
        return list(super().items())

    def values(self) -> list:
        return list(super().values())

    def keys(self) -> list:
        return list(super().keys())


def make_steady_group(self, *arguments, **keywords):
    make_group(self, *arguments, **keywords)
    self.streams = ByName()


def make_steady_backend(self, *arguments, **keywords):
    make_backend(self, *arguments, **keywords)
    self.groups = ByName()


LogGroup.__init__ = make_steady_group
LogsBackend.__init__ = make_steady_backend
