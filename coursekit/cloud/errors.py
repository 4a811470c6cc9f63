"""What can go wrong between a lab and its emulator, in words that tell what to do next."""


class LabError(Exception):
    """A failure that a reader can act on: shown as its message, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class EmulatorError(LabError):
    """The emulator cannot be reached, is gone, or is not the one that the course needs."""


class NotLoopbackError(LabError):
    """Something tried to reach another machine; it was stopped before a byte was sent."""


class UnknownLabError(LabError):
    """There is no lab of that name."""


class LabTimeout(LabError):
    """A condition did not come true in time: what was awaited, what was seen last, what to do."""
