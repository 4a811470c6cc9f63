"""The partners: what they refuse, how they name what they write, and what they tell."""

import json
from types import SimpleNamespace

import pytest

from coursekit.paths import HANDLERS

TRIP = {"trip_id": "t-1", "city": "Rome"}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """The hotel's environment. The handlers import each other as in their deployed folder."""
    monkeypatch.syspath_prepend(HANDLERS / "saga")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("SERVICE", "hotel")
    monkeypatch.setenv("PRICE_USD", "180")
    monkeypatch.setenv("SOLD_OUT", "Nice,Oslo")
    monkeypatch.delenv("LOST_ANSWERS", raising=False)


def told(capsys) -> list[str]:
    return [json.loads(line)["outcome"] for line in capsys.readouterr().out.splitlines()]


# --- partner ------------------------------------------------------------------------------------


def test_a_sold_out_city_is_refused_before_anything_is_written(capsys):
    import partner

    event = {"action": "book", "trip": {"trip_id": "t-1", "city": "Oslo"}}
    with pytest.raises(partner.SoldOut, match="no hotel left in Oslo"):
        partner.handler(event, None)
    assert told(capsys) == []


@pytest.mark.parametrize(("attempt", "answer_is_lost"), [(0, True), (1, True), (2, False)])
def test_the_first_answers_are_lost_after_the_work_is_done(
    monkeypatch, capsys, attempt, answer_is_lost
):
    import partner

    monkeypatch.setenv("LOST_ANSWERS", '{"cancel": 2}')
    done = []
    actions = {"cancel": lambda trip, context: done.append(trip) or "canceled"}
    event = {"action": "cancel", "trip": TRIP, "attempt": attempt}
    if answer_is_lost:
        with pytest.raises(partner.AnswerLost, match="hotel"):
            partner.serve(event, None, actions)
    else:
        assert partner.serve(event, None, actions) == {"outcome": "canceled"}
    assert done == [TRIP]
    assert told(capsys) == ["canceled"]


def test_an_answer_is_lost_only_for_the_action_that_is_named(monkeypatch, capsys):
    import partner

    monkeypatch.setenv("LOST_ANSWERS", '{"cancel": 99}')
    event = {"action": "book", "trip": TRIP}
    assert partner.serve(event, None, {"book": lambda trip, context: "booked"})
    assert told(capsys) == ["booked"]


def test_a_booking_writes_both_rows_on_condition(monkeypatch):
    import partner

    monkeypatch.setattr(partner, "once", lambda outcome, *writes: writes)
    booking, charge = (write["Put"] for write in partner.book(TRIP, None))
    assert booking["Item"] == {"trip_id": "t-1", "service": "hotel", "state": "booked"}
    assert charge["Item"] == {"trip_id": "t-1", "entry": "charge hotel", "usd": 180}
    assert booking["ConditionExpression"] == "attribute_not_exists(service)"
    assert charge["ConditionExpression"] == "attribute_not_exists(entry)"


@pytest.mark.parametrize(
    ("codes", "before"),
    [
        (["ConditionalCheckFailed", "None"], True),
        (["None", "ConditionalCheckFailed"], True),
        (["TransactionConflict", "None"], False),
        (["ThrottlingError"], False),
    ],
)
def test_only_a_condition_says_that_it_was_done_before(codes, before):
    import partner

    assert partner.done_before([{"Code": code} for code in codes]) is before


# --- careful_partner ----------------------------------------------------------------------------


def test_a_careful_refund_is_the_same_write_whoever_asks(monkeypatch):
    import careful_partner

    monkeypatch.setattr(careful_partner, "once", lambda outcome, *writes: (outcome, writes))
    first, second = (
        careful_partner.cancel(TRIP, SimpleNamespace(aws_request_id=request_id))
        for request_id in ("a", "b")
    )
    assert first == second
    outcome, (update, refund) = first
    assert outcome == "canceled"
    assert update["Update"]["Key"] == {"trip_id": "t-1", "service": "hotel"}
    assert update["Update"]["ConditionExpression"] == "#state = :booked"
    assert refund["Put"]["Item"] == {"trip_id": "t-1", "entry": "refund hotel", "usd": -180}
    assert refund["Put"]["ConditionExpression"] == "attribute_not_exists(entry)"


def test_the_careful_partner_books_like_the_other():
    import careful_partner
    import partner

    assert careful_partner.book is partner.book
    with pytest.raises(partner.SoldOut):
        careful_partner.handler({"action": "book", "trip": {**TRIP, "city": "Nice"}}, None)


# --- choreographed_partner ----------------------------------------------------------------------


@pytest.fixture
def announced(monkeypatch) -> list[tuple[str, str]]:
    """What the choreographed partner tells, in place of the bus."""
    import choreographed_partner

    heard = []
    monkeypatch.setattr(
        choreographed_partner, "announce", lambda what, trip: heard.append((what, trip["trip_id"]))
    )
    monkeypatch.setenv("REACTS", '{"flight booked": "book", "car sold out": "cancel"}')
    return heard


@pytest.mark.parametrize(
    ("event", "function", "outcome"),
    [("flight booked", "book", "booked"), ("car sold out", "cancel", "canceled")],
)
def test_it_does_what_the_event_asks_and_tells(
    monkeypatch, capsys, announced, event, function, outcome
):
    import choreographed_partner

    monkeypatch.setattr(choreographed_partner, function, lambda trip, context: outcome)
    choreographed_partner.handler({"detail-type": event, "detail": TRIP}, None)
    assert announced == [(f"hotel {outcome}", "t-1")]
    assert told(capsys) == [outcome]


def test_sold_out_is_an_event_and_no_error(capsys, announced):
    import choreographed_partner

    detail = {"trip_id": "t-1", "city": "Oslo"}
    choreographed_partner.handler({"detail-type": "flight booked", "detail": detail}, None)
    assert announced == [("hotel sold out", "t-1")]
    assert told(capsys) == ["sold out"]


def test_an_event_that_it_does_not_know_is_an_error(announced):
    import choreographed_partner

    with pytest.raises(KeyError, match="car booked"):
        choreographed_partner.handler({"detail-type": "car booked", "detail": TRIP}, None)
    assert announced == []


# --- confirmation -------------------------------------------------------------------------------


def test_two_mails_for_one_trip_are_two_rows():
    import confirmation

    first, again = confirmation.mail(TRIP, "a"), confirmation.mail(TRIP, "b")
    assert first["trip_id"] == again["trip_id"] == "t-1"
    assert first != again
