"""The card company charges once a key; the box office claims, gives up in time, and says so."""

import json
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from coursekit.paths import HANDLERS

FOLDER = HANDLERS / "synchronous-request-response"
CHECK_SECONDS = 1
ORDER = {"customer": "a", "card": "card of a"}


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
        [sys.executable, FOLDER / "card_company.py", str(CHECK_SECONDS)],
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
    monkeypatch.setenv("CHARGE_SECONDS", "0.1")


@pytest.fixture
def once(monkeypatch):
    """The careful handler, with what it writes to its tables noted instead of stored."""
    import box_office_once

    written = []
    monkeypatch.setattr(box_office_once, "claim", lambda key, order: True)
    monkeypatch.setattr(box_office_once, "take_seat", lambda key: None)
    monkeypatch.setattr(box_office_once, "write", lambda key, order, state: written.append(state))
    monkeypatch.setattr(box_office_once, "answer_of", lambda key, order: written[-1])
    box_office_once.written = written
    return box_office_once


def request(key: str = "k-1", order: dict = ORDER) -> dict:
    return {"headers": {"Idempotency-Key": key}, "body": json.dumps(order)}


# --- the card company ---------------------------------------------------------------------------


def test_only_the_first_charge_of_a_card_waits_for_the_check(company):
    import box_office

    began = time.monotonic()
    box_office.charge("new")
    checked = time.monotonic()
    box_office.charge("new")
    assert checked - began >= CHECK_SECONDS > time.monotonic() - checked
    assert [company.next()["card"] for _ in range(2)] == ["new", "new"]


def test_a_caller_that_hangs_up_is_charged_all_the_same(company):
    import box_office

    with pytest.raises(OSError):
        box_office.charge("new", timeout=0.1)
    assert company.next() | {"at": 0} == {"event": "charged", "at": 0, "card": "new", "usd": 14}


def test_requests_with_one_key_are_one_charge(company):
    import box_office

    key = {"Idempotency-Key": "k"}
    callers = [
        threading.Thread(target=box_office.charge, args=("new", None, key)) for _ in range(3)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    box_office.charge("end")
    assert [company.next()["card"] for _ in range(2)] == ["new", "end"]


# --- the box office that knows nothing ----------------------------------------------------------


def test_each_request_is_a_sale_of_its_own(monkeypatch, capsys):
    import box_office

    seats = []
    monkeypatch.setattr(box_office, "take_seat", seats.append)
    monkeypatch.setattr(box_office, "charge", lambda card: None)
    monkeypatch.setattr(box_office, "write", lambda *row: None)
    answers = [box_office.handler(request(), None) for _ in range(2)]
    assert [answer["statusCode"] for answer in answers] == [201, 201]
    assert len(set(seats)) == 2
    steps = [json.loads(line)["step"] for line in capsys.readouterr().out.splitlines()]
    assert steps == ["began", "sold"] * 2


def test_a_full_hall_raises(monkeypatch):
    import box_office

    class Full:
        class exceptions:
            ConditionalCheckFailedException = Refused

        def update_item(self, **_):
            raise Refused

    monkeypatch.setattr(box_office, "database", Full())
    with pytest.raises(box_office.SoldOut):
        box_office.take_seat("s-1")


# --- the box office that sells once -------------------------------------------------------------


def test_a_known_card_is_charged_under_the_key_and_sold(once, monkeypatch):
    charges = []
    monkeypatch.setattr(once, "charge", lambda *charge: charges.append(charge))
    assert once.handler(request(), None) == "sold"
    assert charges == [("card of a", 0.1, {"Idempotency-Key": "k-1"})]


def test_a_slow_company_leaves_the_sale_open_and_asks_to_come_back(once, company):
    answer = once.handler(request(), None)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")
    assert once.written == ["open"]
    assert company.next()["card"] == "card of a", "the company goes on"
    assert once.handler(request(), None) == "sold", "the same key finds the charge done"


def test_a_full_hall_is_an_answer_and_no_error(once, monkeypatch):
    def full(key):
        raise once.SoldOut

    monkeypatch.setattr(once, "take_seat", full)
    assert once.handler(request(), None) == "sold out"


def test_without_a_key_nothing_is_done(once):
    answer = once.handler({"headers": {}, "body": "{}"}, None)
    assert answer["statusCode"] == 400
    assert once.written == []


@pytest.mark.parametrize(
    ("state", "order", "status"),
    [
        ("sold", ORDER, 201),
        ("sold out", ORDER, 410),
        ("working", ORDER, 409),
        ("open", ORDER, 409),
        ("sold", ORDER | {"card": "another"}, 422),
    ],
)
def test_a_sale_that_exists_is_answered_by_its_state(monkeypatch, state, order, status):
    import box_office_once

    class Database:
        def get_item(self, **asked):
            assert asked["ConsistentRead"]
            return {"Item": {"sale_id": "k-1", **ORDER, "state": state}}

    monkeypatch.setattr(box_office_once, "database", Database())
    answer = box_office_once.answer_of("k-1", order)
    assert answer["statusCode"] == status
    assert isinstance(answer["body"], str), "API Gateway takes a body of text only"
    assert ("Retry-After" in answer["headers"]) == (status == 409)


def test_a_claim_that_is_refused_does_no_work(once, monkeypatch):
    monkeypatch.setattr(once, "claim", lambda key, order: False)
    monkeypatch.setattr(once, "answer_of", lambda key, order: "what it has come to")
    assert once.handler(request(), None) == "what it has come to"
    assert once.written == []


def test_the_half_measure_works_whenever_it_finds_nothing(monkeypatch):
    import look_first

    class Empty:
        def get_item(self, **_):
            return {}

    charged = []
    monkeypatch.setattr(look_first, "database", Empty())
    monkeypatch.setattr(look_first, "take_seat", lambda key: None)
    monkeypatch.setattr(look_first, "write", lambda *row: None)
    monkeypatch.setattr(look_first, "charge", charged.append)
    for _ in range(2):
        look_first.handler(request(), None)
    assert charged == ["card of a"] * 2


def test_it_answers_what_it_is_told(monkeypatch, capsys):
    import answer_as_told

    monkeypatch.setenv("ANSWER", '{"statusCode": 418}')
    assert answer_as_told.handler({}, None) == {"statusCode": 418}
    assert json.loads(capsys.readouterr().out) == {"step": "worked"}


def test_a_request_that_is_no_charge_is_not_served(company):
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://{company.address}/charges", timeout=5)
