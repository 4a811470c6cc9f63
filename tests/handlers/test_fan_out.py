"""The subscribers read a notice from SNS and from a queue alike, and say what became of it."""

import importlib.util
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "fan-out"


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, HANDLERS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def from_sns(lot_id: str) -> dict:
    return {"EventSource": "aws:sns", "Sns": {"Message": json.dumps({"lot_id": lot_id})}}


def from_queue(lot_id: str) -> dict:
    return {"eventSource": "aws:sqs", "body": json.dumps({"lot_id": lot_id})}


def printed(capsys) -> list[dict]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [{key: value for key, value in line.items() if key != "at"} for line in lines]


class Tills:
    """What the handler calls: a parameter that names a table, and the one table there is."""

    def __init__(self, named: str):
        self.named = named
        self.rows = []

    def get_parameter(self, Name: str):
        assert Name == "tills-table"
        return {"Parameter": {"Value": self.named}}

    def put_item(self, TableName: str, Item: dict):
        if TableName != "blocked-lots":
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "PutItem")
        self.rows.append(Item["lot_id"]["S"])


def till_blocker_with(tills: Tills, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # Lambda sets it, and boto3 wants it
    monkeypatch.setenv("TABLE_PARAMETER", "tills-table")
    till_blocker = load("till_blocker")
    monkeypatch.setattr(till_blocker, "ssm", tills)
    monkeypatch.setattr(till_blocker, "dynamodb", tills)
    return till_blocker


def test_a_lot_is_blocked_whoever_delivered_the_notice(monkeypatch, capsys):
    tills = Tills("blocked-lots")
    till_blocker = till_blocker_with(tills, monkeypatch)
    till_blocker.handler({"Records": [from_sns("a"), from_queue("b")]}, None)
    assert tills.rows == ["a", "b"]
    assert printed(capsys) == [
        {"step": "handled", "lot_id": "a"},
        {"step": "handled", "lot_id": "b"},
    ]


def test_a_table_that_does_not_exist_is_logged_and_raised(monkeypatch, capsys):
    till_blocker = till_blocker_with(Tills("blocked-lots-v2"), monkeypatch)
    with pytest.raises(ClientError):
        till_blocker.handler({"Records": [from_queue("a")]}, None)
    assert printed(capsys) == [
        {"step": "failed", "lot_id": "a", "error": "ResourceNotFoundException"}
    ]


def test_a_notice_is_passed_on_whoever_delivered_it(monkeypatch, capsys):
    monkeypatch.setenv("RECIPIENT", "customers")
    load("notice_sender").handler({"Records": [from_sns("a"), from_queue("b")]}, None)
    assert printed(capsys) == [
        {"step": "handled", "lot_id": "a", "recipient": "customers"},
        {"step": "handled", "lot_id": "b", "recipient": "customers"},
    ]
