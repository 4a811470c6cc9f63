"""Wait for a condition, and leave the same output whether it came soon or late."""

import itertools
import os
import time
from collections.abc import Callable

from IPython.display import display

from coursekit.cloud.errors import LabTimeout

PROGRESS_AFTER_SECONDS = 2.0
POLL_SECONDS = 0.05
NOTES = "COURSEKIT_WAITS"  # names the file in which a checked run wants each wait noted
_numbers = itertools.count(1)


class Progress:
    """One line under the cell: hidden for 2 s, then counting, at last `waited for: ...`."""

    def __init__(self, what: str) -> None:
        """Start counting now."""
        self._what = what
        self._started = time.monotonic()
        self._shown_second = 0
        self._handle = None

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def tick(self, seen: object = None) -> None:
        """Show how long it has taken, once a second."""
        second = int(self.seconds)
        if self.seconds < PROGRESS_AFTER_SECONDS or second == self._shown_second:
            return
        self._shown_second = second
        last = "" if seen is None or isinstance(seen, bool) else f" (last seen: {_short(seen)})"
        self._show(f"waiting for: {self._what} … {second} s{last}")

    def done(self) -> None:
        """Leave the line that every run leaves."""
        self._show(f"waited for: {self._what}")

    def failed(self) -> None:
        """Leave a line that says that it did not come."""
        self._show(f"gave up waiting for: {self._what}")

    def _show(self, text: str) -> None:
        if self._handle is None:
            # The first message is always the final one, replaced at once where there is progress:
            # nbval compares the first, a stored notebook keeps the last.
            final = {"text/plain": f"waited for: {self._what}"}
            name = f"wait-{next(_numbers)}"
            self._handle = display(final, raw=True, display_id=name)
            if self._handle is None or text == final["text/plain"]:
                return
        self._handle.update({"text/plain": text}, raw=True)


def wait_until(
    condition: Callable[[], object],
    what: str,
    timeout_seconds: float,
    advice: str,
    describe: Callable[[], object] | None = None,
    lab: str = "",
) -> object:
    """Call `condition` until it returns something true; return that, unless it is only `True`.

    `describe` tells what was seen last; without it that is what `condition` returned. `lab` is the
    one whose time it is.
    """
    progress = Progress(what)
    while True:
        seen = condition()
        if seen:
            progress.done()
            _note(lab, progress.seconds)
            return None if seen is True else seen  # a bare True would be an output
        last = describe() if describe else seen
        if progress.seconds > timeout_seconds:
            progress.failed()
            raise LabTimeout(
                f"waited {timeout_seconds:g} s for: {what}. Last seen: {_short(last)}. {advice}"
            )
        progress.tick(last)
        time.sleep(POLL_SECONDS)


def _note(lab: str, seconds: float) -> None:
    """Write it down for a checked run, which names a file for it."""
    if file := os.environ.get(NOTES):
        with open(file, "a", encoding="utf-8") as notes:  # one line a write, so kernels may share
            notes.write(f"{lab} {seconds:.3f}\n")


def _short(value: object, limit: int = 300) -> str:
    """A value in at most `limit` characters."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
