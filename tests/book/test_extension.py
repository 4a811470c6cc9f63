"""The roles and directives: what they write, and how they fail the build with advice."""

import io
import json
import re

import pytest
from lxml import html
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from coursekit.book import fidelity_page
from coursekit.content import find_chapter, load_facts, load_questions
from coursekit.content.labs import RECORD, Lab
from coursekit.paths import FIDELITY

EXTENSIONS = ["myst_nb", "coursekit.book"]
LAB_PAGE = "labs/mnemonics/vtf"
BEHAVIOR = json.loads(FIDELITY.read_text())[0]


def code_cell(source, tags=(), outputs=()):
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": list(outputs),
    }


NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 4,
    "metadata": {"language_info": {"name": "python", "pygments_lexer": "ipython3"}},
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Lab: twice"},
        code_cell("run()", ["break"]),
        code_cell("again()", ["break", "hide-input"]),
        code_cell("answer()", ["solution", "hide-cell"]),
        code_cell("plain()"),
    ],
}


LINK = f"[A behavior](reference/emulator-fidelity.md#{fidelity_page.anchor(BEHAVIOR)})"
GOOD = """
{fact}`lambda-timeout:max_s|min` and {run}`vtf:broken.deliveries` and
{cell}``{run}`vtf:broken.deliveries` times <vtf:break>`` and {scaled}`3 s`.

```{broken} by *SQS*
Twice.
```

```{mended}
Once.
```

```{on-real-aws}
More.
```

```{exam-and-today} lambda-timeout
And **more**.
```

```{evidence} vtf:break
Paid {run}`vtf:broken.deliveries` times.
```

```{lab} vtf
```

```{self-check} vtf
```
"""

WRONG_BEHAVIOR = "[words](reference/emulator-fidelity.md#no-such-behavior)"
WRONG = {
    "{fact}`lambda-timout:max_s`": "did you mean lambda-timeout",
    "{run}`vtf:broken.delivered`": "did you mean deliveries",
    "{run}`vtf:mended.deliveries`": "records no 'mended'",
    "{run}`vft:broken.deliveries`": "did you mean vtf",
    "{cell}`words <vtf:brake>`": "did you mean break",
    "```{evidence} vtf:brake\n```": "did you mean break",
    "```{evidence} vtf:solution\n```": "draws nothing at 'solution'",
    "```{lab} vft\n```": "did you mean vtf",
    "```{self-check} vft\n```": "did you mean vtf",
    "```{exam-and-today} lambda-timout\n```": "did you mean lambda-timeout",
    "```{exam-and-today} apigw-rest-timeout-raised-max\n```": "has no exam_answer",
    "```{architecture} nothing-like-it\n```": "no figure nothing-like-it.yml",
}


def build(folder, text):
    """Build a small book whose one page holds the text."""
    source, out = folder / "source", folder / "out"
    pages = {
        "index.md": "# Start\n\n```{toctree}\n:glob:\n**\n```\n",
        "book/page.md": f"# Page\n\n{text}\n",
        "book/plain.md": "# Nothing to answer\n",
        "book/reference/facts.md": "# Facts\n\n```{facts-page}\n```\n",
        f"{fidelity_page.PAGE}.md": "# Fidelity\n\n```{fidelity-page}\n```\n",
        "book/mnemonics/vtf.md": "# VTF\n",
        f"{LAB_PAGE}.ipynb": json.dumps(NOTEBOOK),
    }
    for name, content in pages.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(content)
    warnings = io.StringIO()
    options = {"extensions": EXTENSIONS, "html_theme": "basic", "nb_execution_mode": "off"}
    folders = [str(source), None, str(out), str(folder / "doctrees"), "html"]
    with docutils_namespace():
        Sphinx(*folders, confoverrides=options, status=None, warning=warnings).build()
    return Built(out, warnings.getvalue())


