"""The bank of the auction house: what it does, how often, and what it refuses."""

import json

import pytest

from coursekit.paths import HANDLERS


@pytest.fixture
def bank(monkeypatch):
    """The handler's module."""
    monkeypatch.syspath_prepend(HANDLERS / "sale")
    import bank

    return bank


def order(text: str, card: str = "good") -> dict:
    return {"order": text, "lot": "monday-01", "usd": 400, "card": card}


def carried_out(capsys) -> list[tuple[str, str, int]]:
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(isinstance(record["at"], float) for record in records)
    return [(record["order"], record["lot"], record["usd"]) for record in records]


@pytest.mark.parametrize("text", ["charge the buyer", "pay the seller"])
def test_an_order_is_carried_out_and_told(bank, capsys, text):
    assert bank.handler(order(text), None) == {"done": text}
    assert carried_out(capsys) == [(text, "monday-01", 400)]


def test_an_order_that_comes_twice_is_carried_out_twice(bank, capsys):
    for _ in range(2):
        bank.handler(order("charge the buyer"), None)
    assert len(carried_out(capsys)) == 2


def test_a_card_without_cover_is_refused_and_nothing_is_told(bank, capsys):
    with pytest.raises(bank.CardDeclined, match="lot monday-01: no cover"):
        bank.handler(order("charge the buyer", card="no cover"), None)
    assert carried_out(capsys) == []


def test_a_seller_is_paid_whatever_the_buyer_s_card_is(bank, capsys):
    bank.handler(order("pay the seller", card="no cover"), None)
    assert carried_out(capsys) == [("pay the seller", "monday-01", 400)]
