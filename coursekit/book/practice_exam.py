"""The practice exam: the whole bank inside one page, and what the real exams ask."""

import json
from collections import Counter
from datetime import date
from html import escape
from typing import Any

from docutils import nodes
from docutils.nodes import Node

from coursekit.book.directives import WholeBookDirective
from coursekit.book.roles import source_name
from coursekit.book.titles import plain
from coursekit.content import (
    Chapter,
    ExamFamily,
    ExamVersion,
    Question,
    all_questions,
    load_chapters,
    load_exams,
    load_facts,
)
from coursekit.content.html import inline


class PracticeExam(WholeBookDirective):
    """A place for the exam, its data, and the way to every question for who runs no script."""

    def build(self) -> list[Node]:
        """Return the list of chapters, which the script replaces, and the bank as JSON."""
        chapters = {
            slug: chapter
            for slug, chapter in load_chapters().items()
            if chapter.docname in self.env.found_docs
        }
        asked = exam_questions(chapters)
        links = "".join(
            f'<li><a href="{escape(self.uri(chapters[slug].docname, "self-check"))}">'
            f"{inline(chapters[slug].title)}</a>: {len(bank)} questions</li>"
            for slug, bank in asked.items()
        )
        html = (
            '<div class="ck-practice" id="exams"><p>The exam runs in your browser and needs'
            " JavaScript, which is off here or did not start. Every question stands at the end of "
            "its chapter, too, with a reason for every option:</p>"
            f"<ul>{links}</ul></div>"
            '<script type="application/json" id="exam-bank">'
            f"{as_script(self.bank(chapters, asked))}</script>"
        )
        return [nodes.raw("", html, format="html")]

    def bank(
        self, chapters: dict[str, Chapter], asked: dict[str, list[Question]]
    ) -> dict[str, Any]:
        """Return what the scripts need: exams, chapters and questions, texts as HTML."""
        facts = load_facts()

        def question(slug: str, one: Question) -> dict[str, Any]:
            return {
                "id": one.id,
                "digest": one.digest,
                "chapter": slug,
                "stem": inline(one.stem, facts),
                "options": [
                    {
                        "text": inline(option.text, facts),
                        "right": option.right,
                        "reason": inline(option.reason, facts),
                    }
                    for option in one.options
                ],
                "exams": one.exams,
                "topics": one.domains,
                "patterns": [pattern for pattern in one.patterns if pattern in chapters],
                "lab": self.lab_link(one.lab),
            }

        return {
            "exams": [family.model_dump(mode="json") for family in load_exams().values()],
            "chapters": {
                slug: {
                    "title": plain(chapter.title),
                    "part": chapter.part,
                    "page": self.uri(chapter.docname),
                    "lab": self.uri(chapter.lab_docname) if chapter.lab.exists() else "",
                }
                for slug, chapter in chapters.items()
            },
            "questions": [question(slug, one) for slug, bank in asked.items() for one in bank],
        }


class ExamTable(WholeBookDirective):
    """Each version of each exam beside what the bank has for it."""

    def build(self) -> list[Node]:
        """Return one table a version, with its days, its length and its sources."""
        chapters = load_chapters()
        asked = [one for bank in exam_questions(chapters).values() for one in bank]
        html = "".join(
            self.table(family, version, [one for one in asked if family.family in one.exams])
            for family in load_exams().values()
            for version in family.versions
        )
        return [nodes.raw("", f'<div class="ck-practice-exams">{html}</div>', format="html")]

    def table(self, family: ExamFamily, version: ExamVersion, asked: list[Question]) -> str:
        """Return the version's domains with their weights, and how many questions there are."""
        has = Counter(domain for one in asked for domain in version.domains_of(one))
        rows = "".join(
            f"<tr><th scope='row'>{escape(domain.name)}</th><td>"
            f"{f'{domain.weight_percent}%' if domain.weight_percent else 'not known'}</td>"
            f"<td>{has[domain.name]}</td></tr>"
            for domain in version.domains
        )
        sources = " · ".join(
            f'<a href="{escape(source)}">{escape(source_name(source))}</a>'
            if source.startswith("http")
            else escape(source)
            for source in version.source
        )
        unconfirmed = (
            '<p><span class="ck-badge ck-badge-waiting">Unconfirmed</span> '
            f"{escape(version.unconfirmed)}</p>"
            if version.unconfirmed
            else ""
        )
        return (
            f"<h3>{version.code}: {escape(family.name)}</h3>"
            f"<p>{days(version.valid_from, version.valid_until)} {version.questions} questions in "
            f"{version.minutes} minutes. This book has {len(asked)} for it.</p>"
            "<table><thead><tr><th scope='col'>Domain</th><th scope='col'>Weight</th>"
            f"<th scope='col'>Questions here</th></tr></thead><tbody>{rows}</tbody></table>"
            f'{unconfirmed}<p class="ck-source">Source: {sources}, checked {version.checked}</p>'
        )


def exam_questions(chapters: dict[str, Chapter]) -> dict[str, list[Question]]:
    """Return the exam questions of these chapters, in reading order."""
    banks = all_questions()
    return {
        slug: [one for one in banks[slug] if one.kind == "exam"]
        for slug in chapters
        if slug in banks
    }


def as_script(data: object) -> str:
    """Return JSON that nothing inside it can end: a `<` would begin a tag."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def days(first: date | None, last: date | None) -> str:
    """Return when a version can be taken, in words that stay true."""
    if first:
        return f"From {first} to {last}." if last else f"From {first} on."
    return f"Until {last}." if last else "The current version."