@pytest.fixture(scope="module")
def stub_lab(tmp_path_factory):
    """Stand in for the labs of the repository, which come and go without these tests."""
    record = {"name": "broken", "values": {"deliveries": 2400}}
    output = {"output_type": "display_data", "data": {RECORD: record}}
    card = {"title": "Twice & again", "minutes": 5, "needs": "LocalStack", "shows": "It"}
    file = tmp_path_factory.mktemp("lab") / "vtf.ipynb"
    file.write_text("{}")
    picture = '<figure class="ck-evidence" tabindex="0"><img alt="Two bars"></figure>'
    drawn = {"output_type": "display_data", "data": {"text/html": picture}}
    cells = [
        code_cell("run()", ["break"], [output]),
        code_cell("draw()", ["hide-input"], [drawn]),
        code_cell("answer()", ["solution"]),
    ]
    lab = Lab(file, {"coursekit": card}, cells)

    def load(slug, *_):
        find_chapter(slug)
        return lab

    with pytest.MonkeyPatch.context() as patch:
        for module in ("book.roles", "book.directives", "content.labs"):
            patch.setattr(f"coursekit.{module}.load_lab", load)
        patch.setattr("coursekit.book.directives.SelfCheck.lab_link", lambda *_: "lab.html#x")
        yield


@pytest.fixture(scope="module")
def good(stub_lab, tmp_path_factory):
    """A page that cites only what exists."""
    return build(tmp_path_factory.mktemp("good"), GOOD + LINK)


@pytest.fixture(scope="module")
def wrong(stub_lab, tmp_path_factory):
    """A page in which every name is misspelled."""
    return build(tmp_path_factory.mktemp("wrong"), "\n\n".join([*WRONG, WRONG_BEHAVIOR]))


class Built:
    """The built pages and what the build complained about."""

    def __init__(self, out, warnings):
        self.out = out
        self.warnings = warnings

    def page(self, name="book/page"):
        return html.fromstring((self.out / f"{name}.html").read_text())


def test_a_good_page_builds_without_a_warning(good):
    assert good.warnings == ""


def test_roles_cite_and_link(good):
    page = good.page()
    fact = page.xpath("//a[@class='ck-fact']")[0]
    assert fact.text == "15\u00a0min"
    assert fact.get("href") == "reference/facts.html#fact-lambda-timeout"
    assert "checked" in fact.get("aria-description")
    run = page.xpath("//a[@class='ck-run']")[0]
    assert (run.text, run.get("href")) == ("2,400", "../labs/mnemonics/vtf.html#cell-break")
    cell = page.xpath("//a[contains(@class, 'ck-cell')]")[0]
    assert cell.text_content() == "2,400 times"
    assert page.xpath("//span[@class='ck-scaled']/text()") == ["3 s"]


@pytest.mark.parametrize(("text", "advice"), WRONG.items())
def test_a_wrong_name_fails_the_build_with_advice(wrong, text, advice):
    line = 3 + "\n\n".join(WRONG).partition(text)[0].count("\n")
    told = next(part for part in wrong.warnings.splitlines() if f"page.md:{line}: ERROR" in part)
    after = wrong.warnings.partition(told)[2].split("page.md:")[0]
    assert advice in told + after


def test_callouts_say_what_they_are_in_words(good):
    marks = good.page().xpath("//div[contains(@class, 'ck-callout')]//span[@class='ck-mark']")
    assert [mark.text for mark in marks] == ["Broken", "Mended", "On real AWS"]
    assert good.page().xpath("//p[@class='ck-callout-title']/em")


def test_the_exams_answer_stands_beside_the_truth(good):
    fact = load_facts()["lambda-timeout"]
    box = good.page().xpath("//div[contains(@class, 'ck-exam-and-today')]")[0]
    assert fact.exam_answer in box.xpath(".//div[@class='ck-exam']")[0].text_content()
    assert box.xpath(".//div[@class='ck-today']//a/@href")
    assert box.xpath(".//strong/text()") == ["more"]


def test_a_chapter_shows_the_picture_that_its_lab_drew(good):
    figure = good.page().xpath("//figure[@class='ck-from-lab']")[0]
    assert figure.xpath(".//div[@class='ck-evidence']/img/@alt") == ["Two bars"]
    assert "Paid 2,400 times." in " ".join(figure.xpath("./figcaption")[0].text_content().split())
    link = figure.xpath(".//a[@class='ck-cell']/@href")
    assert link == ["../labs/mnemonics/vtf.html#cell-break"]


