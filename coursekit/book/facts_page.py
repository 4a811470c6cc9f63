"""The page of facts, from facts.yml: what is said, what scores, what is true, and its source."""

from itertools import groupby

from docutils import nodes
from docutils.nodes import Node
from sphinx.util.docutils import SphinxDirective

from coursekit.content import Fact, load_facts
from coursekit.content.facts import MEMORY
from coursekit.paths import FACTS

TOPICS = {
    "api-gateway": "API Gateway",
    "batch": "AWS Batch",
    "dynamodb": "DynamoDB",
    "eventbridge": "EventBridge",
    "exams": "The exams",
    "kinesis": "Kinesis",
    "lambda": "Lambda",
    "observability": "Observability",
    "outline": "Mnemonics and shortcuts",
    "patterns": "Patterns",
    "pricing": "Prices",
    "s3": "S3",
    "security": "Security",
    "sns": "SNS",
    "sqs": "SQS",
    "step-functions": "Step Functions",
}
# What the page calls each verdict, and the meaning that colors it.
VERDICTS = {
    "correct": ("Holds", "mended"),
    "oversimplified": ("Half the story", "aws"),
    "outdated": ("Outdated", "broken"),
    "wrong": ("Wrong", "broken"),
    "unverifiable": ("No document says so", "waiting"),
}


class FactsPage(SphinxDirective):
    """Every fact of the course, by topic."""

    def run(self) -> list[Node]:
        """Return one section a topic; each fact has the anchor `fact-<id>`."""
        self.env.note_dependency(str(FACTS))
        facts = sorted(load_facts().values(), key=lambda fact: (_topic(fact), fact.id))
        sections: list[Node] = []
        for topic, group in groupby(facts, key=_topic):
            section = nodes.section(ids=[nodes.make_id(f"topic-{topic}")])
            section += nodes.title("", topic)
            section += [_entry(fact) for fact in group]
            sections.append(section)
        return sections


def _topic(fact: Fact) -> str:
    return TOPICS.get(fact.topic, fact.topic.replace("-", " ").capitalize())


def _entry(fact: Fact) -> Node:
    word, meaning = VERDICTS[fact.verdict]
    entry = nodes.container(ids=[f"fact-{fact.id}"], classes=["ck-fact-entry"])
    head = nodes.paragraph(classes=["ck-fact-head"])
    # The verdict is about the common claim; where there is none it would judge nothing.
    if fact.common_claim or fact.verdict == "unverifiable":
        head += nodes.inline("", word, classes=["ck-badge", f"ck-badge-{meaning}"])
    if fact.unconfirmed:
        head += nodes.inline("", "Unconfirmed", classes=["ck-badge", "ck-badge-waiting"])
    link = nodes.reference("", fact.id, refuri=f"#fact-{fact.id}", classes=["ck-fact-id"])
    head += link
    entry += head
    rows = nodes.definition_list(classes=["ck-fact-rows"])
    for label, text in (
        ("Often said", fact.common_claim),
        ("The exam says", fact.exam_answer),
        ("True today", fact.current),
        ("Since", fact.since),
    ):
        if text:
            rows += _row(label, nodes.Text(text))
    rows += _row("Checked", nodes.Text(str(fact.checked)))
    rows += _row("Source", *_sources(fact))
    entry += rows
    return entry


def _row(label: str, *content: Node) -> Node:
    row = nodes.definition_list_item(classes=[nodes.make_id(f"ck-row-{label}")])
    row += nodes.term("", label)
    row += nodes.definition("", nodes.paragraph("", "", *content))
    return row


def _sources(fact: Fact) -> list[Node]:
    listed: list[Node] = []
    for source in fact.source:
        if listed:
            listed.append(nodes.Text(" · "))
        if source.startswith("http"):
            listed.append(nodes.reference("", _short(source), refuri=source))
        elif source.startswith("memory"):
            said = source.removeprefix(MEMORY).strip()
            text = "from memory, not confirmed" + (f" ({_short(said)})" if said else "")
            listed.append(nodes.inline("", text, classes=["ck-unconfirmed"]))
        else:
            listed.append(nodes.Text(source))
    return listed


def _short(address: str) -> str:
    """Return the host and the last part of an address: enough to tell sources apart."""
    host, *path = address.split("//", 1)[-1].rstrip("/").split("/")
    return f"{host}/…/{path[-1]}" if len(path) > 1 else "/".join([host, *path])
