"""Outside links of the book, the labs, the README and the facts' sources: which lead nowhere."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from coursekit.content import load_facts
from coursekit.paths import ROOT
from coursekit.upkeep.fetching import fetch_all
from coursekit.upkeep.report import Section

LINK = re.compile(r"\]\((https?://(?:[^\s()]|\([^\s()]*\))+)|<(https?://[^\s>]+)>")
GONE = {0, 404, 410}  # 403, 429 and 5xx say more about who asks, and when


def look(root: Path = ROOT) -> list[Section]:
    """Fetch every outside link once."""
    places: dict[str, list[str]] = defaultdict(list)
    for url, place in outside_links(root):
        places[url.partition("#")[0]].append(place)
    answers = fetch_all(places).values()
    gone = [answer for answer in answers if answer.status in GONE]
    unsure = [answer for answer in answers if answer.problem and answer not in gone]
    found = [
        f"{one.url}: {one.problem} (in {', '.join(sorted(set(places[one.url])))})" for one in gone
    ]
    return [
        Section("Links that lead nowhere", "Mend or take out.", tuple(found)),
        Section(
            "Links that could not be looked at",
            "These sites refuse programs, or were down. Open them in a browser when you are near.",
            tuple(f"{one.url}: {one.problem}" for one in unsure),
            apart=True,
        ),
    ]


def outside_links(root: Path) -> Iterator[tuple[str, str]]:
    """(address, the file or fact that has it), from all that is written to be read."""
    for file in sorted([*root.glob("*.md"), *root.glob("book/**/*.md")]):
        yield from links_in(file.read_text("utf-8"), file.relative_to(root).as_posix())
    for file in sorted(root.glob("labs/*/*.ipynb")):
        for cell in json.loads(file.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield from links_in("".join(cell["source"]), file.relative_to(root).as_posix())
    for fact in load_facts(root / "book" / "facts.yml").values():
        for source in fact.source:
            if source.startswith(("https://", "http://")):
                yield source.split()[0], f"the fact {fact.id}"


def links_in(text: str, place: str) -> Iterator[tuple[str, str]]:
    for match in LINK.finditer(text):
        yield match[1] or match[2], place
