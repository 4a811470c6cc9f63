"""The symptom index: what somebody sees leads to the chapter, and to the cell that shows it."""

from docutils import nodes
from docutils.nodes import Node

from coursekit.book.directives import WholeBookDirective
from coursekit.book.titles import short
from coursekit.content import KINDS, Chapter, Symptom, load_chapters, load_symptoms

PAGE = "book/reference/symptoms"


class _SymptomDirective(WholeBookDirective):
    def symptoms(self) -> dict[str, list[tuple[Symptom, Chapter]]]:
        """Return the symptoms of the chapters that are in the book, by kind."""
        found: dict[str, list[tuple[Symptom, Chapter]]] = {kind: [] for kind in KINDS}
        for chapter in load_chapters().values():
            if chapter.docname in self.env.found_docs:
                for symptom in load_symptoms(chapter):
                    found[symptom.kind].append((symptom, chapter))
        return {kind: symptoms for kind, symptoms in found.items() if symptoms}


class SymptomIndex(_SymptomDirective):
    """All symptoms, by kind."""

    def build(self) -> list[Node]:
        """Return one section a kind."""
        sections: list[Node] = []
        for kind, symptoms in self.symptoms().items():
            section = nodes.section(ids=[anchor(kind)])
            section += nodes.title("", KINDS[kind])
            listed = nodes.bullet_list(classes=["ck-symptoms"])
            listed += [self.entry(symptom, chapter) for symptom, chapter in symptoms]
            section += listed
            sections.append(section)
        return sections

    def entry(self, symptom: Symptom, chapter: Chapter) -> Node:
        """Return a symptom as a link to its chapter, and below it the way to the cell."""
        see = nodes.paragraph(classes=["ck-symptom"])
        see += link(symptom.see, self.uri(chapter.docname))
        where = nodes.paragraph(classes=["ck-symptom-where"])
        where += nodes.Text(f"{short(chapter.title)} · ")
        cell = self.lab_link(f"{chapter.slug}#{symptom.cell}")
        where += link("see it in the lab", cell)
        return nodes.list_item("", see, where)


class SymptomDoors(_SymptomDirective):
    """The kinds of symptoms, each a link into the index."""

    def build(self) -> list[Node]:
        """Return the kinds with the number of their symptoms."""
        listed = nodes.bullet_list(classes=["ck-door-links"])
        for kind, symptoms in self.symptoms().items():
            line = nodes.paragraph("", "", link(KINDS[kind], self.uri(PAGE, anchor(kind))))
            line += nodes.inline("", f" {len(symptoms)}", classes=["ck-count"])
            listed += nodes.list_item("", line)
        return [listed]


def anchor(kind: str) -> str:
    """Return the anchor of a kind on the page."""
    return f"symptoms-{kind}"


def link(text: str, address: str) -> Node:
    """Return a link inside the book."""
    return nodes.reference("", text, internal=True, refuri=address)
