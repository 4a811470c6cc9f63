"""The skeleton of a chapter: every file that a chapter has, and its line in _toc.yml."""

import re
from pathlib import Path

from coursekit.content.chapters import Chapter, all_slugs
from coursekit.content.errors import ContentError, Problem, did_you_mean
from coursekit.paths import PARTS, ROOT, TABLE_OF_CONTENTS

SKELETON = Path(__file__).with_name("skeleton")
PLACE = "chapter-slug"  # stands for the slug in every template
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 40  # characters; it is part of addresses, file names and ids


def new_chapter(slug: str, part: str, root: Path = ROOT) -> list[Path]:
    """Write the skeleton and return its files, _toc.yml last.

    Raises ContentError, before anything is written, where a name does not fit or a file is there.
    """
    contents = root / TABLE_OF_CONTENTS.name
    chapter = Chapter(slug, part, root)
    texts = {file: _text(template, slug) for file, template in _templates(chapter).items()}
    problems = [*_name_problems(slug, part, root)]
    problems += [
        Problem(file, "", "", "is there already", "choose another slug, or move the file away")
        for file in texts
        if file.exists() and not problems
    ]
    if problems:
        raise ContentError(problems)
    with_line = _with_line(contents, chapter)
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    contents.write_text(with_line, encoding="utf-8")
    return [*texts, contents]


def _templates(chapter: Chapter) -> dict[Path, str]:
    """The files of a chapter, with the template that each is made from."""
    return {
        chapter.prose: "chapter.md",
        chapter.figure: "figure.yml",
        chapter.questions: "questions.yml",
        chapter.lab: "lab.ipynb",
        chapter.handlers / "worker.py": "worker.py",
        chapter.handler_tests: "test_worker.py",
    }


def _text(template: str, slug: str) -> str:
    return (SKELETON / template).read_text("utf-8").replace(PLACE, slug)


def _name_problems(slug: str, part: str, root: Path) -> list[Problem]:
    contents = root / TABLE_OF_CONTENTS.name
    found = []
    if part not in PARTS:
        fix = did_you_mean(part.lower(), PARTS, "parts")
        found.append(Problem(contents, "PART", "", f"there is no part {part!r}", fix))
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST:
        proposed = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[:LONGEST].strip("-")
        fix = f"small letters and digits with hyphens between words, {LONGEST} at most"
        fix += f": {proposed}" if proposed else ""
        found.append(Problem(contents, "SLUG", "", f"{slug!r} is no slug", fix))
    elif slug in (known := all_slugs(root)):
        message = f"there is a chapter {slug!r} in {known[slug]} already"
        fix = f"choose another slug, or work on book/{known[slug]}/{slug}.md"
        found.append(Problem(contents, "SLUG", "", message, fix))
    return found


def _with_line(contents: Path, chapter: Chapter) -> str:
    """The text of _toc.yml with the chapter's line after the last of its part."""
    lines = contents.read_text("utf-8").splitlines(keepends=True)
    of_part = [n for n, line in enumerate(lines) if f"book/{chapter.part}/" in line]
    if not of_part:
        fix = f"give the part its first line by hand: `{chapter.line}`"
        raise ContentError([Problem(contents, chapter.part, "", "lists no page of it", fix)])
    item = next(lines[n] for n in reversed(of_part) if lines[n].lstrip().startswith("- "))
    after = of_part[-1] + 1
    while after < len(lines) and _indent(lines[after]) > _indent(item):
        after += 1  # the last entry may go on below its first line
    lines.insert(after, " " * _indent(item) + chapter.line + "\n")
    return "".join(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
