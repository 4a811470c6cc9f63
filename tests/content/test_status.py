"""The file of the labs' last runs: read, written, and what is said of a bad or an old one."""

import json

import pytest

from coursekit.content import ContentError
from coursekit.content.check import check
from coursekit.content.status import dump_status, load_status, runs_of
from coursekit.notebooks.status import store_runs

from .conftest import status


@pytest.fixture
def file(tmp_path):
    """Write a file of runs after a change to it; the change gets its whole content."""

    def write(change=lambda content: None, name="status.json"):
        content = status()
        change(content)
        (tmp_path / name).write_text(json.dumps(content))
        return tmp_path / name

    return write


def of_run(**changes):
    return lambda content: content["runs"][0].update(changes)


def test_what_is_written_is_read_again(file):
    runs = load_status(file())
    assert [(run.lab, run.engine, run.passed) for run in runs] == [("vtf", "host", True)]
    again = file()
    again.write_text(dump_status(runs))
    assert load_status(again) == runs


def test_runs_stand_in_reading_order_whatever_the_file_says(file):
    def more(content):
        (vtf,) = content["runs"]
        content["runs"] = [vtf | {"engine": "docker"}, vtf, vtf | {"lab": "saga"}]

    runs = load_status(file(more))
    assert [(run.lab, run.engine) for run in runs] == [
        ("saga", "host"),
        ("vtf", "host"),
        ("vtf", "docker"),
    ]
    assert [run.engine for run in runs_of("vtf", runs)] == ["host", "docker"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (of_run(lab="vft"), "vft · lab: there is no such lab (did you mean vtf?)"),
        (of_run(engine="podman"), "vtf · engine: "),
        (of_run(ran="yesterday"), "vtf · ran: "),
        (of_run(ran="2026-11-24T16:05:00"), "vtf · ran: "),
        (of_run(seconds=-1), "vtf · seconds: "),
        (of_run(boto3=None), "vtf · boto3: "),
        (of_run(minutes=3), "vtf · minutes: is not a field of this entry"),
        (lambda content: content["runs"][0].pop("passed"), "vtf · passed: is missing"),
        (
            lambda content: content["runs"].append(content["runs"][0]),
            "vtf · engine: host is given twice",
        ),
        (lambda content: content.update(form=0), "form: is 0; this version of the course reads 1"),
        (lambda content: content.pop("runs"), "runs: is missing"),
    ],
)
def test_a_bad_or_old_file_is_told_with_its_name_the_field_and_what_to_do(file, change, said):
    with pytest.raises(ContentError) as told:
        load_status(file(change))
    assert f"status.json: {said}" in str(told.value)
    assert "→ make it anew: `make test STAGE=labs`, then `make status`" in str(told.value)


def test_a_file_that_is_not_there_or_no_json_is_told(file, tmp_path):
    with pytest.raises(ContentError, match="there is no such file"):
        load_status(tmp_path / "nowhere.json")
    damaged = file()
    damaged.write_text("{")
    with pytest.raises(ContentError, match="is not JSON"):
        load_status(damaged)


def test_the_check_of_the_content_reads_it(course):
    (course / "book/status.json").write_text("[]")
    assert "status.json: runs: is missing" in "\n".join(map(str, check(course)))


def test_storing_replaces_what_ran_again_and_keeps_the_rest(file):
    def known(content):
        (vtf,) = content["runs"]
        docker = vtf | {"engine": "docker"}
        content["runs"] = [vtf | {"passed": False}, docker, vtf | {"lab": "saga"}]

    target = file(known)
    store_runs(file(name="fresh.json"), target)
    stored = {(run.lab, run.engine): run.passed for run in load_status(target)}
    assert stored == {("saga", "host"): True, ("vtf", "host"): True, ("vtf", "docker"): True}


def test_storing_over_an_old_file_begins_anew(file):
    target = file(lambda content: content.update(form=0))
    store_runs(file(name="fresh.json"), target)
    assert [run.lab for run in load_status(target)] == ["vtf"]


def test_without_a_run_nothing_is_stored(file, tmp_path):
    target = file()
    before = target.read_text()
    with pytest.raises(ContentError, match="there is no such file"):
        store_runs(tmp_path / "nowhere.json", target)
    assert target.read_text() == before
