"""`make test`: every check, a line each when it ends, one summary a person can read.

The labs come first and alone, because they measure. Then two lanes run side by side: one mostly
waits for an emulator, the other mostly computes.
"""

import contextlib
import glob
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from manage import book, changes, environment, processes, say
from manage.paths import HTML, LAB_RUNS, LOGS, PYTHON, ROOT

CHROMIUM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "~/.cache/ms-playwright/chromium-*/*/chrome",
    "~/Library/Caches/ms-playwright/chromium-*/*/*.app",
)
NEEDS_EMULATOR = {"cloud", "notebooks"}
OF_LABS = {"labs", "sabotage"}  # they take names of labs
AT_ANY_LOCALSTACK = OF_LABS | {"conformance"}  # the others need one of their own, or none
NOT_UNITS = NEEDS_EMULATOR | {"conformance", "emulator", "manage", "site", "browser"}
QUIET = ["-q", "-p", "no:cacheprovider"]
CONFORMANCE = [*QUIET, "-n", "6", "tests/conformance"]  # they mostly wait
LIMIT_SECONDS = 1800
ENDED_BY_FORCE = -9  # a child's exit code after LIMIT_SECONDS
TAIL_LINES = 60


@dataclass
class Stage:
    """One check: what it proves, and the commands that prove it."""

    name: str
    proves: str
    commands: list[list[str]] = field(default_factory=list)
    needs_emulator: bool = False
    needs_book: bool = False
    alone: bool = False  # nothing runs beside it


@dataclass
class Result:
    """How a stage ended. A stage that ran nothing has neither passed nor failed."""

    stage: Stage
    passed: int
    failed: int
    seconds: float
    note: str = ""


def python(*arguments: str) -> list[str]:
    return [str(PYTHON), "-m", *arguments]


def pytest(*arguments: str) -> list[str]:
    return python("pytest", *QUIET, *arguments)


def units() -> list[str]:
    """The folders of tests that need neither an emulator nor the built book."""
    return sorted(
        f"tests/{folder.name}"
        for folder in (ROOT / "tests").iterdir()
        if folder.name not in NOT_UNITS and any(folder.glob("test_*.py"))
    )


def compute_lane() -> list[Stage]:
    ruff = [python("ruff", "check", "."), python("ruff", "format", "--check", ".")]
    return [
        Stage("lint", "one style, no dead code", ruff),
        Stage("unit", "the parts do what they say", [pytest(*units())]),
        Stage(
            "content",
            "facts, questions, chapters and stored labs agree",
            [python("coursekit.content", "check"), python("coursekit.notebooks", "check")],
        ),
        Stage("book", "the book builds without a warning"),
        Stage(
            "site",
            "links resolve, nothing is fetched from outside",
            [pytest("tests/site")],
            needs_book=True,
        ),
        Stage(
            "browser",
            "pages work in a real browser",
            [pytest("-n", "2", "tests/browser")],
            needs_book=True,
        ),
        Stage(
            "verbs",
            "set-up, start and stop survive what happens to them",
            [pytest("tests/manage")],
            needs_emulator=True,
        ),
    ]


def lab_lane(labs: Sequence[str] = ()) -> list[Stage]:
    notebooks = "coursekit.notebooks"
    return [
        Stage(
            "labs",
            "every lab gives the outputs that the book shows",
            [
                python(notebooks, "check", *labs),
                python(notebooks, "test", "--runs", str(LAB_RUNS), *labs),
            ],
            needs_emulator=True,
            alone=True,
        ),
        Stage(
            "sabotage",
            "no lab passes without its fix",
            [python(notebooks, "sabotage", *labs)],
            needs_emulator=True,
            alone=True,
        ),
        Stage(
            "guards",
            "no real account, no lost account, clear errors",
            [pytest(*(f"tests/{name}" for name in sorted(NEEDS_EMULATOR)))],
            needs_emulator=True,
        ),
        Stage(
            "conformance",
            "the emulator does what AWS's documentation says",
            [python("pytest", *CONFORMANCE)],
            needs_emulator=True,
        ),
        Stage("emulator", "functions fail as on AWS", [pytest("tests/emulator")]),
    ]