def test_the_lab_card_comes_from_the_notebook(good):
    card = good.page().xpath("//div[@class='ck-lab']")[0]
    assert "Twice & again" in card.text_content()
    assert card.xpath(".//pre/code/text()") == ["make start"]
    assert card.xpath(".//a/@href")[0] == "../labs/mnemonics/vtf.html"


def test_the_self_check_asks_all_exam_questions(good):
    asked = good.page().xpath("//div[@class='ck-question']/@data-question")
    assert asked == [q.id for q in load_questions("vtf") if q.kind == "exam"]


@pytest.mark.parametrize(("page", "loads"), [("book/page", True), ("book/plain", False)])
def test_a_script_is_loaded_where_it_is_used(good, page, loads):
    scripts = good.page(page).xpath("//script/@src")
    assert any("self-check.js" in source for source in scripts) == loads


def test_cells_of_a_lab_have_anchors_even_when_folded(good):
    lab = good.page(LAB_PAGE)
    for anchor in ("cell-break", "cell-break-2", "cell-solution"):
        assert len(lab.xpath(f"//*[@id='{anchor}']")) == 1
    assert not lab.xpath("//*[@id='cell-hide-input' or @id='cell-hide-cell']")


def test_a_lab_leads_back_to_its_chapter(good):
    line = good.page(LAB_PAGE).xpath("//p[contains(@class, 'ck-lab-of')]")[0]
    assert line.xpath("./a/@href") == ["../../book/mnemonics/vtf.html"]
    assert "make start" in line.text_content()


def test_the_facts_page_has_every_fact_and_marks_the_unconfirmed(good):
    page = good.page("book/reference/facts")
    for fact in load_facts().values():
        entry = page.get_element_by_id(f"fact-{fact.id}")
        badges = entry.xpath(".//span[contains(@class, 'ck-badge')]/text()")
        assert ("Unconfirmed" in badges) == fact.unconfirmed, fact.id
        assert str(fact.checked) in entry.text_content()


def test_the_fidelity_page_has_every_behavior_with_what_the_emulator_does(good):
    page = good.page(fidelity_page.PAGE)
    for entry in json.loads(FIDELITY.read_text()):
        card = page.get_element_by_id(fidelity_page.anchor(entry))
        text = card.text_content()
        badge = card.xpath(".//span[contains(@class, 'ck-badge')]/text()")[0]
        assert fidelity_page.sentence(entry) in text
        assert not re.search(r"\d’s", fidelity_page.sentence(entry))
        assert entry["source"] in card.xpath(".//a/@href")
        if not entry["agrees"]:
            assert badge == "Differs" and entry["differs"].replace("'", "’") in text
        elif entry["mend"]:
            assert badge == "The same, mended" and entry["mend"] in text
            assert entry["stock"].replace("`", "").replace("'", "’") in text
        else:
            assert badge == "The same"


def test_the_fidelity_page_counts_what_it_shows(good):
    entries = json.loads(FIDELITY.read_text())
    (count,) = good.page(fidelity_page.PAGE).xpath("//p[contains(@class, 'ck-fidelity-count')]")
    differ = sum(not entry["agrees"] for entry in entries)
    mended = sum(entry["agrees"] and bool(entry["mend"]) for entry in entries)
    numbers = [int(word) for word in count.text_content().split() if word.isdigit()]
    assert numbers == [len(entries), len(entries) - differ - mended, mended, differ]


def test_a_behavior_links_the_labs_that_are_in_the_book(good):
    page = good.page(fidelity_page.PAGE)
    links = {link.text: link.get("href") for link in page.xpath("//dd//a[contains(@href, 'labs')]")}
    assert links == {"vtf": "../../labs/mnemonics/vtf.html"}


def test_a_behavior_can_be_linked_from_a_lab(good, wrong):
    (link,) = good.page().xpath("//a[contains(@href, 'emulator-fidelity')]/@href")
    assert link == f"reference/emulator-fidelity.html#{fidelity_page.anchor(BEHAVIOR)}"
    assert "local id not found in doc 'book/reference/emulator-fidelity'" in wrong.warnings


def test_a_behaviors_sentence_is_spelled_as_one_writes_it():
    told = {"behavior": "a queue s dead letter queue takes 6 mb from eventbridge and aws"}
    assert (
        fidelity_page.sentence(told)
        == "A queue’s dead-letter queue takes 6 MB from EventBridge and AWS"
    )
