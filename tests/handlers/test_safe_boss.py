"""The night's functions take an item from any pattern, and fail where the incidents need it."""

import importlib
import json
import threading

import pytest
from botocore.exceptions import ClientError

from coursekit.paths import HANDLERS

TICKET = {"run": "r", "number": 7}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """The handlers import each other as in their deployed folder."""
    monkeypatch.syspath_prepend(HANDLERS / "safe-boss")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def load(monkeypatch):
    """Import a handler and replace the clients that it made."""

    def loaded(name: str, **clients: object):
        module = importlib.import_module(name)
        for client, stand_in in clients.items():
            monkeypatch.setattr(module, client, stand_in)
        return module

    return loaded


def steps(capsys) -> list[tuple]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(line["step"], line["number"]) for line in lines]


class Tables:
    """Rows by table and key, with the two conditions that the handlers write."""

    def __init__(self):
        self.rows: dict[tuple, dict] = {}

    class exceptions:
        ConditionalCheckFailedException = ClientError

    def put_item(self, TableName: str, Item: dict):
        self.rows[TableName, *Item.values()] = Item

    def delete_item(self, TableName: str, Key: dict):
        self.rows.pop((TableName, *Key.values()), None)

    def get_item(self, TableName: str, Key: dict, ConsistentRead: bool):
        assert ConsistentRead, "an old answer would do"
        row = self.rows.get((TableName, *Key.values()))
        return {"Item": row} if row else {}


class Register(Tables):
    """The one row that stands for the register."""

    def __init__(self):
        self.row = {"connections": 0, "tickets": set(), "down": False}

    def update_item(self, UpdateExpression: str, ExpressionAttributeValues: dict, **arguments):
        values = ExpressionAttributeValues
        if "ConditionExpression" in arguments and self.row["down"]:
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")
        if "down" in UpdateExpression:
            self.row["down"] = True
        self.row["connections"] += values.get(":one", 0)
        self.row["tickets"] |= values.get(":ticket", set())
        return {"Attributes": dict(self.row)}


@pytest.mark.parametrize(
    "event",
    [
        TICKET,
        {"source": "control", "detail": TICKET},
        {"Records": [{"body": json.dumps(TICKET)}]},
        {"Records": [{"dynamodb": {"NewImage": {"run": {"S": "r"}, "number": {"N": "7"}}}}]},
    ],
    ids=["a call", "a rule", "a queue", "a stream"],
)
def test_an_item_is_the_same_whichever_pattern_brings_it(load, event):
    assert load("night").items_of(event) == [TICKET]


def test_a_ticket_is_written_and_its_connection_closed(load, monkeypatch, capsys):
    register = Register()
    berths = load("berth_register", database=register)
    monkeypatch.setattr(berths, "WRITE_SECONDS", 0)
    berths.handler(TICKET, None)
    assert register.row == {"connections": 0, "tickets": {"7"}, "down": False}
    assert steps(capsys) == [("done", 7)]


def test_the_seventh_connection_takes_the_register_down_with_what_is_being_written(
    load, monkeypatch
):
    register = Register()
    berths = load("berth_register", database=register)

    def meanwhile(seconds):
        """While the first writes, six more connect."""
        monkeypatch.setattr(berths.time, "sleep", lambda seconds: None)
        register.row["connections"] = 6
        with pytest.raises(berths.RegisterDown):
            berths.handler({"run": "r", "number": 8}, None)

    monkeypatch.setattr(berths.time, "sleep", meanwhile)
    with pytest.raises(berths.RegisterDown):
        berths.handler(TICKET, None)
    assert register.row["tickets"] == set() and register.row["down"]


def test_who_is_closed_says_so_and_takes_nothing(load, monkeypatch, capsys):
    monkeypatch.setenv("NAME", "taxis")
    tables = Tables()
    listener = load("listener", database=tables)
    tables.put_item("closed", {"name": "taxis", "run": "r"})
    with pytest.raises(listener.Closed):
        listener.handler(TICKET, None)
    tables.delete_item("closed", {"name": "taxis", "run": "r"})
    listener.handler(TICKET, None)
    assert steps(capsys) == [("failed", 7), ("done", 7)]


def test_a_group_alone_is_booked_all_three(load, capsys):
    tables = Tables()
    load("partner", database=tables).handler({**TICKET, "dog": False}, None)
    assert [service for _, _, service in tables.rows] == ["berth", "bus", "hotel"]
    assert steps(capsys)[-1] == ("done", 7)


def test_a_dog_leaves_half_a_journey(load):
    tables = Tables()
    partner = load("partner", database=tables)
    with pytest.raises(partner.NoDogs):
        partner.handler({**TICKET, "dog": True}, None)
    assert [service for _, _, service in tables.rows] == ["berth", "bus"]