def lanes(labs: Sequence[str] = ()) -> list[list[Stage]]:
    return [compute_lane(), lab_lane(labs)]


def test(
    only: str | None = None,
    labs: Sequence[str] = (),
    since: str | None = None,
    port: int | None = None,
) -> int:
    """Run all checks, or those named. Returns 0 when all passed.

    only: names of checks, with commas. labs: slugs; without them, all labs. since: the labs that
    changed since this commit. port: of a LocalStack that runs already, for what can use one.
    """
    wanted = set(only.split(",")) if only else AT_ANY_LOCALSTACK if port else all_names()
    if unknown := wanted - all_names():
        names = ", ".join(sorted(unknown))
        listed = ", ".join(stage.name for lane in lanes() for stage in lane)
        raise say.Failure(f"There is no check named {names}.", f"name one of: {listed}.")
    if port and (others := wanted - AT_ANY_LOCALSTACK):
        raise say.Failure(
            f"PORT is not for {', '.join(sorted(others))}.",
            f"name some of: {', '.join(sorted(AT_ANY_LOCALSTACK))}; or leave PORT out.",
        )
    if since:
        labs = changes.labs_since(since)
        say.line(f"Labs that changed since {since}: {', '.join(labs) or 'none'}")
        if not labs and not (wanted := wanted - OF_LABS):
            return 0
    chosen = [[stage for stage in lane if stage.name in wanted] for lane in lanes(labs)]
    waiting = "Another `make test` is at work in this folder: waiting for it"
    with environment.one_at_a_time("test", waiting):
        return run_checks(chosen, port)


def all_names() -> set[str]:
    return {stage.name for lane in lanes() for stage in lane}


def run_checks(lanes: list[list[Stage]], port: int | None) -> int:
    began = time.monotonic()
    environment.make_course()
    stages = [stage for lane in lanes for stage in lane]
    needs_emulator = any(stage.needs_emulator for stage in stages)
    if (needs_emulator or lanes[1]) and not port:
        environment.make_emulator()
    with emulator_of(port) if needs_emulator else contextlib.nullcontext() as emulator:
        names = {stage.name for stage in stages}
        if "book" not in names and any(stage.needs_book for stage in stages):
            book.build_if_stale()
        say.line(f"{len(stages)} checks (logs in {LOGS.relative_to(ROOT)}/):")
        run = Run(*emulator or ())
        alone = [[stage for stage in stages if stage.alone]]
        beside = [[stage for stage in lane if not stage.alone] for lane in lanes]
        results = [*run.lanes(alone), *run.lanes(beside)]
        if run.emulator_ended:
            results.append(run.emulator_ended)
    return summary(results, time.monotonic() - began)


@contextlib.contextmanager
def emulator_of(port: int | None) -> Iterator[tuple[processes.Child | None, dict[str, str]]]:
    """An emulator of this run's own, or the one that answers on this port of loopback."""
    if port is None:
        with processes.own_emulator() as own:
            yield own
        return
    if (found := processes.localstack_at(port)) != processes.LOCALSTACK_VERSION:
        answers = f"LocalStack {found}" if found else "No LocalStack"
        raise say.Failure(
            f"{answers} answers on port {port}; the labs need {processes.LOCALSTACK_VERSION}.",
            "run `docker compose up --wait` first, or leave PORT out.",
        )
    say.line(f"  LocalStack {found} answers on port {port}: the checks use it")
    yield None, {"LOCALSTACK_HOST": f"127.0.0.1:{port}"}


