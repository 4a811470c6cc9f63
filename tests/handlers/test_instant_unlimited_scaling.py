"""A booking waits for the register, called directly and from a queue alike."""

import importlib.util
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "labs" / "handlers" / "instant-unlimited-scaling"


class Tables:
    """Answers that the register gives after some looks, and the bookings as they were written."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.written = []

    def get_item(self, TableName, Key, ConsistentRead):
        assert (TableName, ConsistentRead) == ("register", True)
        self.looks -= 1
        return {} if self.looks >= 0 else {"Item": Key}

    def put_item(self, TableName, Item):
        assert TableName == "bookings"
        self.written.append((Item["person"]["S"], Item["state"]["S"]))


@pytest.fixture
def module(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # Lambda sets it, and boto3 wants it
    monkeypatch.setenv("BOOKINGS", "bookings")
    monkeypatch.setenv("REGISTER", "register")
    spec = importlib.util.spec_from_file_location("appointments", FOLDER / "appointments.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def states_of(*people: str) -> list[tuple[str, str]]:
    return [(person, state) for person in people for state in ("waits for the register", "booked")]


def test_a_booking_holds_its_place_until_the_register_has_answered(module, monkeypatch, capsys):
    tables = Tables(looks=2)
    monkeypatch.setattr(module, "dynamodb", tables)
    module.handler({"person": "p-01", "morning": "Monday"}, None)
    assert tables.looks == -1, "it looked until there was an answer, and no longer"
    assert tables.written == states_of("p-01")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["person"], line["state"]) for line in lines] == states_of("p-01")
    assert lines[0]["at"] <= lines[1]["at"]


def test_each_message_of_a_batch_is_booked(module, monkeypatch):
    tables = Tables(looks=0)
    monkeypatch.setattr(module, "dynamodb", tables)
    bodies = [{"person": person, "morning": "Tuesday"} for person in ("p-01", "p-02")]
    module.handler({"Records": [{"body": json.dumps(body)} for body in bodies]}, None)
    assert tables.written == states_of("p-01", "p-02")
