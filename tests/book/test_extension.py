"""The roles and directives: what they write, and how they fail the build with advice."""

import io
import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from lxml import html
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from coursekit.book import (
    exam_index,
    fidelity_page,
    flashcards,
    practice_exam,
    reading_time,
    search,
    symptom_index,
)
from coursekit.book.runs import STATUS_PAGE
from coursekit.content import (
    KINDS,
    ContentError,
    Problem,
    find_chapter,
    load_exams,
    load_facts,
    load_flashcards,
    load_questions,
    load_symptoms,
)
from coursekit.content.labs import RECORD, Lab
from coursekit.content.status import LabRun
from coursekit.paths import FIDELITY, STATUS

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


RUNS = [
    LabRun(
        lab="vtf",
        engine=engine,
        ran="2026-11-24T23:30:00-01:00",
        seconds=seconds,
        waiting_seconds=3.4,
        passed=engine == "host",
        localstack="4.14.0",
        python="3.13.9",
        boto3="1.41.0",
    )
    for engine, seconds in (("host", 14.2), ("docker", 130.0))
]
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

CELLS = "<table><tr><td>onecell</td><td>nextcell</td></tr></table>"

CARDS = """
# Cards

```{flashcards}
```

```{flashcard-package}
```

## Every card

```{flashcard-list}
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
        "book/exam.md": "# Exam\n\n```{practice-exam}\n```\n\n```{exam-table}\n```\n",
        "book/plain.md": f"# Nothing to answer\n\n{CELLS}\n",
        "book/practice/practice-exam.md": "# Practice\n",
        "book/doors.md": "# Doors\n\n```{exam-doors}\n```\n\n```{symptom-doors}\n```\n",
        f"{exam_index.PAGE}.md": "# Exams\n\n```{exam-index}\n```\n",
        f"{symptom_index.PAGE}.md": "# Symptoms\n\n```{symptom-index}\n```\n",
        f"{STATUS_PAGE}.md": "# Status\n\n```{status-page}\n```\n",
        "book/cards.md": CARDS,
        "book/reference/facts.md": "# Facts\n\n```{facts-page}\n```\n",
        f"{fidelity_page.PAGE}.md": "# Fidelity\n\n```{fidelity-page}\n```\n",
        "book/mnemonics/vtf.md": "# VTF\n\n" + "word " * 700 + "\n\n```\nnot read\n```\n",
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
        for module in ("book.roles", "book.directives", "book.status_page", "content.labs"):
            patch.setattr(f"coursekit.{module}.load_lab", load)
        for module in ("directives", "reading_time", "status_page"):
            patch.setattr(f"coursekit.book.{module}.load_status", lambda: RUNS)
        patch.setattr("coursekit.book.directives.CourseDirective.lab_link", lambda *_: "lab.html#x")
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


def test_the_lab_card_says_how_the_lab_ran_last(good):
    rows = {
        row.findtext("dt"): " ".join(row.find("dd").text_content().split())
        for row in good.page().xpath("//dl[@class='ck-lab-facts']/div")
    }
    assert rows["Runs"] == "14 s, 3 s of it waiting"
    assert rows["Last"] == "passed on 2026-11-25", "the day is that of UTC"
    (link,) = good.page().xpath("//dl[@class='ck-lab-facts']//a/@href")
    assert link == "reference/status.html#lab-vtf"


def test_a_chapter_says_under_its_title_how_long_it_takes(good):
    page = good.page("book/mnemonics/vtf")
    (line,) = page.xpath("//h1/following-sibling::*[1][contains(@class, 'ck-times')]")
    assert line.text_content() == (
        "3 min to read · lab: 14 s to run, 3 s of it waiting · needs no account, no Docker"
    )
    assert not good.page("book/plain").xpath("//*[contains(@class, 'ck-times')]")


@pytest.mark.parametrize(
    ("repository", "links"),
    [
        ("", []),
        (
            "someone/course",
            [
                "https://mybinder.org/v2/gh/someone/course/HEAD"
                "?urlpath=%2Flab%2Ftree%2Flabs%2Fmnemonics%2Fvtf.ipynb",
                "https://codespaces.new/someone/course",
            ],
        ),
    ],
)
def test_a_lab_says_how_to_run_it(stub_lab, tmp_path, monkeypatch, repository, links):
    monkeypatch.setenv("GITHUB_REPOSITORY", repository)
    built = build(tmp_path, GOOD)
    (line,) = built.page(LAB_PAGE).xpath("//*[contains(@class, 'ck-lab-of')]")
    assert f"To run it yourself: make start, then open {LAB_PAGE}.ipynb" in line.text_content()
    assert line.xpath(".//a[contains(@class, 'external')]/@href") == links


def test_code_and_questions_are_not_read(good):
    document = new_document("a page")
    document += nodes.paragraph("", "three words here")
    document += nodes.literal_block("", "not these")
    document += nodes.raw("", "<p>nor these</p>", format="html")
    assert reading_time.words(document) == 3


def test_the_status_page_has_each_run_of_each_lab(good):
    page = good.page(STATUS_PAGE)
    rows = page.xpath("//table[@class='ck-status']/tbody/tr")
    texts = [" ".join(row.text_content().split()) for row in rows]
    assert rows[0].get("id") == "lab-vtf" and rows[1].get("id") is None
    assert "Passed 2026-11-25 without Docker" in texts[0] and "14 s, 3 s waiting" in texts[0]
    assert "Failed 2026-11-25 in Docker" in texts[1] and "2 min 10 s" in texts[1]
    assert all("LocalStack 4.14.0, Python 3.13.9, boto3 1.41.0" in text for text in texts)
    links = rows[0].xpath(".//a/@href")
    assert links == ["../../labs/mnemonics/vtf.html", "../mnemonics/vtf.html"]
    (count,) = page.xpath("//p[contains(@class, 'ck-status-count')]")
    assert "Without Docker, 1 of 1 labs passed" in count.text_content()
    assert "In Docker, 0 of 1 labs passed" in count.text_content()


def test_a_lab_that_never_ran_says_so(stub_lab, tmp_path, monkeypatch):
    for module in ("directives", "reading_time", "status_page"):
        monkeypatch.setattr(f"coursekit.book.{module}.load_status", list)
    built = build(tmp_path, GOOD)
    assert built.warnings == ""
    (row,) = built.page(STATUS_PAGE).xpath("//tr[@id='lab-vtf']")
    assert "No run of it has been stored yet" in row.text_content()
    (line,) = built.page("book/mnemonics/vtf").xpath("//*[contains(@class, 'ck-times')]")
    assert line.text_content() == "3 min to read"


def test_a_bad_status_file_fails_the_build_with_advice(stub_lab, tmp_path, monkeypatch):
    def bad():
        raise ContentError([Problem(STATUS, "vtf", "ran", "is missing", "make it anew")])

    for module in ("directives", "reading_time", "status_page"):
        monkeypatch.setattr(f"coursekit.book.{module}.load_status", bad)
    warnings = build(tmp_path, GOOD).warnings
    assert "status.md:3: ERROR: book/status.json: vtf · ran: is missing" in warnings
    assert "make it anew" in warnings


def test_each_symptom_leads_to_its_chapter_and_to_the_cell(good):
    page = good.page(symptom_index.PAGE)
    symptoms = load_symptoms(find_chapter("vtf"))
    links = page.xpath("//p[contains(@class, 'ck-symptom')]/a")
    assert [link.text_content() for link in links[::2]] == [
        one.see.replace("'", "’") for one in symptoms
    ]
    assert {link.get("href") for link in links[::2]} == {"../mnemonics/vtf.html"}
    assert {link.get("href") for link in links[1::2]} == {"lab.html#x"}
    for symptom in symptoms:
        section = page.get_element_by_id(symptom_index.anchor(symptom.kind))
        assert section.findtext("h2").rstrip("#¶") == KINDS[symptom.kind]
        assert symptom.see.replace("'", "’") in section.text_content()


def test_the_exam_index_counts_the_questions_by_their_tags(good):
    page = good.page(exam_index.PAGE)
    asked = [one for one in load_questions("vtf") if one.kind == "exam"]
    for family in load_exams().values():
        own = [one for one in asked if family.family in one.exams]
        section = page.get_element_by_id(exam_index.anchor(family))
        assert f"{len(own)} questions of this book are tagged" in section.text_content()
        for version in family.versions:
            part = page.get_element_by_id(version.code.lower())
            boxes = part.xpath(".//div[@class='ck-domain']")
            assert [box.findtext(".//strong") for box in boxes] == [
                domain.name for domain in version.domains
            ]
            for box, domain in zip(boxes, version.domains, strict=True):
                count = sum(domain.name in version.domains_of(one) for one in own)
                weight = f"{domain.weight_percent}%" if domain.weight_percent else "not known"
                head = box.xpath(".//p")[0].text_content()
                assert weight in head and re.search(rf" · {count} questions?$", head)
                rows = [row.text_content() for row in box.xpath(".//li")]
                assert rows == ([f"VTF {count}"] if count else [])
            for day in filter(None, (version.valid_from, version.valid_until)):
                assert str(day) in part.text_content()


def test_a_domain_folds_all_but_the_chapters_with_most_questions(stub_lab):
    index = exam_index.ExamIndex.__new__(exam_index.ExamIndex)
    index.row = lambda slug, count: f"<li>{slug} {count}</li>"
    version = load_exams()["SAA"].versions[0]
    domain = version.domains[1]
    one = next(one for one in load_questions("vtf") if domain.name in version.domains_of(one))
    bank = {f"chapter-{number}": [one] * number for number in range(9)}
    box = html.fromstring(index.domain(version, domain, bank))
    rows = [row.text_content() for row in box.xpath(".//li")]
    assert rows == [f"chapter-{number} {number}" for number in range(8, 0, -1)]
    assert box.findtext(".//summary") == "3 more chapters"
    assert len(box.xpath("./ol/li")) == exam_index.SHOWN


def test_the_doors_lead_into_both_indexes(good):
    page = good.page("book/doors")
    links = page.xpath("//ul[contains(@class, 'ck-door-links')]//a/@href")
    assert [one for one in links if "exams" in one] == [
        f"reference/exams.html#{exam_index.anchor(family)}" for family in load_exams().values()
    ]
    kinds = dict.fromkeys(one.kind for one in load_symptoms(find_chapter("vtf")))
    assert {one for one in links if "symptoms" in one} == {
        f"reference/symptoms.html#{symptom_index.anchor(kind)}" for kind in kinds
    }


def test_the_search_index_gets_the_entries_of_pages_that_were_not_written_anew():
    entries = {
        "old": [("single", "504", "index-0", "main", None), ("single", "", "index-1", "", None)],
        "new": [("single", "429", "index-0", "main", None)],
    }
    known = {"new": [("429", "index-0", "main")]}
    app = SimpleNamespace(
        env=SimpleNamespace(get_domain={"index": SimpleNamespace(entries=entries)}.get),
        builder=SimpleNamespace(indexer=SimpleNamespace(_index_entries=known)),
    )
    assert search.keep_index_entries(app) == []
    assert known == {"old": [("504", "index-0", "main")], "new": [("429", "index-0", "main")]}


def test_the_search_index_keeps_words_of_neighboring_cells_apart(good):
    text = (good.out / "searchindex.js").read_text()
    terms = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert {"onecel", "nextcel"} <= terms.keys()
    assert search.BLOCK_ENDS.sub(r"\1\n", "<td>one</td><td>two</td>") == (
        "<td>one</td>\n<td>two</td>\n"
    )


def test_the_search_asks_for_numbers(good):
    script = (good.out / "_static" / "language_data.js").read_text()
    assert search.SPLITTER.strip() in script and search.STEMMER.strip() in script
    assert "score: function" in script


def test_the_self_check_asks_all_exam_questions(good):
    asked = good.page().xpath("//div[@class='ck-question']/@data-question")
    assert asked == [q.id for q in load_questions("vtf") if q.kind == "exam"]


def test_the_practice_exam_has_every_exam_question_of_the_book_inside(good):
    page = good.page("book/exam")
    bank = json.loads(page.xpath("//script[@id='exam-bank']")[0].text)
    asked = {question.id: question for question in load_questions("vtf") if question.kind == "exam"}
    assert {question["id"]: question["digest"] for question in bank["questions"]} == {
        name: question.digest for name, question in asked.items()
    }
    assert list(bank["chapters"]) == ["vtf"]
    assert bank["chapters"]["vtf"]["page"] == "mnemonics/vtf.html"
    for question in bank["questions"]:
        right = [number for number, one in enumerate(question["options"]) if one["right"]]
        assert tuple(right) == asked[question["id"]].right_options
        assert all(one["reason"] for one in question["options"])
        assert question["lab"] == "lab.html#x"
    assert "mnemonics/vtf.html#self-check" in page.xpath("//div[@id='exams']//a/@href")
    assert {version["code"] for family in bank["exams"] for version in family["versions"]} >= {
        "SAA-C03",
        "SAP-C03",
        "DVA-C02",
        "DOP-C02",
    }


def test_no_text_of_the_bank_can_end_its_script():
    assert practice_exam.as_script({"stem": "</script><b>"}) == (
        '{"stem":"\\u003c/script>\\u003cb>"}'
    )


def test_the_table_of_the_exams_has_each_version_and_marks_the_unconfirmed(good):
    page = good.page("book/exam")
    titles = page.xpath("//div[@class='ck-practice-exams']/h3/text()")
    versions = [one for family in load_exams().values() for one in family.versions]
    assert [title.partition(":")[0] for title in titles] == [one.code for one in versions]
    badges = page.xpath("//div[@class='ck-practice-exams']//span[contains(@class, 'ck-badge')]")
    assert len(badges) == sum(bool(one.unconfirmed) for one in versions)


@pytest.mark.parametrize(("page", "loads"), [("book/page", True), ("book/plain", False)])
def test_a_script_is_loaded_where_it_is_used(good, page, loads):
    scripts = good.page(page).xpath("//script/@src")
    assert any("self-check.js" in source for source in scripts) == loads


def test_cells_of_a_lab_have_anchors_even_when_folded(good):
    lab = good.page(LAB_PAGE)
    for anchor in ("cell-break", "cell-break-2", "cell-solution"):
        assert len(lab.xpath(f"//*[@id='{anchor}']")) == 1
    assert not lab.xpath("//*[@id='cell-hide-input' or @id='cell-hide-cell']")


def test_a_folded_cell_says_what_is_inside(good):
    lines = good.page(LAB_PAGE).xpath("//details/summary")
    assert [" ".join(line.text_content().split()) for line in lines] == [
        "Show code cell source Hide code cell source",
        "Show the solution Hide the solution",
    ]


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


def test_every_flashcard_is_on_its_page_with_the_ways_that_exist(good):
    page = good.page("book/cards")
    boxes = {box.get("data-card"): box for box in page.xpath("//details[@class='ck-card']")}
    cards = {card.id: card for card in load_flashcards()}
    assert boxes.keys() == cards.keys()
    titles = [kind.title for kind in flashcards.KINDS.values()]
    assert page.xpath("//section[starts-with(@id, 'cards-')]/h3/text()") == titles
    hrefs = boxes["vtf-order"].xpath(".//a/@href")
    assert hrefs == ["mnemonics/vtf.html", "../labs/mnemonics/vtf.html#cell-break"]
    source = boxes["limit-rest-timeout"].xpath(".//a/@href")
    assert source == ["reference/facts.html#fact-apigw-rest-integration-timeout"]
    orders = sorted(int(box.get("data-order")) for box in boxes.values())
    assert orders == list(range(len(cards)))


def test_the_flashcards_scripts_are_loaded_on_their_page_only(good):
    def scripts(name):
        sources = good.page(name).xpath("//script/@src")
        return [source.rpartition("/")[2].partition("?")[0] for source in sources]

    wanted = ["storage.js", "ts-fsrs.js", "flashcards.js"]
    assert [name for name in scripts("book/cards") if name in wanted] == wanted
    assert not {"ts-fsrs.js", "flashcards.js"} & {*scripts("book/page"), *scripts("book/plain")}
    library = (good.out / "_static" / "ts-fsrs.js").read_text()
    assert "FSRS" in library
    assert "sourceMappingURL" not in library
    assert "MIT License" in (good.out / "_static" / "ts-fsrs-license.txt").read_text()


def test_the_package_for_anki_is_linked_with_its_size(good):
    (link,) = good.page("book/cards").xpath("//a[@class='ck-download']")
    file = good.out / "_static" / flashcards.PACKAGE
    assert (good.out / "book" / link.get("href")).resolve() == file.resolve()
    assert f"{round(file.stat().st_size / 1024)} KB" in link.tail


def test_a_missing_library_fails_the_build_with_advice(tmp_path, monkeypatch):
    monkeypatch.setattr(flashcards, "LIBRARY", tmp_path / "nowhere")
    with pytest.raises(ExtensionError, match=r"run `make book`, which installs it"):
        build(tmp_path, GOOD)


def test_flashcards_with_a_fault_fail_the_build_with_advice(tmp_path, monkeypatch):
    file = tmp_path / "flashcards.yml"
    file.write_text("cards: [{id: one, kind: trap, chapter: vft, front: a, back: b}]")
    monkeypatch.setattr(flashcards, "load_flashcards", lambda: load_flashcards(file))
    with pytest.raises(ExtensionError, match="did you mean vtf"):
        build(tmp_path, GOOD)
