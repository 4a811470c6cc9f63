"""The company charges once a key; a claim decides who works; a crash comes where an order says."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from coursekit.cloud.errors import LabError
from coursekit.cloud.functions import zip_handler
from coursekit.paths import HANDLERS

FOLDER = HANDLERS / "missing-idempotency"
ORDER = {"order_id": "o-1", "phone": "p-1", "card": "c-1", "usd": 20}
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 4000)


class Ended(BaseException):
    """Stands for the end of the process."""


class Refused(Exception):
    """What DynamoDB's client raises where a condition does not hold."""


class Company:
    """A card company's process, and the lines that it has printed."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.address = f"127.0.0.1:{self.next()['port']}"

    def next(self) -> dict:
        return json.loads(self.process.stdout.readline())


@pytest.fixture
def company(monkeypatch):
    with subprocess.Popen(
        [sys.executable, FOLDER / "card_company.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        started = Company(process)
        monkeypatch.setenv("CARD_COMPANY", started.address)
        yield started
        process.stdin.close()
        assert process.wait(timeout=10) == 0, "it must end when its input is closed"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """The handlers import each other as in their deployed folder."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("KEY", "order_id")
    monkeypatch.setenv("TELL_KEY", "yes")


@pytest.fixture
def done(monkeypatch):
    """What the handlers do, noted instead of done; the end of a process is an exception."""
    import claim_first
    import look_first
    import top_up

    def die(status):
        raise Ended

    steps = []
    monkeypatch.setattr(top_up.os, "_exit", die)
    monkeypatch.setattr(top_up, "come_back_after", lambda seconds, order: None)
    for module in (top_up, look_first, claim_first):
        monkeypatch.setattr(module, "meet", lambda order: steps.append("met"))
        monkeypatch.setattr(module, "charge", lambda order, key=None: steps.append(("charge", key)))
    for module in (top_up, look_first):
        monkeypatch.setattr(module, "add_credit", lambda order: steps.append("credit"))
    monkeypatch.setattr(claim_first, "not_now", lambda order: steps.append("not now"))
    monkeypatch.setattr(claim_first, "add_credit_once", lambda order, key: steps.append("credit"))
    return steps


def event(delivery: int = 1, **order: object) -> dict:
    record = {
        "messageId": "m-1",
        "receiptHandle": "r-1",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:shops",
        "body": json.dumps(ORDER | order),
        "attributes": {"ApproximateReceiveCount": str(delivery)},
    }
    return {"Records": [record]}


# --- the card company ---------------------------------------------------------------------------


def test_requests_with_one_key_are_one_charge(company):
    import top_up

    order = next(top_up.orders_of(event()))
    for _ in range(2):
        top_up.charge(order, "o-1")
    assert [company.next()["event"] for _ in range(2)] == ["charged", "known key"]


def test_requests_without_a_key_are_charges_each(company):
    import top_up

    order = next(top_up.orders_of(event()))
    for _ in range(2):
        top_up.charge(order)
    assert [company.next()["event"] for _ in range(2)] == ["charged", "charged"]


# --- where things go wrong ----------------------------------------------------------------------


def test_a_quiet_order_is_charged_and_credited(done, capsys):
    import top_up

    top_up.handler(event(), CONTEXT)
    assert done == ["met", ("charge", None), "credit"]
    assert json.loads(capsys.readouterr().out)["step"] == "began"


@pytest.mark.parametrize(
    ("point", "steps"),
    [
        ("after the charge", ["met", ("charge", None)]),
        ("before it returns", ["met", ("charge", None), "credit"]),
    ],
)
def test_the_process_ends_where_the_order_says_and_only_once(done, point, steps):
    import top_up

    with pytest.raises(Ended):
        top_up.handler(event(dies=point), CONTEXT)
    assert done == steps
    top_up.handler(event(delivery=2, dies=point), CONTEXT)


def test_copies_wait_for_each_other(monkeypatch):
    import top_up

    come = iter([1, 1, 2])
    monkeypatch.setattr(top_up, "note", lambda order: next(come))
    monkeypatch.setattr(top_up.time, "sleep", lambda seconds: None)
    top_up.meet(ORDER | {"copies": 2})
    assert list(come) == []


# --- looking first ------------------------------------------------------------------------------


class Table:
    """A table of which only the presence of a row matters here."""

    exceptions = SimpleNamespace(ConditionalCheckFailedException=Refused)

    def __init__(self, row=None, refuses=False):
        self.row, self.refuses, self.written = row, refuses, []

    def get_item(self, **asked):
        assert asked["ConsistentRead"]
        return {"Item": self.row} if self.row else {}

    def put_item(self, **item):
        if self.refuses:
            raise Refused
        self.written.append(item)

    def update_item(self, **update):
        if self.refuses:
            raise Refused
        self.written.append(update)

    def delete_item(self, **key):
        self.written.append(key)


