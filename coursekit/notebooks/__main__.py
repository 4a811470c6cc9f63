"""The labs from the command line: python -m coursekit.notebooks VERB [SLUG …]."""

import argparse
import sys
from pathlib import Path

from coursekit.cloud.errors import LabError
from coursekit.notebooks.check import check_notebook
from coursekit.notebooks.files import (
    NotebookError,
    cell_name,
    find_notebooks,
    read_notebook,
    short_name,
    write_notebook,
)
from coursekit.notebooks.normalise import normalise
from coursekit.notebooks.run import Run, run_notebooks
from coursekit.notebooks.sabotage import verdict, without_fix
from coursekit.notebooks.surroundings import emulator, kernel_environment
from coursekit.notebooks.validate import validate

_VERBS = {
    "execute": "run labs and store their outputs",
    "check": "check the stored form: headings, tags, outputs; runs nothing",
    "test": "run labs and compare with the stored outputs (nbval, strict)",
    "sabotage": "run labs without their fix cells: each must fail in its proof",
}


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when all is well, 1 when a lab is not, 2 when it could not be run."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.notebooks", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, text in _VERBS.items():
        options = verbs.add_parser(verb, help=text, description=text)
        options.add_argument("slugs", nargs="*", metavar="SLUG", help="a lab; without it, all")
        options.add_argument("--all", action="store_true", help="all labs")
    options = parser.parse_args(arguments)
    if options.verb == "execute" and bool(options.slugs) == options.all:
        parser.error("execute changes files: name the labs, or say --all")
    try:
        paths = find_notebooks(options.slugs)
        return {"execute": _execute, "check": _check, "test": _test, "sabotage": _sabotage}[
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


def _test(paths: list[Path]) -> int:
    with emulator() as address:
        _say(f"running {len(paths)} labs and comparing with their stored outputs …")
        return int(validate(paths, kernel_environment(address)) != 0)


def _sabotage(paths: list[Path]) -> int:
    def report(run: Run) -> None:
        wrong = verdict(run)
        good = f"fails in its proof without its fix, as it must ({run.seconds:.1f} s)"
        _say(f"{short_name(run.path)}: {wrong or good}")

    runs = _run_all([(path, without_fix(read_notebook(path))) for path in paths], report)
    return int(any(verdict(run) for run in runs))


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