def test_one_service_is_booked_once_and_canceled_once_however_often_it_is_asked(load):
    tables = Tables()
    partner = load("partner", database=tables)
    order = {"service": "bus", "group": {**TICKET, "dog": True}}
    for _ in range(2):
        partner.handler({**order, "action": "book"}, None)
    assert list(tables.rows) == [("bookings", "r 7", "bus")]
    for _ in range(2):
        partner.handler({**order, "action": "cancel"}, None)
    assert not tables.rows


class Desk:
    """The officer's queue; he answers at once, or never."""

    def __init__(self, tables: Tables, answers: bool):
        self.tables, self.answers, self.asked = tables, answers, 0

    def send_message(self, QueueUrl: str, MessageBody: str):
        self.asked += 1
        if self.answers:
            self.tables.put_item("answers", {"question": json.loads(MessageBody)["question"]})


def test_an_answer_in_time_stamps_the_passport(load, monkeypatch, capsys):
    monkeypatch.setenv("DESK", "desk")
    tables = Tables()
    border = load("border_desk", database=tables, sqs=Desk(tables, answers=True))
    border.handler(TICKET, None)
    assert ("stamped", "r 7") in tables.rows
    assert steps(capsys) == [("done", 7)]


def test_without_an_answer_it_gives_up_and_asks_anew_the_next_time(load, monkeypatch, capsys):
    monkeypatch.setenv("DESK", "desk")
    tables = Tables()
    desk = Desk(tables, answers=False)
    border = load("border_desk", database=tables, sqs=desk)
    monkeypatch.setattr(border, "WAIT_SECONDS", 0)
    for _ in range(2):
        with pytest.raises(border.NobodyAnswered):
            border.handler(TICKET, None)
    assert desk.asked == 2 and not tables.rows and not steps(capsys)


class Bus:
    def __init__(self):
        self.entries = []

    def put_events(self, Entries: list[dict]):
        self.entries += Entries


def test_the_display_tells_the_bus_what_it_has_decided(load, capsys):
    bus = Bus()
    load("platform_display", events=bus).handler({"detail": {**TICKET, "platform": 2}}, None)
    (entry,) = bus.entries
    assert json.loads(entry["Detail"])["platform"] == 6
    assert (entry["Source"], entry["EventBusName"]) == ("platform-display", "station")
    assert steps(capsys) == [("done", 7)]


def test_a_change_is_added_to_the_list(load, capsys):
    asked = []

    class List:
        def update_item(self, **arguments):
            asked.append(arguments["ExpressionAttributeValues"])

    load("breakfast_list", database=List()).handler({**TICKET, "meals": -2}, None)
    assert asked == [{":meals": -2}]
    assert steps(capsys) == [("done", 7)]


@pytest.mark.parametrize("state", ["works", "fails"])
def test_a_part_of_the_screen_works_or_fails(load, monkeypatch, state):
    monkeypatch.setenv("PART", "stops")
    monkeypatch.setenv("STATE", state)
    part = load("screen_part")
    if state == "works":
        assert part.handler({}, None) == {"part": "stops"}
        return
    with pytest.raises(part.OutOfOrder):
        part.handler({}, None)


class Services:
    """Lambda, with one service that fails."""

    def invoke(self, FunctionName: str):
        class Payload:
            def read(self):
                return json.dumps({"part": FunctionName})

        failed = {"FunctionError": "Unhandled"} if FunctionName == "connections" else {}
        return {"Payload": Payload(), **failed}


def test_the_general_api_gives_all_or_nothing(load, monkeypatch):
    asking = load("asking", functions=Services())
    api = load("general_api")
    monkeypatch.setenv("SERVICES", "berths stops")
    assert api.handler({}, None) == {"parts": ["berths", "stops"], "missing": []}
    monkeypatch.setenv("SERVICES", "berths stops connections")
    with pytest.raises(asking.NoAnswer):
        api.handler({}, None)


def test_the_phones_back_end_names_what_failed(load, monkeypatch):
    load("asking", functions=Services())
    monkeypatch.setenv("SERVICES", "berths stops connections")
    answer = load("phone_backend").handler({}, None)
    assert answer == {"parts": ["berths", "stops"], "missing": ["connections"]}


def test_the_phones_back_end_does_not_wait_for_a_silent_service(load, monkeypatch):
    monkeypatch.setenv("SERVICES", "berths stops")
    phone = load("phone_backend")
    heard_enough = threading.Event()

    def ask(service: str) -> str:
        if service == "stops":
            heard_enough.wait()
        return service

    monkeypatch.setattr(phone, "LIMIT_SECONDS", 0.5)
    monkeypatch.setattr(phone, "ask", ask)
    try:
        answer = phone.handler({}, None)
    finally:
        heard_enough.set()
    assert answer == {"parts": ["berths"], "missing": ["stops"]}
