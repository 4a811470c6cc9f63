"""Each service does its part; the chain asks the next one; the queue's reader claims first."""

import io
import json

import pytest

from coursekit.paths import HANDLERS

FOLDER = HANDLERS / "synchronous-microservices"
ORDER = {"order_id": "o-1", "item": "sofa"}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """The handlers import each other as in their deployed folder."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("SERVICE", "stock")


@pytest.fixture
def written(monkeypatch):
    """What the handlers would have written: the name of the work, and the row."""
    import chained
    import from_queue

    rows = []
    for module in (chained, from_queue):
        monkeypatch.setattr(
            module, "write", lambda work_id, order, row, **_: rows.append((work_id, row))
        )
    return rows


def steps(text: str) -> list[str]:
    return [json.loads(line)["step"] for line in text.splitlines()]


def queued(*orders: dict) -> dict:
    return {"Records": [{"body": json.dumps(order)} for order in orders]}


@pytest.mark.parametrize(
    ("service", "result"),
    [
        ("order", {"order_id": "o-1"}),
        ("stock", {"reserved": "sofa"}),
        ("truck", {"truck_slot": "Thursday, 9 to 12"}),
        ("invoice", {"invoice": "T-1"}),
    ],
)
def test_each_service_does_its_own_part(monkeypatch, service, result):
    import services

    monkeypatch.setattr(services, "SERVICE", service)
    monkeypatch.setattr(services, "tax_number", lambda order_id: "T-1")
    assert services.work(ORDER) == result


def test_a_service_in_the_chain_answers_with_what_the_next_one_told(monkeypatch, capsys, written):
    import chained

    monkeypatch.setattr(chained, "NEXT", "truck")
    monkeypatch.setattr(chained, "ask", lambda name, order: {"truck_slot": name})
    assert chained.handler(ORDER, None) == {"reserved": "sofa", "truck_slot": "truck"}
    assert steps(capsys.readouterr().out) == ["began", "worked", "answered"]
    assert len(written) == 1


def test_two_runs_of_the_chain_are_two_pieces_of_work(monkeypatch, written):
    import chained

    monkeypatch.setattr(chained, "NEXT", None)
    for _ in range(2):
        assert chained.handler(ORDER, None) == {"reserved": "sofa"}
    assert len({work_id for work_id, _ in written}) == 2


def test_an_error_of_the_next_service_is_an_error_of_this_one(monkeypatch):
    import chained

    def fails(**_):
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"{}")}

    monkeypatch.setattr(chained.lambda_client, "invoke", fails)
    with pytest.raises(RuntimeError, match="truck failed"):
        chained.ask("truck", ORDER)


def test_a_claimed_order_is_worked_on_under_its_own_name(monkeypatch, capsys, written):
    import from_queue

    monkeypatch.setattr(from_queue, "claim", lambda order: True)
    from_queue.handler(queued(ORDER), None)
    assert written == [("o-1", {"reserved": "sofa", "state": "done"})]
    assert steps(capsys.readouterr().out) == ["began", "worked"]


def test_an_order_that_somebody_has_claimed_is_left_alone(monkeypatch, capsys, written):
    import from_queue

    monkeypatch.setattr(from_queue, "claim", lambda order: False)
    from_queue.handler(queued(ORDER), None)
    assert written == []
    assert steps(capsys.readouterr().out) == ["began", "known"]
