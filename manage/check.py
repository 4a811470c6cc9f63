"""`make test`: every check, one line each while it runs, one summary at the end.

Two lanes run side by side: labs mostly wait, the others mostly compute.
"""

import os
import re
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from manage import book, environment, processes, say
from manage.paths import LOGS, PYTHON, ROOT, clean_environment

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Stage:
    """One check: what it proves, and the commands that prove it."""

    name: str
    proves: str
    commands: list[list[str]]
    needs_emulator: bool = False


@dataclass
class Result:
    stage: Stage
    passed: int
    failed: int
    seconds: float
    note: str = ""


def python(*arguments: str) -> list[str]:
    return [str(PYTHON), "-m", *arguments]


def pytest(*arguments: str) -> list[str]:
    return python("pytest", "-q", "-p", "no:cacheprovider", *arguments)


def compute_lane() -> list[Stage]:
    units = [
        f"tests/{folder.name}"
        for folder in sorted((ROOT / "tests").iterdir())
        if folder.is_dir()
        and folder.name not in {"emulator", "site", "browser", "cloud", "notebooks", "__pycache__"}
        and any(folder.glob("test_*.py"))
    ]
    return [
        Stage(
            "lint",
            "one style, no dead code",
            [python("ruff", "check", "."), python("ruff", "format", "--check", ".")],
        ),
        Stage("unit", "the parts do what they say", [pytest(*units)]),
        Stage("content", "facts, questions and chapters agree", [python("coursekit.content")]),
        Stage("book", "the book builds without a warning", [[str(PYTHON), "-c", "pass"]]),
        Stage("site", "links resolve, nothing is fetched from outside", [pytest("tests/site")]),
        Stage("browser", "pages work in a real browser", [pytest("tests/browser")]),
    ]


def lab_lane() -> list[Stage]:
    notebooks = ("coursekit.notebooks",)
    return [
        Stage(
            "labs",
            "every lab gives the outputs that the book shows",
            [python(*notebooks, "check"), python(*notebooks, "test")],
            needs_emulator=True,
        ),
        Stage(
            "sabotage",
            "no lab passes without its fix",
            [python(*notebooks, "sabotage")],
            needs_emulator=True,
        ),
        Stage(
            "guards",
            "no real account, no lost account, clear errors",
            [pytest("tests/cloud", "tests/notebooks")],
            needs_emulator=True,
        ),
        Stage("emulator", "functions fail as on AWS", [pytest("tests/emulator")]),
    ]


def test(only: str | None = None) -> int:
    """Run all checks, or the one named. Returns 0 when all passed."""
    lanes = [compute_lane(), lab_lane()]
    names = [stage.name for lane in lanes for stage in lane]
    if only and only not in names:
        raise say.Failure(f"There is no check named {only}.", f"name one of: {', '.join(names)}.")
    lanes = [[stage for stage in lane if only in (None, stage.name)] for lane in lanes]
    began = time.monotonic()
    environment.make_course()
    emulator = None
    address = {}
    if any(lanes[1]):
        environment.make_emulator()
        port = processes.free_port()
        emulator = processes.start_emulator(port)
        address = {"LOCALSTACK_HOST": f"127.0.0.1:{port}"}
    say.line("Checks (logs in .course/logs/):")
    try:
        with ThreadPoolExecutor(len(lanes)) as pool:
            results = [
                result
                for lane in pool.map(lambda lane: [run(stage, address) for stage in lane], lanes)
                for result in lane
            ]
    finally:
        if emulator:
            emulator.end()
            emulator.wait()
    return summary(results, time.monotonic() - began)


def run(stage: Stage, address: dict[str, str]) -> Result:
    began = time.monotonic()
    if stage.name == "book":
        return run_book(stage, began)
    if stage.name == "browser" and not any(map(shutil.which, CHROMIUM)):
        if os.environ.get("CI"):
            return tell(
                Result(stage, 0, 1, 0, "no Chromium found, and in CI it may not be missing")
            )
        note = "NOT RUN: no Chromium on this machine (install chromium to run it)"
        return tell(Result(stage, 0, 0, 0, note))
    log = LOGS / f"{stage.name}.log"
    passed = failed = 0
    with log.open("w") as output:
        for command in stage.commands:
            process = subprocess.run(
                command,
                cwd=ROOT,
                env=clean_environment(**(address if stage.needs_emulator else {})),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            text = log.read_text(errors="replace")
            if process.returncode:
                failed += max(1, count(text, "failed") + count(text, "error"))
                break
    passed += count(text, "passed") or (0 if failed else len(stage.commands))
    return tell(Result(stage, passed, failed, time.monotonic() - began))


def run_book(stage: Stage, began: float) -> Result:
    try:
        book.build()
    except say.Failure as failure:
        return tell(Result(stage, 0, 1, time.monotonic() - began, str(failure)))
    return tell(Result(stage, 1, 0, time.monotonic() - began))


def count(text: str, word: str) -> int:
    """Sum over the closing lines of all pytest runs in a log."""
    closing = re.findall(r"^(?:=+ )?(\d+ \w+.* in [\d.]+s.*)$", text, re.MULTILINE)
    return sum(int(n) for line in closing for n in re.findall(rf"(\d+) {word}s?\b", line))


telling = threading.Lock()


def tell(result: Result) -> Result:
    mark = "FAILED" if result.failed else "ok    "
    with telling:
        say.line(f"  {mark} {result.stage.name:<9} {result.seconds:6.1f} s  {result.stage.proves}")
        if result.note:
            say.line(f"         {result.note}")
    return result


def summary(results: list[Result], seconds: float) -> int:
    failures = [result for result in results if result.failed]
    for result in failures:
        log = LOGS / f"{result.stage.name}.log"
        say.line(f"\n--- {result.stage.name}: the end of {log.relative_to(ROOT)} ---")
        if log.exists():
            say.line("\n".join(log.read_text(errors="replace").splitlines()[-60:]))
    say.line()
    if failures:
        names = ", ".join(result.stage.name for result in failures)
        say.line(f"Failed: {names}. One alone: make test STAGE={failures[0].stage.name}")
    else:
        say.line(f"All {len(results)} checks passed in {seconds:.0f} s.")
    say.line(f"{sum(r.passed for r in results)} passed, {sum(r.failed for r in results)} failed")
    return 1 if failures else 0
