"""The city run's functions: reports handled, entries booked and canceled, films cut and ordered."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "decision-guide"


class Refused(Exception):
    pass


class Tables:
    """What the handlers call of DynamoDB, over plain dictionaries."""

    class exceptions:
        ConditionalCheckFailedException = Refused

    def __init__(self):
        self.entries, self.riders, self.films, self.gates = {}, set(), {}, set()
        self.asked = 0

    def put_item(self, TableName, Item):
        assert TableName == "entries"
        self.entries[Item["entry"], Item["part"]] = Item["state"]

    def update_item(self, TableName, Key, UpdateExpression, ExpressionAttributeValues, **condition):
        if TableName == "films":
            assert UpdateExpression == "ADD times_cut :one"
            self.films[Key["film"]] = self.films.get(Key["film"], 0) + 1
            return
        assert (TableName, Key) == ("buses", {"day": "monday"})
        assert "size(riders) < :seats" in condition["ConditionExpression"]
        values = ExpressionAttributeValues
        if len(self.riders) >= values[":seats"] and values[":entry"] not in self.riders:
            raise Refused
        self.riders |= values[":me"]

    def get_item(self, TableName, Key, ConsistentRead):
        assert ConsistentRead
        if TableName == "gates":
            self.asked += 1
            if self.asked > 2:  # it opens while the film is cut
                self.gates.add(Key["day"])
            return {"Item": Key} if Key["day"] in self.gates else {}
        return {"Item": Key} if Key["film"] in self.films else {}


class Queue:
    def __init__(self):
        self.sent = []

    def send_message(self, QueueUrl, MessageBody):
        assert QueueUrl == "films-queue"
        self.sent.append(json.loads(MessageBody))


@pytest.fixture
def tables():
    return Tables()


@pytest.fixture
def load(monkeypatch, tables):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # Lambda sets it, and boto3 wants it
    monkeypatch.setenv("SEATS", "2")
    monkeypatch.setenv("QUEUE_URL", "films-queue")
    monkeypatch.syspath_prepend(str(HANDLERS))

    def load(name):
        spec = importlib.util.spec_from_file_location(name, HANDLERS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        if hasattr(module, "database"):
            monkeypatch.setattr(module, "database", tables)
        return module

    return load


def printed(capsys):
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [{key: value for key, value in line.items() if key != "at"} for line in lines]


def from_queue(**body):
    return {"body": json.dumps(body)}


def test_a_service_says_which_runners_it_has_handled(load, monkeypatch, capsys):
    monkeypatch.setenv("SERVICE", "board")
    load("finish_service").handler({"Records": [from_queue(runner="monday-01")]}, None)
    assert printed(capsys) == [{"step": "handled", "runner": "monday-01", "service": "board"}]


@pytest.mark.parametrize("action, state", [("book", "booked"), ("cancel", "canceled")])
def test_a_part_of_an_entry_is_booked_or_canceled(load, monkeypatch, tables, action, state):
    monkeypatch.setenv("PART", "fee")
    load("entry_partner").handler({"entry": "monday-01", "action": action}, None)
    assert tables.entries == {("monday-01", "fee"): state}


def test_a_full_bus_refuses_and_books_nothing(load, monkeypatch, tables):
    monkeypatch.setenv("PART", "bus")
    partner = load("entry_partner")
    for entry in ("monday-01", "monday-02"):
        partner.handler({"entry": entry, "action": "book"}, None)
    with pytest.raises(partner.BusFull):
        partner.handler({"entry": "monday-03", "action": "book"}, None)
    assert ("monday-03", "bus") not in tables.entries


def test_a_rider_who_asks_twice_keeps_the_seat(load, monkeypatch, tables):
    monkeypatch.setenv("PART", "bus")
    partner = load("entry_partner")
    for entry in ("monday-01", "monday-02", "monday-02"):
        partner.handler({"entry": entry, "action": "book"}, None)
    assert tables.riders == {"monday-01", "monday-02"}


def test_a_film_is_cut_when_the_gate_is_open_and_the_caller_gets_it(load, tables, capsys):
    answer = load("film").handler({"body": json.dumps({"film": "monday-01"})}, None)
    assert answer["statusCode"] == 200
    assert tables.films == {"monday-01": 1}
    assert tables.asked == 3
    assert [line["step"] for line in printed(capsys)] == ["began", "cut"]


def test_the_desk_takes_an_order_without_cutting(load, monkeypatch, tables):
    desk, queue = load("film_desk"), Queue()
    monkeypatch.setattr(desk, "queue", queue)
    event = {"httpMethod": "POST", "body": json.dumps({"film": "monday-01"})}
    answer = desk.handler(event, None)
    assert (answer["statusCode"], answer["headers"]) == (202, {"Location": "films/monday-01"})
    assert queue.sent == [{"film": "monday-01"}]
    assert tables.films == {}


def test_the_desk_says_how_far_a_film_is(load, tables):
    desk = load("film_desk")
    event = {"httpMethod": "GET", "pathParameters": {"film": "monday-01"}}
    assert json.loads(desk.handler(event, None)["body"])["state"] == "accepted"
    tables.films["monday-01"] = 1
    assert json.loads(desk.handler(event, None)["body"])["state"] == "done"


def test_the_worker_cuts_with_the_same_scissors(load, tables):
    load("film")
    load("film_worker").handler({"Records": [from_queue(film="monday-01")]}, None)
    assert tables.films == {"monday-01": 1}
