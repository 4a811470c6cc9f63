"""Read a chapter's Markdown as an author wrote it: headings, paragraphs and what they cite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.content.text import end_of_front_matter

# Directives whose body is prose of the chapter; the body of any other fence is not.
PROSE_DIRECTIVES = {"answer", "broken", "mended", "on-real-aws", "exam-and-today", "note"}
ROLE = re.compile(r"\{([\w-]+)\}(`+)(.+?)\2(?!`)", re.DOTALL)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)\1(?!`)", re.DOTALL)
_FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*(\{[\w-]+\})?\s*(.*)$")


@dataclass
class Block:
    """A paragraph, list or directive body: consecutive lines of prose."""

    line: int  # of the file, from 1
    section: str  # the level-2 heading it stands under; empty before the first
    text: str
    directive: str = ""  # whose body it is


@dataclass
class Page:
    """One Markdown page."""

    file: Path
    title: str = ""
    outline: list[tuple[int, str]] = field(default_factory=list)  # headings and directives
    blocks: list[Block] = field(default_factory=list)

    def roles(self) -> Iterator[tuple[int, str, str]]:
        """Yield (line, role, content) of every role on the page, those inside a role too."""
        for block in self.blocks:
            for match in ROLE.finditer(block.text):
                line = block.line + block.text[: match.start()].count("\n")
                yield line, match[1], match[3]
                for inner in ROLE.finditer(match[3]):
                    yield line, inner[1], inner[3]

    def words(self) -> int:
        """Count the words a reader reads: headings and code left out, a role counted as one."""
        return sum(len(ROLE.sub(" x ", block.text).split()) for block in self.blocks)


def read_page(file: Path) -> Page:
    """Return the structure of a page."""
    page = Page(file)
    section = directive = fence = ""
    in_prose, block = True, None
    lines = file.read_text("utf-8").splitlines()
    head = end_of_front_matter(lines)
    for number, line in enumerate(lines[head:], start=head + 1):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2] and not mark[3]:
                fence = directive = ""
                in_prose, block = True, None
                continue
            if not in_prose:
                continue
        elif mark:
            fence, block = mark[1], None
            directive = (mark[2] or "").strip("{}")
            in_prose = directive in PROSE_DIRECTIVES
            if directive:
                page.outline.append((number, f"{{{directive}}} {mark[3]}".strip()))
            continue
        elif heading := re.match(r"^(#{1,6})\s+(.*)$", line):
            block = None
            if len(heading[1]) == 1:
                page.title = heading[2].strip()
            elif len(heading[1]) == 2:
                section = heading[2].strip()
                page.outline.append((number, section))
            continue
        if not line.strip():
            # One directive is one block, however many paragraphs it has.
            block = block if directive else None
            continue
        if block is None:
            block = Block(number, section, line, directive)
            page.blocks.append(block)
        else:
            gap = number - block.line - block.text.count("\n")
            block.text += "\n" * gap + line
    return page


def bare(text: str) -> str:
    """Return prose without roles and inline code, each replaced by blanks of its length."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])  # noqa: E731
    return CODE.sub(blank, ROLE.sub(blank, text))
