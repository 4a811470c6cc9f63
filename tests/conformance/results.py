"""The outcome of a run of the conformance suite: what is stored, and whether it is still so."""

import json
from pathlib import Path

import pytest

from coursekit.paths import FIDELITY

ADVICE = "`make conformance` stores the outcome of a run; look at the difference before you commit."


class Results:
    """A pytest plugin: collects outcomes, then stores or compares them."""

    def __init__(self, config: pytest.Config, stored: Path = FIDELITY):
        self.mode = config.getoption("--results")
        self.selected = bool(config.option.keyword) or any("::" in a for a in config.args)
        self.folder_alone = [Path(a).name for a in config.args] == ["conformance"]
        self.stored = stored
        self.found: list[dict] = []
        self.failed = False
        self.differences: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = True
        told = dict(report.user_properties).get("behavior")
        if told and report.when == "call" and not report.failed:
            self.found.append(told | {"agrees": report.passed})

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.failed or not self.found:
            return
        if self.mode == "store":
            self.store(self.whole())
            return
        self.differences = compare(self.read(), self.found, whole=self.is_whole())
        if self.differences:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.mode == "store" and self.failed:
            terminalreporter.line("Nothing was stored: a behavior failed.", red=True)
        for difference in self.differences:
            terminalreporter.line(f"{self.stored.name}: {difference}", red=True)
        if self.differences:
            terminalreporter.line(ADVICE)

    def is_whole(self) -> bool:
        """Whether this run was one of all behaviors."""
        return self.folder_alone and not self.selected

    def whole(self) -> list[dict]:
        """What was found, with what is stored of behaviors that did not run this time."""
        names = {entry["behavior"] for entry in self.found}
        kept = [] if self.is_whole() else self.read()
        return [*self.found, *(entry for entry in kept if entry["behavior"] not in names)]

    def read(self) -> list[dict]:
        return json.loads(self.stored.read_text("utf-8")) if self.stored.exists() else []

    def store(self, entries: list[dict]) -> None:
        ordered = sorted(entries, key=lambda entry: (entry["service"], entry["behavior"]))
        self.stored.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")


def compare(stored: list[dict], found: list[dict], *, whole: bool) -> list[str]:
    """How a run differs from what is stored, a line a behavior."""
    before = {entry["behavior"]: entry for entry in stored}
    now = {entry["behavior"]: entry for entry in found}
    told = []
    for name, entry in now.items():
        if name not in before:
            told.append(f"{name!r} is not stored")
        elif entry != before[name]:
            fields = [key for key in entry if entry[key] != before[name].get(key)]
            told.append(f"{name!r} is stored with another {', '.join(fields)}")
    if whole:
        told += [f"{name!r} is stored and no test shows it" for name in before if name not in now]
    return told
