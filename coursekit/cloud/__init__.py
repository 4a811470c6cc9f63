"""Open a lab: an emulator, an account of one's own, and plain boto3 clients."""

from coursekit.cloud.errors import (
    EmulatorError,
    LabError,
    LabTimeout,
    NotLoopbackError,
    UnknownLabError,
)
from coursekit.cloud.lab import Lab, open_lab

__all__ = [
    "EmulatorError",
    "Lab",
    "LabError",
    "LabTimeout",
    "NotLoopbackError",
    "UnknownLabError",
    "open_lab",
]
