"""CONTRIBUTING.md tells authors all they need, and what it tells is so."""

import re

import pytest

from coursekit.content import load_facts, load_lab
from coursekit.content.check import WORDS, glossary_terms
from coursekit.content.facts import fact_text
from coursekit.content.labs import recorded
from coursekit.content.placeholders import MARKER
from coursekit.notebooks.check import STEPS
from coursekit.paths import ROOT
from manage import check
from manage.__main__ import VERBS

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MOST_WORDS = 1800
NOT_FOR_AUTHORS = {"bench", "published", "help"}
ROLE = re.compile(r"\{(fact|run|cell|term)\}`([^`]+)`")


def test_it_is_short():
    assert len(TEXT.split()) <= MOST_WORDS


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - NOT_FOR_AUTHORS))
def test_every_verb_that_authors_need_is_named(verb):
    assert re.search(rf"\bmake {verb}\b", TEXT)


@pytest.mark.parametrize("stage", sorted(check.all_names()))
def test_every_check_is_explained(stage):
    (row,) = re.findall(rf"^\| .*`{stage}`.* \|.* \|.* \|$", TEXT, re.MULTILINE)
    assert row


@pytest.mark.parametrize("tag", sorted(STEPS))
def test_every_tag_of_a_lab_is_explained(tag):
    assert re.search(rf"^\| .*`{tag}`.* \|", TEXT, re.MULTILINE)


def test_what_the_checks_hold_a_chapter_to_is_said():
    assert f"{WORDS[0]:,} to {WORDS[1]:,} words" in TEXT
    assert f"`{MARKER}`" in TEXT


def text_of(role: str, content: str) -> object:
    """What the book would make of it. LookupError where it would refuse."""
    slug, _, place = re.sub(r".*<(.+)>$", r"\1", content).partition(":")
    match role:
        case "fact":
            return fact_text(content.replace("\\|", "|"), load_facts())
        case "run":
            return recorded(content)[0]
        case "cell":
            return load_lab(slug).anchors()[place]
        case _:
            return glossary_terms(ROOT)[content]


def test_every_example_of_a_role_works():
    examples = ROLE.findall(TEXT)
    assert {role for role, _ in examples} == {"fact", "run", "cell", "term"}
    for role, content in examples:
        assert text_of(role, content), content


@pytest.mark.parametrize(
    ("role", "content"),
    [
        ("fact", "sqs-nothing:max_s"),
        ("run", "vtf:broken.nothing"),
        ("cell", "a <vtf:brake>"),
        ("term", "bach"),
    ],
)
def test_an_example_that_does_not_work_is_seen(role, content):
    with pytest.raises(LookupError):
        text_of(role, content)


def test_every_example_of_a_block_works():
    assert load_lab("vtf").picture(re.search(r"`\{evidence\} vtf:(\S+)`", TEXT)[1])
    fact = re.search(r"`\{exam-and-today\} (\S+)`", TEXT)[1]
    assert load_facts()[fact].exam_answer


def test_tools_that_are_fetched_are_pinned():
    fetched = re.findall(r"uv tool install (\S+)", TEXT)
    assert [name.partition("==")[0] for name in fetched] == ["pre-commit", "nbdime"]
    assert all(re.fullmatch(r"[\w-]+==\d+\.\d+\.\d+", name) for name in fetched)