def test_a_look_that_finds_the_order_does_nothing(done, monkeypatch):
    import look_first

    monkeypatch.setattr(look_first, "database", Table(row={"order_id": "o-1"}))
    look_first.handler(event(), CONTEXT)
    assert done == []


def test_a_crash_after_the_charge_leaves_nothing_to_find(done, monkeypatch):
    import look_first

    table = Table()
    monkeypatch.setattr(look_first, "database", table)
    with pytest.raises(Ended):
        look_first.handler(event(dies="after the charge"), CONTEXT)
    assert table.written == []


# --- claiming first -----------------------------------------------------------------------------


def test_a_claim_ends_with_the_run_and_the_record_much_later(monkeypatch):
    import claim_first

    table = Table()
    monkeypatch.setattr(claim_first, "database", table)
    monkeypatch.setattr(claim_first.time, "time", lambda: 1000.5)
    assert claim_first.claim("o-1", 4000)
    (put,) = table.written
    assert put["Item"]["busy_until"] == 1_004_500
    assert put["Item"]["expires_at"] == 1000 + claim_first.KEEP_SECONDS
    assert put["ConditionExpression"] == claim_first.FREE


def test_whoever_wins_the_claim_tells_the_company_its_key(done, monkeypatch):
    import claim_first

    table = Table()
    monkeypatch.setattr(claim_first, "database", table)
    claim_first.handler(event(), CONTEXT)
    assert done == ["met", ("charge", "o-1"), "credit"]
    assert table.written[-1]["ExpressionAttributeValues"] == {":completed": "COMPLETED"}


def test_without_the_company_key_nothing_is_told(done, monkeypatch):
    import claim_first

    monkeypatch.setenv("TELL_KEY", "no")
    monkeypatch.setattr(claim_first, "database", Table())
    claim_first.handler(event(), CONTEXT)
    assert ("charge", None) in done


def test_a_delivery_that_meets_a_claim_must_come_back(done, monkeypatch):
    import claim_first

    row = {"order_id": "o-1", "status": "INPROGRESS"}
    monkeypatch.setattr(claim_first, "database", Table(row, refuses=True))
    with pytest.raises(claim_first.InProgress):
        claim_first.handler(event(), CONTEXT)
    assert done == ["not now"]


def test_a_completed_order_is_skipped(done, monkeypatch):
    import claim_first

    row = {"order_id": "o-1", "status": "COMPLETED"}
    monkeypatch.setattr(claim_first, "database", Table(row, refuses=True))
    claim_first.handler(event(), CONTEXT)
    assert done == []


def test_an_error_gives_the_claim_back(done, monkeypatch):
    import claim_first

    def fail(order, key=None):
        raise OSError

    table = Table()
    monkeypatch.setattr(claim_first, "database", table)
    monkeypatch.setattr(claim_first, "charge", fail)
    with pytest.raises(OSError):
        claim_first.handler(event(), CONTEXT)
    assert table.written[-1] == {"TableName": "orders", "Key": {"order_id": "o-1"}}


def test_credit_that_is_there_is_not_added_again(monkeypatch):
    import claim_first

    monkeypatch.setattr(claim_first, "database", Table(refuses=True))
    claim_first.add_credit_once(ORDER, "o-1")


# --- Powertools ---------------------------------------------------------------------------------


def test_powertools_asks_for_the_same_three_ways_to_be_free():
    """Its settings, as the deployed file makes them; its own conditional put is its own affair."""
    import with_powertools

    assert with_powertools.config.event_key_jmespath == "order_id"
    assert with_powertools.config.expires_after_seconds == with_powertools.KEEP_SECONDS
    assert with_powertools.config.raise_on_no_idempotency_key


def test_the_library_goes_into_the_zip():
    import io
    import zipfile

    packed = zip_handler(
        FOLDER / "with_powertools.py", ("aws_lambda_powertools", "typing_extensions")
    )
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert {"with_powertools.py", "top_up.py", "typing_extensions.py"} <= set(names)
    assert "aws_lambda_powertools/utilities/idempotency/__init__.py" in names
    assert not any("__pycache__" in name for name in names)


def test_a_library_that_is_not_there_is_refused_with_advice():
    with pytest.raises(LabError, match="no library 'aws_lambda_powertool' to pack: add it to py"):
        zip_handler(FOLDER / "with_powertools.py", ["aws_lambda_powertool"])
