"""One kind of error for everything that an author can get wrong in a text file."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from coursekit.paths import ROOT


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do about it."""

    file: Path
    entry: str
    field: str
    message: str
    fix: str = ""
    warning: bool = False

    def __str__(self) -> str:
        """Return the problem on one line, the fix on a second."""
        file = self.file.relative_to(ROOT) if self.file.is_relative_to(ROOT) else self.file
        where = " · ".join(part for part in (self.entry, self.field) if part)
        line = f"{file}: {where + ': ' if where else ''}{self.message}"
        return f"{line}\n    → {self.fix}" if self.fix else line


class ContentError(Exception):
    """All the problems that were found in one reading of a file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the message lists every one of them."""
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(name: str, known: Iterable[str], what: str) -> str:
    """Say which of the known names are close to a name that is not one of them."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    if len(known) <= 12:
        return f"known {what}: {', '.join(known) or 'none'}"
    return f"no {what} is close to that; there are {len(known)}"


_WITH_ADVICE = re.compile(r": ((?:did you mean|known|no \w+ is close|add one of) .*)$")


def problem_of(error: LookupError, file: Path, entry: str, field: str) -> Problem:
    """Translate what a citation that leads nowhere says: its advice, if it has some, is the fix."""
    message = str(error.args[0])
    advice = _WITH_ADVICE.search(message)
    if not advice:
        return Problem(file, entry, field, message, "mend its spelling, or write what it names")
    return Problem(file, entry, field, message[: advice.start()], advice[1])


# The words for what pydantic finds most often; anything else is told in its own words.
_ADVICE = {
    "extra_forbidden": ("is not a field of this entry", "remove it, or mend its spelling"),
    "missing": ("is missing", "add it"),
    "too_short": ("has too few entries", "add what is missing"),
    "string_too_short": ("is empty", "write it, or remove the entry"),
}


def problems_of(error: ValidationError, file: Path, entry: str) -> list[Problem]:
    """Translate pydantic's findings about one entry."""
    found = []
    for detail in error.errors():
        field = ".".join(str(part) for part in detail["loc"])
        message, fix = _ADVICE.get(detail["type"], ("", ""))
        if detail["type"] == "value_error":
            message, _, fix = str(detail["ctx"]["error"]).partition(" → ")
        elif not message:
            message, fix = detail["msg"], f"found {detail['input']!r}"
        found.append(Problem(file, entry, field, message, fix))
    return found
