"""The checks reject what they must: the sample lab, damaged in one place at a time."""

import copy
import re

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

from coursekit.notebooks.__main__ import main
from coursekit.notebooks.check import check_notebook
from coursekit.notebooks.files import NotebookError, read_notebook
from coursekit.notebooks.normalise import WIDGET_VIEW, normalise
from coursekit.paths import TESTS

SAMPLE = TESTS / "notebooks" / "labs" / "patterns" / "sample.ipynb"


@pytest.fixture
def lab():
    return nbformat.read(SAMPLE, as_version=4)


@pytest.fixture
def problems(tmp_path):
    """What the check says of a notebook."""

    def check(notebook):
        path = tmp_path / "damaged.ipynb"
        nbformat.write(notebook, path)
        return check_notebook(path)

    return check


def tagged(notebook, tag):
    """The first cell with a tag."""
    return next(cell for cell in notebook.cells if tag in cell.metadata.get("tags", []))


def only(found, pattern):
    """There is one problem, and it is this one."""
    assert len(found) == 1, found
    assert re.search(pattern, found[0]), found
    assert "damaged.ipynb: " in found[0]


def test_the_sample_is_good():
    assert check_notebook(SAMPLE) == []


@pytest.mark.parametrize("tag", ["break", "fix", "proof", "exercise", "solution"])
def test_missing_tag(lab, problems, tag):
    tagged(lab, tag).metadata["tags"].remove(tag)
    only(problems(lab), f"no cell is tagged {tag}. Select the cell")


def test_a_cell_that_only_draws_is_folded(lab, problems):
    drawing = next(cell for cell in lab.cells if cell.source.startswith("print"))
    drawing.source = "evidence.chart(figure, alt='words')"
    only(problems(lab), "only draws.*tag hide-input")
    drawing.metadata = {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
    assert problems(lab) == []


def test_tags_out_of_order(lab, problems):
    first, second = tagged(lab, "break"), tagged(lab, "fix")
    first.metadata["tags"], second.metadata["tags"] = ["fix"], ["break"]
    only(problems(lab), "order fix, break, proof")


LEAKS = {
    "an account number": "arn:aws:sqs:us-east-1:526895713400:q",
    "a random id": "request 1b4e28ba-2fa1-11d2-883f-0016d3cca427",
    "a time of day": "it was 14:03:59",
    "a clock in seconds": "at 1764000000.123",
    "a sequence number": "1886952487100000000",
    "an address in memory": "<object at 0x7f505056c1a0>",
    "an access key": "AKIAIOSFODNN7EXAMPLE",
    "an absolute path": "see /home/ada/labs/vtf.ipynb",
    "an emulator's address": "http://127.0.0.1:4566/health",
    "a traceback": "Traceback (most recent call last):",
}


@pytest.mark.parametrize("what", LEAKS)
@pytest.mark.parametrize("kind", ["stream", "text/plain", "text/html", "application/x+json"])
def test_output_that_differs_from_run_to_run(lab, problems, what, kind):
    text = LEAKS[what]
    if kind == "stream":
        output = nbformat.v4.new_output("stream", text=text)
    else:
        value = {"rows": [{"text": text}]} if kind.endswith("json") else text
        output = nbformat.v4.new_output("display_data", {kind: value})
    tagged(lab, "break").outputs.append(output)
    only(problems(lab), rf"cell 7 \(In \[3\]\) tagged break: its output has {what}")


@pytest.mark.parametrize(
    "text",
    [
        "24 deliveries of 12 messages, 1,234,567 requests, in labs/tmp/vtf",
        "$0.20 per 1,000,000 requests, 16.67 s, 29 s, 15 min, 2026-08-17",
    ],
)
def test_ordinary_output_is_no_leak(lab, problems, text):
    tagged(lab, "break").outputs.append(nbformat.v4.new_output("stream", text=text))
    assert problems(lab) == []


def test_data_of_a_picture_is_no_leak_and_its_words_are_asked_for(lab, problems):
    picture = "data:image/svg+xml,%3Csvg id=%22526895713400%22 style='x'%3E10:11:12%3C/svg%3E"
    html = f'<figure><img alt="ALT" src="{picture}"></figure>'
    outputs = tagged(lab, "break").outputs
    outputs.append(nbformat.v4.new_output("display_data", {"text/html": html}))
    assert problems(lab) == []
    outputs[-1].data["text/html"] = html.replace("ALT", "")
    only(problems(lab), "picture without alt text")
    outputs[-1].data = {"image/png": "aGVsbG8="}
    only(problems(lab), "picture without words")


def test_unlabelled_expected_failure(lab, problems):
    cell = tagged(lab, "expected-failure")
    before = lab.cells[lab.cells.index(cell) - 1]
    before.source = before.source.replace("expected to fail", "interesting")
    only(problems(lab), "tagged expected-failure and does not say so")
    cell.source += "\n# this call is expected to fail"
    assert problems(lab) == []
    cell.metadata["tags"] = []
    only(problems(lab), "catches a failure and is not labeled")


def test_stored_traceback(lab, problems):
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=["…"])
    tagged(lab, "break").outputs.append(error)
    only(problems(lab), r"stores a traceback \(KeyError\)")


def test_stored_warning(lab, problems):
    warning = nbformat.v4.new_output("stream", name="stderr", text="Deprecated")
    tagged(lab, "break").outputs.append(warning)
    only(problems(lab), "stores a warning")


