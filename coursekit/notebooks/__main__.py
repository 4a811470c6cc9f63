"""The labs from the command line: python -m coursekit.notebooks VERB [SLUG …]."""

import argparse
import copy
import sys
import time
from pathlib import Path

from coursekit.cloud.emulator import engine
from coursekit.cloud.errors import LabError
from coursekit.content import ContentError
from coursekit.notebooks.check import check_notebook
from coursekit.notebooks.files import (
    NotebookError,
    cell_name,
    find_notebooks,
    read_notebook,
    short_name,
    write_notebook,
)
from coursekit.notebooks.normalise import normalise, tidy
from coursekit.notebooks.run import Run, run_notebooks
from coursekit.notebooks.sabotage import verdict, without_fix
from coursekit.notebooks.status import note_runs, store_runs
from coursekit.notebooks.surroundings import emulator, kernel_environment
from coursekit.notebooks.validate import validate
from coursekit.paths import ROOT, STATUS

_VERBS = {
    "execute": "run labs and store their outputs",
    "check": "check the stored form: headings, tags, outputs; runs nothing",
    "test": "run labs and compare with the stored outputs (nbval, strict)",
    "sabotage": "run labs without their fix cells: each must fail in its proof",
    "tidy": "bring labs as they were saved into the stored form; runs nothing",
}
_STATUS = "store how the labs ran in the last `make test` in book/status.json; runs nothing"


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when all is well, 1 when a lab is not, 2 when it could not be run."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.notebooks", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, text in _VERBS.items():
        options = verbs.add_parser(verb, help=text, description=text)
        options.add_argument("slugs", nargs="*", metavar="SLUG", help="a lab; without it, all")
        options.add_argument("--all", action="store_true", help="all labs")
        if verb == "test":
            options.add_argument("--runs", type=Path, help="write here how each lab ran")
    verbs.add_parser("status", help=_STATUS, description=_STATUS)
    options = parser.parse_args(arguments)
    if options.verb == "status":
        return _store_status()
    if options.verb in ("execute", "tidy") and bool(options.slugs) == options.all:
        parser.error(f"{options.verb} changes files: name the labs, or say --all")
    try:
        paths = find_notebooks(options.slugs)
        if options.verb == "test":
            return _test(paths, options.runs)
        return {"execute": _execute, "check": _check, "sabotage": _sabotage, "tidy": _tidy}[
            options.verb
        ](paths)
    except (NotebookError, LabError) as error:
        print(f"{options.verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _execute(paths: list[Path]) -> int:
    """Run in place; a lab that fails is left as it was."""

    def report(run: Run) -> None:
        if run.failed_index is None:
            write_notebook(normalise(run.notebook), run.path)
            _say(f"{short_name(run.path)}: ran in {run.seconds:.1f} s, outputs stored")
        else:
            _say_failure(run)

    runs = _run_all([(path, read_notebook(path)) for path in paths], report)
    return int(any(run.failed_index is not None for run in runs))


def _check(paths: list[Path]) -> int:
    problems = [problem for path in paths for problem in check_notebook(path)]
    for problem in problems:
        _say(problem)
    _say(f"{len(paths)} labs checked, {len(problems)} problems")
    return int(bool(problems))


def _tidy(paths: list[Path]) -> int:
    """Write only what changes, so that a hook sees which labs were not in the stored form."""
    for path in paths:
        notebook = read_notebook(path)
        before = copy.deepcopy(notebook)
        if tidy(notebook) != before:
            write_notebook(notebook, path)
            _say(f"{short_name(path)}: brought into the stored form")
    return 0


def _test(paths: list[Path], runs: Path | None) -> int:
    with emulator() as address:
        _say(f"running {len(paths)} labs and comparing with their stored outputs …")
        localstack, kind = engine(address)  # now: a run may leave it too busy to answer
        code, outcomes = validate(paths, kernel_environment(address))
        if runs:
            note_runs(outcomes, localstack, kind, runs)
        return int(code != 0)


def _store_status() -> int:
    try:
        runs = store_runs()
    except ContentError as error:
        print(f"status: {error}", file=sys.stderr)
        return 2
    failed = sum(not run.passed for run in runs)
    _say(f"{STATUS.relative_to(ROOT)}: {len(runs)} labs stored, {failed} of them failed")
    return 0


def _sabotage(paths: list[Path]) -> int:
    def report(run: Run) -> None:
        wrong = verdict(run)
        good = f"fails in its proof without its fix, as it must ({run.seconds:.1f} s)"
        _say(f"{short_name(run.path)}: {wrong or good}")

    began = time.monotonic()
    runs = _run_all([(path, without_fix(read_notebook(path))) for path in paths], report)
    failed = [run for run in runs if verdict(run)]
    for run in failed:  # again, where they are looked for: at the end
        _say(f"FAILED {short_name(run.path)}: {verdict(run)}")
    counts = f"{len(failed)} failed, " * bool(failed) + f"{len(runs) - len(failed)} passed"
    _say(f"{counts} in {time.monotonic() - began:.1f}s")
    return int(bool(failed))


def _run_all(notebooks, report) -> list[Run]:  # noqa: ANN001
    with emulator() as address:
        names = ", ".join(path.stem for path, _ in notebooks)
        _say(f"running {names} …")
        return run_notebooks(notebooks, kernel_environment(address), report)


def _say_failure(run: Run) -> None:
    where = cell_name(run.notebook, run.failed_index)
    _say(
        f"{short_name(run.path)}: {where} failed after {run.seconds:.1f} s: "
        f"{run.error_name}: {run.error_text}. The file was left as it was."
    )


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