class Run:
    """One `make test`: its emulator, the stages under way, and what they left."""

    def __init__(
        self,
        emulator: processes.Child | None = None,
        emulator_address: dict[str, str] | None = None,
    ) -> None:
        self.emulator = emulator
        self.emulator_address = emulator_address or {}
        self.emulator_ended: Result | None = None  # where it ended before the stages did
        self.under_way: dict[str, float] = {}  # stage -> when it began
        self.children: set[processes.Child] = set()
        self.cancelled = threading.Event()
        self.speaking = threading.Lock()
        self.live = sys.stdout.isatty()

    def lanes(self, lanes: list[list[Stage]]) -> list[Result]:
        """All results, in the order of the stages; the lanes run side by side."""

        def run_lane(lane: list[Stage]) -> list[Result]:
            results: list[Result] = []
            for stage in lane:
                if self.cancelled.is_set():
                    break
                failed = {result.stage.name for result in results if result.failed}
                results.append(self.stage(stage, book_failed="book" in failed))
            return results

        with ThreadPoolExecutor(len(lanes)) as pool:
            futures = [pool.submit(run_lane, lane) for lane in lanes]
            try:
                while not all(future.done() for future in futures):
                    self.watch_emulator()
                    self.show_progress()
                    time.sleep(0.2)
            except BaseException:  # Ctrl-C: end what runs, or the pool would wait for it
                self.cancelled.set()
                for child in list(self.children):
                    child.end()
                raise
        return [result for future in futures for result in future.result()]

    def watch_emulator(self) -> None:
        """Say at once when the emulator has ended, and count it: what needs it will fail."""
        if not self.emulator or self.emulator_ended or not self.emulator.ended():
            return
        during = ", ".join(self.under_way) or "the first one"
        note = (
            f"This run's LocalStack ended by itself, during: {during}.\n"
            "What needs it fails for that alone. Its last words:\n"
            f"{self.emulator.last_words()}\n"
            f"What to do: read {self.emulator.log.relative_to(ROOT)}, then run `make test` again."
        )
        self.emulator_ended = Result(Stage("localstack", "it lives as long as the run"), 0, 1, 0)
        self.emulator_ended.note = note
        self.tell(self.emulator_ended)

    def stage(self, stage: Stage, book_failed: bool = False) -> Result:
        began = self.under_way[stage.name] = time.monotonic()
        if not self.live:
            with self.speaking:
                say.line(f"  begins {stage.name}")
        try:
            result = self.result_of(stage, book_failed)
        except say.Failure as failure:
            result = Result(stage, 0, 1, 0, str(failure))
        except OSError as error:
            result = Result(stage, 0, 1, 0, str(say.failure_of(error)))
        result.seconds = time.monotonic() - began
        del self.under_way[stage.name]
        self.tell(result)
        return result

    def result_of(self, stage: Stage, book_failed: bool) -> Result:
        if stage.name == "book":
            passed, failed = self.build_book(stage)
            note = str(book.not_clean(LOGS / "book.log")) if failed else ""
            return Result(stage, passed, failed, 0, note)
        if stage.needs_emulator and self.emulator_ended:
            return Result(stage, 0, 1, 0, "not run: this run's LocalStack has ended")
        if stage.needs_book and (book_failed or not (HTML / "index.html").exists()):
            return Result(stage, 0, 1, 0, "not run: there is no good book to look at")
        if stage.name == "browser" and not has_chromium():
            if os.environ.get("CI"):
                return Result(stage, 0, 1, 0, "no Chromium here, and in CI it may not be missing")
            note = "NOT RUN: no Chromium on this machine. Install Chromium or Chrome to run it."
            return Result(stage, 0, 0, 0, note)
        log = LOGS / f"{stage.name}.log"
        log.unlink(missing_ok=True)
        passed = failed = 0
        for command in stage.commands:
            status, text = self.command(stage, command)
            ran = {word: count(text, word) for word in ("passed", "failed", "error")}
            passed += ran["passed"] or (status == 0)
            if status:
                failed += (ran["failed"] + ran["error"]) or 1
                break
        note = ""
        if status == ENDED_BY_FORCE:
            note = f"ended by force after {LIMIT_SECONDS} s: see {log.relative_to(ROOT)}"
        return Result(stage, passed, failed, 0, note)

    def build_book(self, stage: Stage) -> tuple[int, int]:
        """(passed, failed). What is wrong is in the log, like every other stage's."""
        with book.one_build_at_a_time():
            built_from = book.digest()
            status, _ = self.command(stage, book.COMMAND, fresh=True)
            if status:
                return 0, 1
            book.STAMP.write_text(built_from)
        return 1, 0

    def command(self, stage: Stage, command: list[str], fresh: bool = False) -> tuple[int, str]:
        """Exit code and output of one command, run on a leash into the stage's log."""
        log = LOGS / f"{stage.name}.log"
        if fresh:
            log.unlink(missing_ok=True)
        before = log.stat().st_size if log.exists() else 0
        environment_of = self.emulator_address if stage.needs_emulator else {}
        child = processes.Child(stage.name, command, log=log, **environment_of)
        self.children.add(child)
        try:
            status = child.wait(LIMIT_SECONDS)
        finally:
            child.end()
            self.children.discard(child)
        with log.open("rb") as output:
            output.seek(before)
            return status, output.read().decode(errors="replace")

    def show_progress(self) -> None:
        if self.live and self.under_way:
            now = time.monotonic()
            running = ", ".join(
                f"{name} {now - began:.0f} s" for name, began in list(self.under_way.items())
            )
            with self.speaking:
                print(f"\r\033[K  … {running}", end="", flush=True)

    def tell(self, result: Result) -> None:
        mark = "FAILED" if result.failed else "ok    " if result.passed else "      "
        name, proves = result.stage.name, result.stage.proves
        with self.speaking:
            if self.live:
                print("\r\033[K", end="")
            ran = f"{result.passed:>4} passed" + (f", {result.failed} failed" * bool(result.failed))
            say.line(f"  {mark} {name:<12}{result.seconds:6.1f} s {ran}  {proves}")
            if result.note:
                say.line(indented(result.note))