@pytest.mark.parametrize("tag", ["proof", "exercise", "solution", "expected-failure"])
def test_output_stripped_from_a_cell_that_must_show(lab, problems, tag):
    tagged(lab, tag).outputs = []
    only(problems(lab), "stores no output")


def test_cell_that_was_edited_or_never_run(lab, problems):
    cell = tagged(lab, "break")
    cell.execution_count, cell.outputs = None, []
    only(problems(lab), "execution count None, not 3")


def test_lab_that_was_never_run(lab, problems):
    for cell in lab.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    only(problems(lab), "was never run")


@pytest.mark.parametrize("marker", ["NBVAL_IGNORE_OUTPUT", "NBVAL_SKIP", "NBVAL_RAISES_EXCEPTION"])
def test_comparison_switched_off(lab, problems, marker):
    weak = copy.deepcopy(lab)
    tagged(weak, "break").source += f"\n# {marker}"
    only(problems(weak), f"{marker} keeps it from being compared")
    tagged(lab, "break").metadata.tags.append(marker.lower().replace("_", "-"))
    only(problems(lab), "weakens the check")


def test_headings(lab, problems):
    why = next(cell for cell in lab.cells if cell.source.startswith("## Why"))
    good = why.source
    why.source = good.replace("## Why", "## The reason")
    found = problems(lab)
    assert len(found) == 2
    assert "no heading `## Why`" in found[0]
    assert "cell 10: unknown heading `## The reason`" in found[1]
    why.source = good + "\n\n```text\n## not a heading\n```\n### a finer one"
    assert problems(lab) == []
    why.source = good + "\n\n## Break"
    only(problems(lab), "Bring them into order, each once")


def test_shown_solution(lab, problems):
    tagged(lab, "solution").metadata["jupyter"] = {}
    only(problems(lab), "Hide it")


def test_proof_that_asserts_nothing(lab, problems):
    tagged(lab, "proof").source = "print(greet('Barbara'))"
    only(problems(lab), "proves nothing")


def test_card_and_title(lab, problems):
    del lab.metadata["coursekit"]["minutes"]
    only(problems(lab), "coursekit has no minutes")
    lab.metadata["coursekit"]["minutes"] = 1
    lab.cells[0].source = "no title"
    only(problems(lab), "no title")


def test_damaged_file(tmp_path):
    path = tmp_path / "damaged.ipynb"
    path.write_text("{")
    with pytest.raises(NotebookError, match=r"is not a notebook.*git restore"):
        read_notebook(path)


def test_normal_form_is_stable_and_drops_the_machine(lab):
    wild = copy.deepcopy(lab)
    wild.metadata["widgets"] = {"state": {}}
    wild.metadata["language_info"] = {"name": "python", "version": "3.13.9"}
    wild.metadata["kernelspec"] = {"display_name": "mine", "language": "python", "name": "mine"}
    for number, cell in enumerate(wild.cells):
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
        if cell.cell_type == "code":
            cell.execution_count = 90 + number
    view = nbformat.v4.new_output(
        "execute_result", {WIDGET_VIEW: {"model_id": "1"}, "text/plain": "x"}, execution_count=99
    )
    tagged(wild, "break").outputs.append(view)
    expected = copy.deepcopy(lab)
    tagged(expected, "break").outputs.append(
        nbformat.v4.new_output("execute_result", {"text/plain": "x"}, execution_count=3)
    )
    assert normalise(wild) == expected
    assert normalise(copy.deepcopy(expected)) == expected


def test_tidy_keeps_what_tells_that_a_cell_was_not_run(lab, tmp_path, monkeypatch, capsys):
    tagged(lab, "break").execution_count = None
    expected = copy.deepcopy(lab)
    lab.metadata["widgets"] = {"state": {}}
    lab.cells[0].metadata["ExecuteTime"] = {}
    path = tmp_path / "saved.ipynb"
    nbformat.write(lab, path)
    assert main(["tidy", str(path)]) == 0
    assert nbformat.read(path, as_version=4) == expected
    assert "saved.ipynb: brought into the stored form" in capsys.readouterr().out
    written = path.stat().st_mtime_ns
    assert main(["tidy", str(path)]) == 0
    assert path.stat().st_mtime_ns == written
    assert capsys.readouterr().out == ""


def test_tidy_asks_for_names(capsys):
    with pytest.raises(SystemExit):
        main(["tidy"])
    assert "tidy changes files: name the labs, or say --all" in capsys.readouterr().err


def test_what_is_still_to_write_is_told(lab, problems):
    lab.cells[0].source += "\n\nTO WRITE: the incident."
    only(problems(lab), r"cell 1, line \d+: is still to be written\. In place.*: the incident\.")


def test_minutes_are_a_number(lab, problems):
    lab.metadata["coursekit"]["minutes"] = "ten"
    only(problems(lab), "minutes is no number")


def test_nbval_compares_all_of_a_picture_but_its_data():
    config = get_sanitize_patterns((TESTS / "nbval.cfg").read_text())
    html = '<img alt="two bars" src="data:image/svg+xml,%3Csvg style=\'a\'%3E b%22"><b>after</b>'
    for pattern, replacement in config:
        html = re.sub(pattern, replacement, html)
    assert html == '<img alt="two bars" src="data:image,a-picture"><b>after</b>'
