"""The audit's programs from npm, which `make audit` installs."""

import os
import subprocess
from pathlib import Path

from coursekit.paths import STATE

PACKAGES = STATE / "audit" / "node_modules"


class AuditError(Exception):
    """A program of the audit's did not do its work."""


def node() -> str:
    """The Node to use: `make` names one."""
    return os.environ.get("COURSE_NODE", "node")


def run(program: Path, *arguments: str) -> str:
    """What a program printed; its exit code says only whether it found something."""
    told = subprocess.run(
        [node(), str(program), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if not told.stdout.strip():
        raise AuditError(f"{program.name} said nothing but:\n{told.stderr[-2000:]}")
    return told.stdout
