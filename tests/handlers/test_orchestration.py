"""The credit bureau: its two errors, and that every inquiry is on the bill."""

import json

import pytest

from coursekit.paths import HANDLERS


@pytest.fixture
def bureau(monkeypatch):
    """The bureau's good release."""
    monkeypatch.syspath_prepend(HANDLERS / "orchestration")
    monkeypatch.setenv("ANSWERS", "200")
    import credit_bureau

    return credit_bureau


def application(on_file: int | None) -> dict:
    return {"application_id": "monday-01", "usd": 4000, "on_file": on_file}


def billed(capsys) -> list[tuple[str, str]]:
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(isinstance(record["at"], float) for record in records)
    return [(record["application_id"], record["answer"]) for record in records]


def test_a_known_applicant_has_a_score(bureau, capsys):
    assert bureau.handler(application(700), None) == {"score": 700}
    assert billed(capsys) == [("monday-01", "score")]


def test_a_score_of_nothing_is_still_a_score(bureau):
    assert bureau.handler(application(0), None) == {"score": 0}


def test_an_unknown_applicant_is_a_final_error_and_billed(bureau, capsys):
    with pytest.raises(bureau.NoCreditFile, match="nobody of this name"):
        bureau.handler(application(None), None)
    assert billed(capsys) == [("monday-01", "no file")]


@pytest.mark.parametrize("on_file", [700, None])
def test_the_bad_release_answers_503_to_everyone(bureau, monkeypatch, capsys, on_file):
    monkeypatch.setenv("ANSWERS", "503")
    with pytest.raises(bureau.BureauUnavailable, match="503"):
        bureau.handler(application(on_file), None)
    assert billed(capsys) == [("monday-01", "503")]
