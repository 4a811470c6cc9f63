"""The order takers print, text and give back; the oven waits for company; the board can refuse."""

import importlib
import json
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "fifo-always-better"
NAMES = ("order_taker", "idempotent_order_taker", "oven", "status_board")


@pytest.fixture
def load(monkeypatch):
    """Import a handler as Lambda does, with its folder on the path."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # Lambda sets it, and boto3 wants it
    monkeypatch.syspath_prepend(HANDLERS)
    yield importlib.import_module
    for name in NAMES:
        sys.modules.pop(name, None)


class Pizzeria:
    """What the handlers call: tables of rows by key, and messages that were given back."""

    def __init__(self, bad_lines: tuple[str, ...] = (), refused: tuple[str, ...] = ()):
        self.bad_lines = set(bad_lines)
        self.refused = set(refused)
        self.rows = []
        self.given_back = []

    def put_item(self, TableName: str, Item: dict, ConditionExpression: str = ""):
        row = {name: value["S"] for name, value in Item.items()}
        taken = {other.get("ticket_id") for other in self.rows}
        if ConditionExpression == "attribute_not_exists(ticket_id)" and row["ticket_id"] in taken:
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")
        self.rows.append(row)

    def delete_item(self, TableName: str, Key: dict, ReturnValues: str):
        phone = Key["phone"]["S"]
        if phone not in self.bad_lines:
            return {}
        self.bad_lines.remove(phone)
        return {"Attributes": Key}

    def get_item(self, TableName: str, Key: dict, ConsistentRead: bool):
        return {"Item": Key} if Key["name"]["S"] in self.refused else {}

    def get_queue_url(self, QueueName: str):
        return {"QueueUrl": f"url of {QueueName}"}

    def change_message_visibility(self, **message):
        self.given_back.append(message)


def pizzeria_for(monkeypatch, module, **state) -> Pizzeria:
    pizzeria = Pizzeria(**state)
    for name in {"order_taker", module.__name__}:
        for client in ("dynamodb", "sqs"):
            if hasattr(sys.modules.get(name), client):
                monkeypatch.setattr(sys.modules[name], client, pizzeria)
    return pizzeria


def message(**body: str) -> dict:
    record = {
        "body": json.dumps(body),
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders",
        "receiptHandle": "handle",
    }
    return {"Records": [record]}


def steps(capsys) -> list[str]:
    return [json.loads(line)["step"] for line in capsys.readouterr().out.splitlines()]


GIVEN_BACK = {
    "QueueUrl": "url of orders",
    "ReceiptHandle": "handle",
    "VisibilityTimeout": 1,
}


def test_an_order_gets_a_ticket_with_its_price(load, monkeypatch, capsys):
    order_taker = load("order_taker")
    pizzeria = pizzeria_for(monkeypatch, order_taker)
    order_taker.handler(message(phone="1", pizza="funghi"), None)
    (ticket,) = pizzeria.rows
    assert (ticket["pizza"], ticket["price"]) == ("funghi", "11")
    assert steps(capsys) == ["done"]


def test_a_pizza_that_is_not_on_the_menu_is_given_back_without_a_ticket(load, monkeypatch, capsys):
    order_taker = load("order_taker")
    pizzeria = pizzeria_for(monkeypatch, order_taker)
    with pytest.raises(KeyError):
        order_taker.handler(message(phone="1", pizza="calzone"), None)
    assert pizzeria.rows == []
    assert pizzeria.given_back == [GIVEN_BACK]
    assert steps(capsys) == ["failed"]


def test_a_text_that_fails_leaves_two_tickets_or_one(load, monkeypatch, capsys):
    for name, tickets, logged in [
        ("order_taker", 2, ["failed", "done"]),
        ("idempotent_order_taker", 1, ["failed", "recognized", "done"]),
    ]:
        taker = load(name)
        pizzeria = pizzeria_for(monkeypatch, taker, bad_lines=("1",))
        event = message(order_id="a", phone="1", pizza="funghi")
        with pytest.raises(ConnectionError):
            taker.handler(event, None)
        taker.handler(event, None)
        assert len(pizzeria.rows) == tickets
        assert pizzeria.given_back == [GIVEN_BACK]
        assert steps(capsys) == logged


def test_an_error_of_the_table_is_no_recognized_order(load, monkeypatch, capsys):
    taker = load("idempotent_order_taker")
    pizzeria = pizzeria_for(monkeypatch, taker)

    def throttled(**_):
        error = {"Error": {"Code": "ProvisionedThroughputExceededException"}}
        raise ClientError(error, "PutItem")

    monkeypatch.setattr(pizzeria, "put_item", throttled)
    with pytest.raises(ClientError):
        taker.handler(message(order_id="a", phone="1", pizza="funghi"), None)
    assert steps(capsys) == ["failed"]


def test_a_pizza_leaves_the_oven_in_company_or_when_nobody_else_comes(load):
    oven = load("oven")
    assert not oven.may_leave({"1", "2", "3", "4"})
    assert oven.may_leave({"1", "2", "3", "4", "5"})
    assert oven.may_leave({"1", "nobody else comes"})


def test_the_board_shows_an_update_unless_it_is_refused(load, monkeypatch, capsys):
    status_board = load("status_board")
    pizzeria = pizzeria_for(monkeypatch, status_board, refused=("a placed",))
    with pytest.raises(status_board.Refused):
        status_board.handler(message(order_id="a", status="placed"), None)
    status_board.handler(message(order_id="a", status="baked"), None)
    assert pizzeria.rows == [{"board": "orders", "order_id": "a", "status": "baked"}]
    assert pizzeria.given_back == [GIVEN_BACK]
    assert steps(capsys) == ["failed", "shown"]
