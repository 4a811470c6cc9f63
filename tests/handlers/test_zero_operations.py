"""The dispensers fail for the same reasons; what differs is whether anybody can see it."""

import importlib.util
import json
import sys
from decimal import InvalidOperation
from pathlib import Path

import pytest

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "zero-operations"
GOOD = {"prescription_id": "a", "medicine": "metformin", "tablets_a_day": "1.5", "days": 30}
COMMA = GOOD | {"tablets_a_day": "1,5"}
UNKNOWN = GOOD | {"medicine": "semaglutide"}
MORPHINE = GOOD | {"medicine": "morphine"}


class Pharmacy:
    """What the handlers call: a list of medicines, the shelf, and the authority's ear."""

    def __init__(self):
        self.shelf = {}
        self.reported = []

    def get_item(self, TableName, Key):
        assert TableName == "medicines"
        medicine = Key["medicine"]["S"]
        if medicine not in ("metformin", "morphine"):
            return {}
        return {"Item": {"controlled": {"BOOL": medicine == "morphine"}}}

    def put_item(self, TableName, Item):
        assert TableName == "ready-for-pickup"
        self.shelf[Item["prescription_id"]["S"]] = Item["tablets"]["N"]

    def publish(self, TopicArn, Message):
        assert TopicArn == "the authority"
        self.reported.append(Message)


@pytest.fixture
def pharmacy():
    return Pharmacy()


@pytest.fixture
def load(pharmacy, monkeypatch):
    """A handler's module, with the pharmacy in place of AWS."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # Lambda sets it, and boto3 wants it
    monkeypatch.setenv("AUTHORITY_TOPIC", "the authority")
    names = ("dispenser", "watched_dispenser", "careful_dispenser")
    for name in names:  # in the order in which they import each other
        spec = importlib.util.spec_from_file_location(name, HANDLERS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
    monkeypatch.setattr(sys.modules["dispenser"], "dynamodb", pharmacy)
    monkeypatch.setattr(sys.modules["dispenser"], "sns", pharmacy)
    return lambda name: sys.modules[name]


def event(*prescriptions) -> dict:
    return {"Records": [{"body": json.dumps(prescription)} for prescription in prescriptions]}


def printed(capsys) -> list[dict]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [{key: value for key, value in line.items() if key != "at"} for line in lines]


@pytest.mark.parametrize("name", ["dispenser", "watched_dispenser", "careful_dispenser"])
def test_every_dispenser_fills_and_reports(load, pharmacy, name):
    load(name).handler(event(GOOD, MORPHINE | {"prescription_id": "b"}), None)
    assert pharmacy.shelf == {"a": "45.0", "b": "45.0"}
    assert pharmacy.reported == ["b"]


@pytest.mark.parametrize("name", ["dispenser", "watched_dispenser"])
def test_a_decimal_comma_breaks_the_code(load, pharmacy, name):
    with pytest.raises(InvalidOperation):
        load(name).handler(event(COMMA), None)
    assert pharmacy.shelf == {}


def test_the_careful_dispenser_reads_a_decimal_comma(load, pharmacy):
    load("careful_dispenser").handler(event(COMMA), None)
    assert pharmacy.shelf == {"a": "45.0"}


def test_an_unknown_medicine_is_swallowed(load, pharmacy, capsys):
    load("dispenser").handler(event(UNKNOWN), None)
    assert pharmacy.shelf == {}
    assert printed(capsys) == [{"step": "received", "prescription_id": "a"}]


def test_the_watched_dispenser_logs_and_raises_it(load, capsys):
    with pytest.raises(KeyError):
        load("watched_dispenser").handler(event(UNKNOWN), None)
    assert printed(capsys)[-1] == {
        "step": "failed",
        "level": "ERROR",
        "prescription_id": "a",
        "error": "KeyError",
        "reason": "'Item'",
    }


def test_a_call_is_noted_with_its_action_and_resource(load, capsys):
    class Operation:
        name = "Publish"

        class service_model:
            signing_name = "sns"

    load("watched_dispenser").note_call({"TopicArn": "the authority"}, Operation)
    assert printed(capsys) == [
        {"step": "called", "action": "sns:Publish", "resource": "the authority"}
    ]
