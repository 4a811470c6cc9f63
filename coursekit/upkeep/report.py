"""The report of `make upkeep`, as Markdown: the text of one issue."""

from collections.abc import Iterable
from dataclasses import dataclass

MAXIMUM_CHARACTERS = 60_000  # an issue on GitHub takes 65,536


@dataclass(frozen=True)
class Section:
    """What one look found. `apart`: it is only for the record and asks nobody to do anything."""

    title: str
    to_do: str
    findings: tuple[str, ...]
    apart: bool = False


def text_of(sections: Iterable[Section]) -> str:
    """The whole report; empty where nothing asks for work, so that no issue stays open for it."""
    found = [section for section in sections if section.findings]
    if all(section.apart for section in found):
        return ""
    text = "\n".join(map(_text_of_section, found))
    if len(text) <= MAXIMUM_CHARACTERS:
        return text
    cut = text[:MAXIMUM_CHARACTERS].rpartition("\n")[0]
    return f"{cut}\n\nThe rest did not fit: `make upkeep` shows it.\n"


def _text_of_section(section: Section) -> str:
    rows = "\n".join(f"- {finding}" for finding in section.findings)
    return f"## {section.title}\n\n{section.to_do}\n\n{rows}\n"
