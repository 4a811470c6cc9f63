"""The desk plans what an event says and notes which account said it."""

import importlib.util
import json
from pathlib import Path

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "cross-account-events"


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, HANDLERS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def message(bag: str, to_flight: str, account: str) -> dict:
    """A message of the queue, as a rule without an input transformer fills it."""
    detail = {"bag": bag, "from_flight": "flight 210", "to_flight": to_flight}
    told = {"source": "airline.baggage", "account": account, "detail": detail}
    return {"body": json.dumps(told)}


def test_each_bag_of_a_batch_is_planned_with_the_account_that_told_it(capsys):
    batch = [message("a", "flight 88", "111111111111"), message("b", "flight 31", "222222222222")]
    load("transfer_desk").handler({"Records": batch}, None)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [{**line, "at": None} for line in printed] == [
        {
            "step": "planned",
            "at": None,
            "bag": "a",
            "flight": "flight 88",
            "told_by": "111111111111",
        },
        {
            "step": "planned",
            "at": None,
            "bag": "b",
            "flight": "flight 31",
            "told_by": "222222222222",
        },
    ]


def test_the_desk_believes_whoever_sent_the_event():
    plan_of = load("transfer_desk").plan_of
    told = json.loads(message("a", "flight 900", "333333333333")["body"])
    assert plan_of(told) == {"bag": "a", "flight": "flight 900", "told_by": "333333333333"}
