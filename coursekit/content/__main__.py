"""`python -m coursekit.content check`: every problem of the content, and an exit code."""

import argparse
import sys
from pathlib import Path

from coursekit.content.check import check
from coursekit.paths import ROOT


def main() -> int:
    """Print the problems, errors first; 1 if there is an error."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.content", description=main.__doc__)
    parser.add_argument("verb", choices=["check"], nargs="?", default="check")
    parser.add_argument("--root", type=Path, default=ROOT, help="the course to check")
    parser.add_argument("--no-warnings", action="store_true", help="print errors only")
    options = parser.parse_args()
    problems = check(options.root.resolve())
    errors = [problem for problem in problems if not problem.warning]
    for problem in problems:
        if not problem.warning:
            print(problem)
        elif not options.no_warnings:
            print(f"warning: {problem}")
    print(f"content: {len(errors)} errors, {len(problems) - len(errors)} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
