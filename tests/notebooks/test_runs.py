"""Labs that are run: a damaged output, a lab that needs no fix, and the verbs' answers."""

import json

import nbformat
import pytest

from coursekit.cloud.emulator import VERSION


@pytest.fixture
def damage(labs):
    """Write damaged copies of the sample lab beside it."""

    def write(name, change):
        path = labs / "patterns" / "sample.ipynb"
        notebook = nbformat.read(path, as_version=4)
        change({tag: cell for cell in notebook.cells for tag in cell.metadata.get("tags", [])})
        nbformat.write(notebook, path.with_name(f"{name}.ipynb"))

    return write


def change_source(tag, source):
    return lambda cells: cells[tag].update(source=source)


def test_changed_and_stripped_outputs_are_found(notebooks, damage, address):
    def by_hand(cells):
        cells["break"].outputs[-1].text = "['hello', 'hello']\n"

    def stripped(cells):
        cells["break"].outputs = []

    def other_html(cells):
        shown = cells["solution"].outputs
        shown.append(nbformat.v4.new_output("display_data", {"text/html": "<b>more</b>"}))

    damage("by-hand", by_hand)
    damage("stripped", stripped)
    damage("other-html", other_html)
    status, output = notebooks("test", LOCALSTACK_HOST=str(address))
    assert status == 1
    for name, number in {"by-hand": 2, "stripped": 2, "other-html": 8}.items():
        assert f"{name}.ipynb::Cell {number}" in output, output
    assert "Cell outputs differ" in output
    failed = [line for line in output.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 3, output
    assert not any("sample.ipynb" in line for line in failed), "the good one must pass"


def test_how_each_lab_ran_is_noted_where_asked(notebooks, damage, address, tmp_path):
    waits = "lab.wait_until(lambda: time.monotonic() > end, what='a moment')"
    damage("waiting", change_source("break", f"import time; end = time.monotonic() + 1; {waits}"))
    file = tmp_path / "runs.json"
    status, output = notebooks("test", f"--runs={file}", LOCALSTACK_HOST=str(address))
    assert status == 1, "what the changed cell prints is not what is stored"
    runs = {run["lab"]: run for run in json.loads(file.read_text())["runs"]}
    assert {lab: run["passed"] for lab, run in runs.items()} == {"sample": True, "waiting": False}
    # Noted by the name that the lab opens with, and the damaged copy still opens "sample".
    assert runs["sample"]["waiting_seconds"] >= 1
    assert runs["waiting"]["waiting_seconds"] == 0
    assert {(run["engine"], run["localstack"]) for run in runs.values()} == {("host", VERSION)}
    assert f"{runs['sample']['seconds']} s, " in output


def test_sabotage_tells_a_lab_that_proves_nothing(notebooks, damage, address):
    damage("needs-no-fix", change_source("proof", "assert greet('Barbara')"))
    damage("not-asserted", change_source("proof", "{}['mended']  # assert"))
    damage("fails-early", change_source("break", "greet_nobody()"))
    status, output = notebooks("sabotage", LOCALSTACK_HOST=str(address))
    assert status == 1
    lines = {line.split(": ")[0]: line for line in output.splitlines() if ".ipynb: " in line}
    assert "passes without its fix" in lines["labs/patterns/needs-no-fix.ipynb"]
    assert "and not with an AssertionError" in lines["labs/patterns/not-asserted.ipynb"]
    assert "before its proof" in lines["labs/patterns/fails-early.ipynb"]
    assert "as it must" in lines["labs/patterns/sample.ipynb"]
    *closing, counts = output.splitlines()[-4:]
    assert [line.split(": ")[0] for line in sorted(closing)] == [
        f"FAILED labs/patterns/{name}.ipynb"
        for name in ("fails-early", "needs-no-fix", "not-asserted")
    ], "the end says again which"
    assert counts.startswith("3 failed, 1 passed in ")
    status, output = notebooks("sabotage", "sample", LOCALSTACK_HOST=str(address))
    assert status == 0, output


def test_execute_stores_the_same_again_and_leaves_a_failing_lab_alone(
    notebooks, damage, labs, address
):
    sample = labs / "patterns" / "sample.ipynb"
    before = sample.read_bytes()
    damage("failing", change_source("fix", "1 / 0"))
    failing = (labs / "patterns" / "failing.ipynb").read_bytes()
    status, output = notebooks("execute", "--all", LOCALSTACK_HOST=str(address))
    assert status == 1
    assert "failing.ipynb: cell 13 (In [6]) tagged fix failed" in output
    assert "ZeroDivisionError" in output
    assert sample.read_bytes() == before
    assert (labs / "patterns" / "failing.ipynb").read_bytes() == failing
    assert not list(labs.rglob(".*.new"))


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["--help"], 0, "sabotage"),
        (["check", "sample"], 0, "1 labs checked, 0 problems"),
        (["check", "smaple"], 2, "did you mean sample?"),
        (["execute"], 2, "name the labs, or say --all"),
        ([], 2, "VERB"),
    ],
)
def test_answers(notebooks, arguments, status, says):
    code, output = notebooks(*arguments)
    assert (code, says in output) == (status, True), output


def test_nothing_answers_where_told(notebooks):
    status, output = notebooks("test", LOCALSTACK_HOST="127.0.0.1:1")
    assert status == 2
    assert "nothing answers there" in output
