"""Run the labs again with nbval and compare every output with the stored one."""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from coursekit.cloud.waiting import NOTES
from coursekit.notebooks.files import short_name
from coursekit.notebooks.run import CELL_SECONDS, workers
from coursekit.paths import ROOT, TESTS


@dataclass
class Outcome:
    """How one lab went."""

    path: Path
    seconds: float = 0.0
    waiting_seconds: float = 0.0  # of these, for a condition to come true
    passed: bool = True


def validate(paths: list[Path], environment: dict[str, str]) -> tuple[int, list[Outcome]]:
    """Strict nbval, one worker a notebook. Returns pytest's exit code and each lab's outcome."""
    with tempfile.TemporaryDirectory() as folder:
        report, waits = Path(folder) / "report.xml", Path(folder) / "waits"
        command = [
            *(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"),
            *("-p", "coursekit.notebooks.pytest_plugin", "--color=no"),
            *("--nbval", "--nbval-current-env", f"--nbval-sanitize-with={TESTS / 'nbval.cfg'}"),
            *(f"--nbval-cell-timeout={CELL_SECONDS}", "--nbval-kernel-startup-timeout=90"),
            *("--numprocesses", str(workers(len(paths))), "--dist=loadfile"),
            *(f"--junitxml={report}", *map(str, paths)),
        ]
        done = subprocess.run(command, cwd=ROOT, env={**environment, NOTES: str(waits)})
        outcomes = _read_report(report, paths) if report.exists() else []
        _add_waits(waits, outcomes)
        for outcome in outcomes:
            waited = f", {outcome.waiting_seconds:.1f} s of it waiting"
            print(f"{short_name(outcome.path)}: {outcome.seconds:.1f} s{waited}")
        return done.returncode, outcomes


def _read_report(report: Path, paths: list[Path]) -> list[Outcome]:
    """How long each lab took, and whether each of its cells passed."""
    outcomes: dict[Path, Outcome] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        for path in paths:
            # junit writes the path with dots, for example labs.mnemonics.vtf.ipynb
            if path.stem in case.get("classname", "").replace("/", ".").split("."):
                outcome = outcomes.setdefault(path, Outcome(path))
                outcome.seconds += float(case.get("time", 0))
                outcome.passed &= case.find("failure") is None and case.find("error") is None
    return list(outcomes.values())


def _add_waits(waits: Path, outcomes: list[Outcome]) -> None:
    by_slug = {outcome.path.stem: outcome for outcome in outcomes}
    for line in waits.read_text("utf-8").splitlines() if waits.exists() else ():
        slug, seconds = line.split()
        if slug in by_slug:
            by_slug[slug].waiting_seconds += float(seconds)
