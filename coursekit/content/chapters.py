"""Chapters: which there are, and the files that belong to each.

The list is _toc.yml's, so a new chapter is a line there and no code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from coursekit.content.errors import ContentError, Problem, did_you_mean
from coursekit.content.text import read_yaml
from coursekit.paths import PARTS, ROOT, TABLE_OF_CONTENTS

TOOLS = "practice"  # this part of the book also holds pages that are no chapters


@dataclass(frozen=True)
class Chapter:
    """One chapter: its place in the course and its files, which may or may not exist yet."""

    slug: str
    part: str
    root: Path = ROOT

    @property
    def prose(self) -> Path:
        """What is read."""
        return self.root / "book" / self.part / f"{self.slug}.md"

    @property
    def lab(self) -> Path:
        """What is run."""
        return self.root / "labs" / self.part / f"{self.slug}.ipynb"

    @property
    def questions(self) -> Path:
        """What is asked."""
        return self.root / "book" / "questions" / f"{self.slug}.yml"

    @property
    def figure(self) -> Path:
        """The source of what is drawn."""
        return self.root / "book" / "figures" / f"{self.slug}.yml"

    @property
    def handlers(self) -> Path:
        """Folder of the Lambda code that the lab deploys."""
        return self.root / "labs" / "handlers" / self.slug

    @property
    def handler_tests(self) -> Path:
        """Unit tests of that code."""
        name = self.slug.replace("-", "_")
        return self.root / "tests" / "handlers" / f"test_{name}.py"

    @property
    def docname(self) -> str:
        """The chapter's page, as Sphinx names it."""
        return f"book/{self.part}/{self.slug}"

    @property
    def lab_docname(self) -> str:
        """The lab's page, as Sphinx names it."""
        return f"labs/{self.part}/{self.slug}"

    @property
    def line(self) -> str:
        """What _toc.yml says of it."""
        return f"- {{file: {self.docname}, sections: [{{file: {self.lab_docname}}}]}}"

    @cached_property
    def title(self) -> str:
        """The chapter's first heading."""
        for line in self.prose.read_text("utf-8").splitlines():
            if line.startswith("# "):
                return line[2:].strip()
        fix = "begin the page with `# Title`"
        raise ContentError([Problem(self.prose, "", "", "has no title", fix)])


def curriculum(root: Path = ROOT) -> dict[str, tuple[str, ...]]:
    """Return the slugs of each part in reading order, as _toc.yml lists them.

    They may be about to be written: a question may be about a later chapter.
    """
    file = root / TABLE_OF_CONTENTS.name
    return _curriculum_of(file, file.read_text("utf-8") if file.exists() else "")


def all_slugs(root: Path = ROOT) -> dict[str, str]:
    """Return every chapter's part by its slug, in reading order."""
    return {slug: part for part, slugs in curriculum(root).items() for slug in slugs}


def course_of(file: Path) -> Path:
    """Return the root of the course that a file belongs to: the folder above it with _toc.yml."""
    for folder in file.resolve().parents:
        if (folder / TABLE_OF_CONTENTS.name).exists():
            return folder
    return ROOT


def load_chapters(root: Path = ROOT) -> dict[str, Chapter]:
    """Return the chapters whose prose exists, in reading order, by slug."""
    chapters = (Chapter(slug, part, root) for slug, part in all_slugs(root).items())
    return {chapter.slug: chapter for chapter in chapters if chapter.prose.exists()}


def find_chapter(slug: str, root: Path = ROOT) -> Chapter:
    """Return the chapter or the lab of that name, written or not; suggest close names."""
    known = all_slugs(root)
    if slug not in known:
        fix = did_you_mean(slug, known, "chapters")
        contents = root / TABLE_OF_CONTENTS.name
        raise ContentError([Problem(contents, "", "", f"there is no chapter {slug!r}", fix)])
    return Chapter(slug, known[slug], root)


@lru_cache(maxsize=8)
def _curriculum_of(file: Path, text: str) -> dict[str, tuple[str, ...]]:
    """The text is what the answer depends on: a course is asked for its chapters very often."""
    found: dict[str, list[str]] = {}
    for entry in pages(read_yaml(file) if text else {}):
        folder, _, slug = entry["file"].rpartition("/")
        part = folder.removeprefix("book/")
        if folder != f"book/{part}" or part not in PARTS:
            continue
        if part != TOOLS or f"labs/{part}/{slug}" in [page["file"] for page in pages(entry)]:
            found.setdefault(part, []).append(slug)
    return {part: tuple(slugs) for part, slugs in found.items()}


def pages(contents: Any) -> Iterator[dict[str, Any]]:
    """Yield every entry of _toc.yml that names a page in `file`, however deep."""
    if isinstance(contents, dict):
        if isinstance(contents.get("file"), str):
            yield contents
        for value in contents.values():
            yield from pages(value)
    elif isinstance(contents, list):
        for value in contents:
            yield from pages(value)
