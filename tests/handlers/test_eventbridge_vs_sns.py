"""The railway inspects from its limit on and discards without an error; receivers note it all."""

import importlib.util
import json
from pathlib import Path

import pytest

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "eventbridge-vs-sns"


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, HANDLERS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def batch(**accelerations: float) -> dict:
    tremors = [
        {"tremor_id": tremor_id, "ground": {"acceleration_gal": gal}}
        for tremor_id, gal in accelerations.items()
    ]
    return {"Records": [{"body": json.dumps(tremor)} for tremor in tremors]}


def printed(capsys) -> list[dict]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [{key: value for key, value in line.items() if key != "at"} for line in lines]


def test_the_track_is_inspected_from_the_limit_on(monkeypatch, capsys):
    monkeypatch.setenv("LIMIT_GAL", "10")
    load("railway").handler(batch(a=9.9, b=10, c=140), None)
    assert printed(capsys) == [
        {"step": "discarded", "tremor_id": "a", "limit_gal": 10},
        {"step": "inspected", "tremor_id": "b", "limit_gal": 10},
        {"step": "inspected", "tremor_id": "c", "limit_gal": 10},
    ]


def test_a_limit_in_the_wrong_unit_discards_everything_and_raises_nothing(monkeypatch, capsys):
    monkeypatch.setenv("LIMIT_GAL", "1000")
    load("railway").handler(batch(a=12, b=140), None)
    assert {line["step"] for line in printed(capsys)} == {"discarded"}


def test_a_message_that_is_no_tremor_goes_back_to_the_queue(monkeypatch):
    monkeypatch.setenv("LIMIT_GAL", "10")
    with pytest.raises(KeyError):
        load("railway").handler({"Records": [{"body": "{}"}]}, None)


def test_a_receiver_notes_every_tremor_of_a_batch(capsys):
    load("receiver").handler(batch(a=1, b=2), None)
    assert printed(capsys) == [
        {"step": "noted", "tremor_id": "a"},
        {"step": "noted", "tremor_id": "b"},
    ]
