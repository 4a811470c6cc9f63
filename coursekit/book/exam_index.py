"""The exam index: for each domain of each exam the chapters that ask about it, most first."""

from collections import Counter
from html import escape

from docutils import nodes
from docutils.nodes import Node

from coursekit.book.directives import WholeBookDirective
from coursekit.book.practice_exam import days, exam_questions
from coursekit.book.symptom_index import link
from coursekit.book.titles import short
from coursekit.content import (
    Chapter,
    ExamFamily,
    ExamVersion,
    Question,
    load_chapters,
    load_exams,
)
from coursekit.content.exams import ExamDomain
from coursekit.content.html import inline

PAGE = "book/reference/exams"
PRACTICE = "book/practice/practice-exam"
SHOWN = 5  # chapters of a domain that stand there unfolded

Bank = dict[str, list[Question]]  # by chapter


class _ExamDirective(WholeBookDirective):
    def asked(self) -> tuple[dict[str, Chapter], Bank]:
        """Return the chapters that are in the book, and their exam questions."""
        chapters = {
            slug: chapter
            for slug, chapter in load_chapters().items()
            if chapter.docname in self.env.found_docs
        }
        return chapters, exam_questions(chapters)


class ExamIndex(_ExamDirective):
    """Everything comes from the tags of the questions and from exams.yml."""

    def build(self) -> list[Node]:
        """Return one section a certification, in it one a version."""
        self.chapters, bank = self.asked()
        sections: list[Node] = []
        for family in load_exams().values():
            own = {
                slug: [one for one in questions if family.family in one.exams]
                for slug, questions in bank.items()
            }
            section = nodes.section(ids=[anchor(family)])
            section += nodes.title("", f"{family.family}: {family.name}")
            section += self.practice(family, sum(map(len, own.values())))
            section += [self.version(version, own) for version in family.versions]
            sections.append(section)
        return sections

    def practice(self, family: ExamFamily, count: int) -> Node:
        """Return how many questions there are, and the way to an exam of them."""
        line = nodes.paragraph("", f"{count} questions of this book are tagged {family.family}. ")
        line += link("Sit a practice exam", self.uri(PRACTICE, "exams"))
        codes = " or ".join(version.code for version in family.versions)
        line += nodes.Text(f": choose {codes} there.")
        return line

    def version(self, version: ExamVersion, bank: Bank) -> Node:
        """Return one version's domains."""
        section = nodes.section(ids=[nodes.make_id(version.code)])
        section += nodes.title("", version.code)
        section += nodes.paragraph("", days(version.valid_from, version.valid_until))
        domains = "\n".join(self.domain(version, domain, bank) for domain in version.domains)
        section += nodes.raw("", domains, format="html")
        if version.unconfirmed:
            section += nodes.paragraph(
                *("", ""),
                nodes.inline("", "Unconfirmed", classes=["ck-badge", "ck-badge-waiting"]),
                nodes.Text(f" {version.unconfirmed}"),
            )
        return section

    def domain(self, version: ExamVersion, domain: ExamDomain, bank: Bank) -> str:
        """Return a domain's weight and its chapters, those with the most questions first."""
        counts = Counter(
            {
                slug: sum(domain.name in version.domains_of(one) for one in questions)
                for slug, questions in bank.items()
            }
        )
        rows = [self.row(slug, count) for slug, count in counts.most_common() if count]
        weight = f"{domain.weight_percent}%" if domain.weight_percent else "weight not known"
        more = (
            f"<details><summary>{_count(len(rows) - SHOWN, 'more chapter')}</summary>"
            f"<ol start='{SHOWN + 1}'>{''.join(rows[SHOWN:])}</ol></details>"
            if len(rows) > SHOWN
            else ""
        )
        return (
            '<div class="ck-domain"><p class="ck-domain-head">'
            f"<strong>{escape(domain.name)}</strong> "
            f'<span class="ck-count">{weight} · {_count(counts.total(), "question")}</span></p>'
            f"<ol>{''.join(rows[:SHOWN])}</ol>{more}</div>"
        )

    def row(self, slug: str, count: int) -> str:
        """Return one chapter, as a link to its questions."""
        chapter = self.chapters[slug]
        return (
            f'<li><a href="{escape(self.uri(chapter.docname, "self-check"))}">'
            f'{inline(short(chapter.title))}</a> <span class="ck-count">{count}</span></li>'
        )


class ExamDoors(_ExamDirective):
    """The certifications, each a link into the index."""

    def build(self) -> list[Node]:
        """Return the certifications with the number of their questions."""
        _, bank = self.asked()
        listed = nodes.bullet_list(classes=["ck-door-links"])
        for family in load_exams().values():
            count = sum(family.family in one.exams for asked in bank.values() for one in asked)
            line = nodes.paragraph("", "", link(family.family, self.uri(PAGE, anchor(family))))
            line += nodes.inline("", f" {_count(count, 'question')}", classes=["ck-count"])
            listed += nodes.list_item("", line)
        return [listed]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)


def anchor(family: ExamFamily) -> str:
    """Return the anchor of a certification on the page."""
    return nodes.make_id(f"exam-{family.family}")