def has_chromium() -> bool:
    """Whether the browser tests will find one. PLAYWRIGHT's own download counts too."""
    elsewhere = (glob.glob(os.path.expanduser(path)) for path in CHROMIUM_ELSEWHERE)
    return any(map(shutil.which, CHROMIUM)) or any(elsewhere)


def count(text: str, word: str) -> int:
    """Sum over the closing lines of pytest runs ("2 failed, 31 passed in 4.20s") in a log."""
    closing = re.findall(r"^(?:=+ )?(\d+ \w+.* in [\d.]+s.*)$", text, re.MULTILINE)
    return sum(int(n) for line in closing for n in re.findall(rf"(\d+) {word}s?\b", line))


def indented(text: str) -> str:
    return "\n".join(f"         {row}" for row in text.splitlines())


def summary(results: list[Result], seconds: float) -> int:
    """Print how it all ended. Returns the exit code."""
    failures = [result for result in results if result.failed]
    for result in failures:
        log = LOGS / f"{result.stage.name}.log"
        if log.exists() and not result.note:
            say.line(f"\n--- {result.stage.name}: the end of {log.relative_to(ROOT)} ---")
            say.line("\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:]))
    for result in failures:
        if result.note:
            say.line(f"\n--- {result.stage.name} ---\n{indented(result.note)}")
    skipped = [result.stage.name for result in results if not result.passed and not result.failed]
    say.line()
    if failures:
        names = ", ".join(result.stage.name for result in failures)
        say.line(f"Failed after {seconds:.0f} s: {names}.")
        say.line(f"One alone: make test STAGE={failures[0].stage.name}")
    else:
        say.line(f"All checks passed in {seconds:.0f} s.")
    if skipped:
        say.line(f"Not run: {', '.join(skipped)} (see above).")
    say.line(f"{sum(r.passed for r in results)} passed, {sum(r.failed for r in results)} failed")
    return 1 if failures else 0
