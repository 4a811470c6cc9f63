"""Labs as files: headings, tagged cells and the numbers that their last run recorded."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.content.chapters import find_chapter
from coursekit.content.errors import ContentError, Problem, did_you_mean
from coursekit.paths import ROOT

RECORD = "application/vnd.coursekit.record+json"
# Tags that steer a tool or the page; only the others name a place in the lab.
LAYOUT_TAGS = re.compile(r"^(hide|remove|raises|skip|scroll|nbval|parameters)([-_]|$)")


@dataclass(frozen=True)
class Lab:
    """A committed notebook, read without running it."""

    file: Path
    metadata: dict[str, Any]
    cells: list[dict[str, Any]]

    @property
    def card(self) -> dict[str, Any]:
        """What the notebook says about itself: title, minutes, needs, shows."""
        return self.metadata.get("coursekit", {})

    def anchors(self) -> dict[str, dict[str, Any]]:
        """Return the code cells by their places: `break`, then `break.2` and so on."""
        places: dict[str, dict[str, Any]] = {}
        counts: dict[str, int] = {}
        for cell in self.cells:
            if cell["cell_type"] != "code":
                continue
            for tag in cell["metadata"].get("tags", []):
                if LAYOUT_TAGS.match(tag):
                    continue
                counts[tag] = counts.get(tag, 0) + 1
                places[tag if counts[tag] == 1 else f"{tag}.{counts[tag]}"] = cell
        return places

    def picture(self, place: str) -> str:
        """Return the HTML of the first picture that the lab stored from this place on.

        A cell that only draws has no tag of its own, so the cells up to the next place count, too.
        LookupError where there is no such place, or no picture before the next.
        """
        places = self.anchors()
        if place not in places:
            raise LookupError(
                f"the lab has no cell {place!r}: {did_you_mean(place, places, 'places')}"
            )
        tagged = {id(cell) for cell in places.values()}
        start = self.cells.index(places[place])
        for number, cell in enumerate(self.cells[start:]):
            if number and id(cell) in tagged:
                break
            for output in cell.get("outputs", []):
                html = _text(output.get("data", {}).get("text/html", ""))
                if 'class="ck-evidence"' in html:
                    return html
        raise LookupError(f"the lab draws nothing at {place!r}, nor before its next tagged cell")

    def headings(self) -> list[str]:
        """Return the texts of the level-2 headings, in order."""
        return [
            line[3:].strip()
            for cell in self.cells
            if cell["cell_type"] == "markdown"
            for line in outside_code(_text(cell["source"]))
            if line.startswith("## ")
        ]

    def records(self) -> dict[str, tuple[dict[str, Any], str]]:
        """Return the recorded values by name, each with the place of the cell that shows it."""
        places = {id(cell): place for place, cell in reversed(self.anchors().items())}
        found: dict[str, tuple[dict[str, Any], str]] = {}
        for cell in self.cells:
            for output in cell.get("outputs", []):
                record = output.get("data", {}).get(RECORD)
                if record:
                    found[record["name"]] = (record["values"], places.get(id(cell), ""))
        return found


def load_lab(slug: str, root: Path = ROOT) -> Lab:
    """Return the committed lab of a chapter."""
    return read_lab(find_chapter(slug, root).lab)


def read_lab(file: Path) -> Lab:
    """Return the notebook in a file; say in words when it cannot be read."""
    try:
        notebook = json.loads(file.read_text("utf-8"))
        return Lab(file, notebook["metadata"], notebook["cells"])
    except FileNotFoundError:
        fix = "write the lab, or mend the slug"
        raise ContentError([Problem(file, "", "", "there is no such lab", fix)]) from None
    except (ValueError, KeyError) as error:
        message = f"is not a notebook: {error}"
        raise ContentError([Problem(file, "", "", message, "save it again in Jupyter")]) from None


def anchor_id(place: str) -> str:
    """Return the HTML id of a place: `break.2` becomes `cell-break-2`."""
    return "cell-" + place.replace(".", "-")


def recorded(reference: str, root: Path = ROOT) -> tuple[Any, str, Lab]:
    """Return the value that `slug:name.key` recorded, its place in the lab, and the lab."""
    slug, _, path = reference.strip().partition(":")
    name, _, key = path.partition(".")
    lab = load_lab(slug, root)
    records = lab.records()
    if name not in records:
        raise LookupError(f"{slug} records no {name!r}: {did_you_mean(name, records, 'records')}")
    values, place = records[name]
    if key not in values:
        raise LookupError(f"{slug}:{name} has no {key!r}: {did_you_mean(key, values, 'values')}")
    return values[key], place, lab


def outside_code(text: str) -> Iterator[str]:
    """Yield the lines of a Markdown text that are not inside a fenced block."""
    fence = ""
    for line in text.splitlines():
        mark = re.match(r"\s*(`{3,}|~{3,}|:{3,})", line)
        if fence:
            if mark and mark[1].startswith(fence) and line.strip() == mark[1]:
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield line


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
