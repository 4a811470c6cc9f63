"""Keep how the labs ran, for the book's page of their last runs.

A checked run writes what it saw beside its logs. Only `make status` takes that into the book, so
that a test changes no file of the course.
"""

import platform
from datetime import UTC, datetime
from pathlib import Path

import boto3

from coursekit.content import ContentError
from coursekit.content.status import Engine, LabRun, dump_status, load_status
from coursekit.notebooks.validate import Outcome
from coursekit.paths import LAB_RUNS, STATUS


def note_runs(outcomes: list[Outcome], localstack: str, kind: Engine, file: Path) -> None:
    """Write these runs, and nothing else, into the file."""
    runs = [
        LabRun(
            lab=outcome.path.stem,
            engine=kind,
            ran=datetime.now(UTC).replace(second=0, microsecond=0),
            seconds=round(outcome.seconds, 1),
            waiting_seconds=round(outcome.waiting_seconds, 1),
            passed=outcome.passed,
            localstack=localstack,
            python=platform.python_version(),
            boto3=boto3.__version__,
        )
        for outcome in outcomes
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dump_status(runs), "utf-8")


def store_runs(source: Path = LAB_RUNS, target: Path = STATUS) -> list[LabRun]:
    """Take the last runs over into the book's file and return them; other runs in it stay."""
    fresh = load_status(source)
    try:
        known = load_status(target)
    except ContentError:  # none yet, or another version's: then it begins anew
        known = []
    runs = {(run.lab, run.engine): run for run in [*known, *fresh]}
    target.write_text(dump_status(runs.values()), "utf-8")
    return fresh
