"""Roles: a number in a sentence comes from a fact or from a lab's run, and links to it."""

import re
from html import escape
from typing import Any

from docutils import nodes
from docutils.nodes import Node, system_message
from docutils.utils import unescape
from sphinx.util.docutils import ReferenceRole, SphinxRole

from coursekit.content import ContentError, Fact, fact_text, find_chapter, load_facts, load_lab
from coursekit.content.errors import did_you_mean
from coursekit.content.labs import anchor_id, recorded
from coursekit.paths import FACTS

FACTS_PAGE = "book/reference/facts"
LONG_FACT = 24  # characters; a longer text may wrap, a number may not

_RUN = re.compile(r"\{run\}`([^`]+)`")

Result = tuple[list[Node], list[system_message]]


class _CourseRole(SphinxRole):
    """A role that fails the build with advice when what it cites does not exist."""

    def run(self) -> Result:
        """Return the nodes, or a problem at the line of the role."""
        try:
            return [self.cite()], []
        except (LookupError, ContentError) as error:
            text = error.args[0] if isinstance(error, LookupError) else str(error)
            message = self.inliner.reporter.error(text, line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]

    def cite(self) -> Node:
        """Return the link."""
        raise NotImplementedError

    def uri(self, docname: str, anchor: str = "") -> str:
        """Return the address of a place, as seen from this page."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, docname)
        return f"{address}#{anchor}" if anchor else address


class FactRole(_CourseRole):
    """What a fact says, with where it comes from: ``{fact}`lambda-timeout:max_s|min` ``."""

    def cite(self) -> Node:
        """Return a link to the fact's entry; its description names the source."""
        self.env.note_dependency(str(FACTS))
        facts = load_facts()
        text = fact_text(self.text, facts)
        fact = facts[self.text.partition("|")[0].partition(":")[0].strip()]
        address = self.uri(FACTS_PAGE, f"fact-{fact.id}")
        tip = escape(provenance(fact), quote=True)
        # Descriptions are read after the link's own text; a `title` would reach mice only.
        kind = "ck-fact ck-fact-text" if len(text) > LONG_FACT else "ck-fact"
        html = (
            f'<a class="{kind}" href="{address}" data-tip="{tip}" aria-description="{tip}">'
            f"{escape(text)}</a>"
        )
        return CitedText(text, html)


class RunRole(_CourseRole):
    """What a lab's last run recorded: ``{run}`vtf:broken.deliveries` ``."""

    def cite(self) -> Node:
        """Return the number as a link to the cell that shows it."""
        value, place, lab = recorded(self.text)
        self.env.note_dependency(str(lab.file))
        text = _number(value)
        tip = "counted in the last run of the lab"
        slug = self.text.partition(":")[0].strip()
        address = self.uri(lab_docname(slug), anchor_id(place) if place else "")
        return CitedText(
            text,
            f'<a class="ck-run" href="{address}" data-tip="{tip}" aria-description="{tip}">'
            f"{escape(text)}</a>",
        )


class CellRole(_CourseRole, ReferenceRole):
    """A link to a cell of a lab: ``{cell}`every order ran twice <vtf:break>` ``.

    A number inside it needs double backticks around the whole: ``{run}`vtf:broken.payments` ``.
    """

    def cite(self) -> Node:
        """Return the link; the place must exist in the committed notebook."""
        slug, _, place = self.target.partition(":")
        lab = load_lab(slug)
        self.env.note_dependency(str(lab.file))
        places = lab.anchors()
        if place not in places:
            advice = did_you_mean(place, places, "places")
            raise LookupError(f"the lab {slug} has no cell {place!r}: {advice}")
        reference = nodes.reference(
            "", "", internal=True, refuri=self.uri(lab_docname(slug), anchor_id(place))
        )
        reference["classes"].append("ck-cell")
        # A link cannot hold a link, so a number cited inside it is text.
        title = _RUN.sub(lambda role: _number(recorded(role[1])[0]), unescape(self.title))
        reference += nodes.Text(title)
        return reference

    def run(self) -> Result:
        """Split the title from the target when there is one."""
        if not self.has_explicit_title:
            self.title = self.target.partition(":")[0]
        return _CourseRole.run(self)


class ScaledRole(SphinxRole):
    """A value that a lab chose for itself, so not a limit of AWS: ``{scaled}`3 s` ``."""

    def run(self) -> Result:
        """Return the value, marked."""
        return [nodes.inline(self.rawtext, self.text, classes=["ck-scaled"])], []


class CitedText(nodes.inline):
    """Text that knows its own HTML; other builders and the search index see the text."""

    def __init__(self, text: str = "", html: str = "", **attributes: object) -> None:
        """Keep both forms."""
        super().__init__(text, text, **attributes)
        self["html"] = html


def visit_cited_text(translator: nodes.NodeVisitor, node: CitedText) -> None:
    """Write the HTML in place of the text."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def provenance(fact: Fact) -> str:
    """Return where a fact comes from, as one short line."""
    sources = [source_name(source) for source in fact.source if not source.startswith("memory")]
    if not sources:
        return f"not confirmed by a document; last looked for {fact.checked}"
    return f"source: {sources[0]}, checked {fact.checked}"


def source_name(source: str) -> str:
    """Return a source without the noise of its address."""
    return source.split("//", 1)[-1].split("/")[0] if source.startswith("http") else source


def lab_docname(slug: str) -> str:
    """Return the page of a lab."""
    return find_chapter(slug).lab_docname


ROLES = {"fact": FactRole(), "run": RunRole(), "cell": CellRole(), "scaled": ScaledRole()}
