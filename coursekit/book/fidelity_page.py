"""The page of fidelity, from fidelity.json: what AWS does, what the emulator does, in which labs.

The file is what a run of tests/conformance found; `make conformance` writes it.
"""

import json
import re
from functools import partial
from itertools import groupby

from docutils import nodes
from docutils.nodes import Node
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from coursekit.content import find_chapter
from coursekit.paths import FIDELITY

PAGE = "book/reference/emulator-fidelity"

# A behavior's sentence is the name of its test, which has small letters and no signs.
SPELLED = {
    "api gateway": "API Gateway",
    "api": "API",
    "apis": "APIs",
    "aws": "AWS",
    "cloudwatch": "CloudWatch",
    "dead letter": "dead-letter",
    "dynamodb": "DynamoDB",
    "eventbridge": "EventBridge",
    "express": "Express",
    "fifo": "FIFO",
    "http": "HTTP",
    "json": "JSON",
    "kb": "KB",
    "kinesis": "Kinesis",
    "lambda": "Lambda",
    "logs insights": "Logs Insights",
    "mb": "MB",
    "rest": "REST",
    "s3": "S3",
    "sns": "SNS",
    "sqs": "SQS",
    "step functions": "Step Functions",
}
_SPELLED = re.compile(rf"\b({'|'.join(SPELLED)})\b")


class FidelityPage(SphinxDirective):
    """Every behavior that a test holds the emulator to, by service."""

    def run(self) -> list[Node]:
        """Return a head in numbers and one section a service; each behavior has an anchor."""
        self.env.note_dependency(str(FIDELITY))
        behaviors = json.loads(FIDELITY.read_text("utf-8"))
        behaviors.sort(key=lambda entry: (entry["service"], entry["behavior"]))
        sections: list[Node] = [*_head(behaviors)]
        for service, group in groupby(behaviors, key=lambda entry: entry["service"]):
            section = nodes.section(ids=[nodes.make_id(f"service-{service}")])
            section += nodes.title("", service)
            section += [self.card(entry) for entry in group]
            sections.append(section)
        return sections

    def card(self, entry: dict) -> Node:
        """Return one behavior."""
        card = nodes.container(ids=[anchor(entry)], classes=["ck-fact-entry"])
        head = nodes.paragraph(classes=["ck-behavior-head"])
        head += _link(entry)
        card += head
        badges = nodes.paragraph(classes=["ck-fact-head"])
        badges += _badges(entry)
        card += badges
        rows = nodes.definition_list(classes=["ck-fact-rows"])
        rows += _row("AWS", *_prose(entry["aws"]), nodes.Text(" "), _document(entry["source"]))
        rows += _row("The emulator", *_emulator(entry))
        if entry["stock"]:
            rows += _row("Unmended", *_prose(entry["stock"]))
        if entry["scaled"]:
            rows += _row("Scale", *_prose(entry["scaled"]))
        if entry["labs"]:
            rows += _row("Labs", *_between([self.lab(slug) for slug in entry["labs"]]))
        card += rows
        return card

    def lab(self, slug: str) -> Node:
        """Return a link to the lab, or its name while it is not in the book."""
        docname = find_chapter(slug).lab_docname
        if docname not in self.env.found_docs:
            return nodes.inline("", slug)
        address = self.env.app.builder.get_relative_uri(self.env.docname, docname)
        return nodes.reference("", slug, internal=True, refuri=address)


def offer_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Let `[words](…/emulator-fidelity.md#the-behavior)` lead to a behavior, also from labs.

    MyST resolves the anchors that it knows and warns of all others, so a wrong one fails the build.
    """
    offered = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for card in doctree.findall(partial(_has_class, "ck-fact-entry")):
        for head in card.findall(partial(_has_class, "ck-behavior-head")):
            offered[card["ids"][0]] = (None, card["ids"][0], head.astext())


def _has_class(name: str, node: Node) -> bool:
    return isinstance(node, nodes.Element) and name in node.get("classes", ())


def anchor(entry: dict) -> str:
    """Return the anchor of a behavior: its sentence, with hyphens."""
    return nodes.make_id(entry["behavior"])


def sentence(entry: dict) -> str:
    """Return the behavior as a reader expects it written."""
    text = _SPELLED.sub(lambda found: SPELLED[found[0]], entry["behavior"])
    text = re.sub(r"(?<=[a-z]) s\b", "’s", text)  # "a queue s depth", and not "29 s"
    return text[0].upper() + text[1:]


def _head(behaviors: list[dict]) -> list[Node]:
    """Return the count, and links to what differs."""
    differ = [entry for entry in behaviors if not entry["agrees"]]
    mended = [entry for entry in behaviors if entry["agrees"] and entry["mend"]]
    plain = len(behaviors) - len(differ) - len(mended)
    text = (
        f"{len(behaviors)} behaviors of AWS’s, a test each: "
        f"{plain} that LocalStack shows by itself, {len(mended)} that needed a mend, "
        f"{len(differ)} in which it differs."
    )
    head: list[Node] = [nodes.paragraph("", text, classes=["ck-fidelity-count"])]
    if differ:
        head.append(nodes.paragraph("", "What AWS does and the emulator does not:"))
        listed = nodes.bullet_list()
        for entry in differ:
            listed += nodes.list_item("", nodes.paragraph("", "", _link(entry)))
        head.append(listed)
    return head


def _badges(entry: dict) -> list[Node]:
    if not entry["agrees"]:
        word, kind = "Differs", "aws"
    elif entry["mend"]:
        word, kind = "The same, mended", "mended"
    else:
        word, kind = "The same", "same"
    badges = [nodes.inline("", word, classes=["ck-badge", f"ck-badge-{kind}"])]
    if entry["scaled"]:
        badges.append(nodes.inline("", "Scaled", classes=["ck-badge", "ck-badge-waiting"]))
    return badges


def _emulator(entry: dict) -> list[Node]:
    if not entry["agrees"]:
        return _prose(entry["differs"])
    if not entry["mend"]:
        return [nodes.Text("Does the same.")]
    file = nodes.literal("", entry["mend"])
    return [nodes.Text("Does the same, mended by "), file, nodes.Text(".")]


def _prose(text: str) -> list[Node]:
    """Return text in which backticks mark code."""
    pieces = enumerate(text.split("`"))
    return [nodes.literal("", piece) if odd % 2 else nodes.Text(piece) for odd, piece in pieces]


def _link(entry: dict) -> Node:
    return nodes.reference("", sentence(entry), internal=True, refuri=f"#{anchor(entry)}")


def _document(source: str) -> Node:
    name = source.rstrip("/").rsplit("/", 1)[-1].removesuffix(".html")
    return nodes.reference("", name, refuri=source, classes=["ck-source"])


def _between(listed: list[Node]) -> list[Node]:
    return [part for node in listed for part in (nodes.Text(" · "), node)][1:]


def _row(label: str, *content: Node) -> Node:
    row = nodes.definition_list_item()
    row += nodes.term("", label)
    row += nodes.definition("", nodes.paragraph("", "", *content))
    return row
