"""What the skeleton of a chapter left for its author, and where it still stands.

`make new-chapter` writes files that everything can read, with a mark where an author's words
belong. A mark that is left is an error, so a chapter cannot be half written and pass.
"""

import re
from collections.abc import Iterator

from coursekit.content.chapters import Chapter
from coursekit.content.errors import Problem

MARKER = "TO WRITE:"
MESSAGE = "is still to be written"
_MARK = re.compile(rf"{MARKER}\s*(.*?)(?=\s*{MARKER}|$)")


def still_to_write(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line, from 1, of every mark in a text, and what belongs in its place."""
    for number, line in enumerate(text.splitlines(), start=1):
        for mark in _MARK.finditer(line):
            what = mark[1].rstrip(" |")
            what = what.rstrip('"') if what.count('"') % 2 else what  # of the YAML or Python around
            yield number, what or "what the mark stands for"


def placeholders(chapter: Chapter) -> Iterator[Problem]:
    """Yield every mark in a chapter's text files. Notebooks have cells and a check of their own."""
    files = [chapter.prose, chapter.questions, chapter.figure, chapter.handler_tests]
    files += sorted(chapter.handlers.rglob("*.py"))
    for file in files:
        text = file.read_text("utf-8") if file.is_file() else ""
        for number, what in still_to_write(text):
            place = _entry_and_field(text, number) if file.suffix == ".yml" else ""
            yield Problem(file, f"line {number}", place, MESSAGE, f"in place of the mark: {what}")


def _entry_and_field(text: str, number: int) -> str:
    """Name a place in YAML as other problems do: `vtf-predict.stem`."""
    lines = text.splitlines()[:number]
    ids = [named[1] for line in lines if (named := re.match(r"- id:\s*(\S+)", line))]
    fields = [named[1] for line in lines if (named := re.match(r"[\s-]*(\w+):", line))]
    return ".".join([*ids[-1:], *fields[-1:]])
