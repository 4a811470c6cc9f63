"""The reception answers before the work, the clerk works once, the status says how far it is."""

import json

import pytest

from coursekit.paths import HANDLERS

FOLDER = HANDLERS / "twenty-nine-second-wall"
ORDER = {"order": "a-1", "parcel": "parcel of a-1"}


class Refused(Exception):
    """What DynamoDB's client raises where a condition does not hold."""


class Table:
    """The rows of one table, and a condition that holds or does not."""

    class exceptions:
        ConditionalCheckFailedException = Refused

    def __init__(self, free: bool = True, row: dict | None = None) -> None:
        self.free = free
        self.row = row
        self.written = []

    def put_item(self, Item, **_):
        self.written.append(Item)
        if not self.free:
            raise Refused

    def get_item(self, Key, ConsistentRead, **_):
        assert ConsistentRead, "a client that has its receipt must find its order"
        return {"Item": self.row} if self.row else {}


class Storage:
    """Keeps what is put, and makes a link."""

    def __init__(self) -> None:
        self.objects = {}

    def put_object(self, Bucket, Key, Body):
        self.objects[Key] = Body.decode()

    def generate_presigned_url(self, operation, params, ExpiresIn):
        assert operation == "get_object"
        return f"link to {params['Key']}"


class Queue:
    def __init__(self) -> None:
        self.sent = []

    def send_message(self, QueueUrl, MessageBody):
        self.sent.append(json.loads(MessageBody))


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """The handlers import each other as in their deployed folder."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("VOLUMES", "2")
    monkeypatch.setenv("VOLUME_SECONDS", "0")
    monkeypatch.setenv("SEALED", "sealed")
    monkeypatch.setenv("QUEUE_URL", "queue")


@pytest.fixture
def storage(monkeypatch):
    import extract

    kept = Storage()
    monkeypatch.setattr(extract, "storage", kept)
    return kept


def steps(capsys) -> list[str]:
    return [json.loads(line)["step"] for line in capsys.readouterr().out.splitlines()]


# --- while the caller waits ---------------------------------------------------------------------


def test_each_request_seals_an_extract_of_its_own(storage, capsys):
    import extract

    answers = [extract.handler({"body": json.dumps(ORDER)}, None) for _ in range(2)]
    texts = [json.loads(answer["body"])["extract"] for answer in answers]
    assert sorted(texts) == sorted(storage.objects.values())
    assert len(set(texts)) == 2
    assert all(text.startswith("Extract for a-1, ") for text in texts)
    assert all(key.startswith("a-1/") for key in storage.objects)
    assert steps(capsys) == ["began", "sealed"] * 2


# --- the reception ------------------------------------------------------------------------------


@pytest.mark.parametrize("free", [True, False])
def test_a_receipt_is_given_and_a_message_sent_whether_new_or_not(monkeypatch, free):
    import reception

    table, queue = Table(free), Queue()
    monkeypatch.setattr(reception, "database", table)
    monkeypatch.setattr(reception, "queue", queue)
    answer = reception.handler({"body": json.dumps(ORDER)}, None)
    assert answer["statusCode"] == 202
    assert answer["headers"]["Location"] == "extracts/a-1"
    assert int(answer["headers"]["Retry-After"]) > 0
    assert isinstance(answer["body"], str), "API Gateway takes a body of text only"
    assert queue.sent == [ORDER]
    assert table.written == [{**ORDER, "state": "accepted"}]


# --- the clerk ----------------------------------------------------------------------------------


def message(order: dict = ORDER) -> dict:
    return {"Records": [{"body": json.dumps(order)}]}


def test_a_claimed_order_is_made_and_marked_done(storage, monkeypatch, capsys):
    import clerk

    changes = []
    monkeypatch.setattr(clerk, "update", lambda order, *_, **values: changes.append(values))
    clerk.handler(message(), None)
    (key,) = storage.objects
    assert changes[0]["working"] == "working"
    assert changes[0]["now"] - changes[0]["long_ago"] == clerk.CLAIM_SECONDS
    assert changes[1] == {"done": "done", "key": key}
    assert steps(capsys) == ["began", "sealed"]


def test_an_order_that_another_message_has_claimed_is_left(storage, monkeypatch, capsys):
    import clerk

    def refuse(*_, **__):
        raise Refused

    monkeypatch.setattr(clerk, "database", Table())
    monkeypatch.setattr(clerk, "update", refuse)
    clerk.handler(message(), None)
    assert storage.objects == {}
    assert steps(capsys) == ["left"]


# --- the status ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "status", "content"),
    [
        (None, 404, {"message": "no such order"}),
        ({"state": "accepted"}, 200, {"state": "accepted"}),
        ({"state": "working"}, 200, {"state": "working"}),
        (
            {"state": "done", "sealed_as": "a-1/x"},
            200,
            {"state": "done", "link": "link to a-1/x"},
        ),
    ],
)
def test_the_status_says_how_far_an_order_is(monkeypatch, row, status, content):
    import status as asked

    monkeypatch.setattr(asked, "database", Table(row=row))
    monkeypatch.setattr(asked, "storage", Storage())
    answer = asked.handler({"pathParameters": {"order": "a-1"}}, None)
    assert (answer["statusCode"], json.loads(answer["body"])) == (status, content)
    under_way = row is not None and row["state"] != "done"
    assert ("Retry-After" in answer["headers"]) == under_way
