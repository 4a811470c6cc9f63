"""The refund worker pays each record once per delivery and says so."""

import importlib.util
import json
from pathlib import Path

HANDLER = Path(__file__).parents[2] / "labs" / "handlers" / "vtf" / "refund_worker.py"


def load():
    spec = importlib.util.spec_from_file_location("refund_worker", HANDLER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(refund_id: str, received: int) -> dict:
    return {
        "body": json.dumps({"refund_id": refund_id, "amount_usd": 45}),
        "attributes": {
            "ApproximateReceiveCount": str(received),
            "ApproximateFirstReceiveTimestamp": "1767225600123",
        },
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:refunds",
    }


def test_each_record_is_paid_and_both_steps_are_logged(monkeypatch, capsys):
    monkeypatch.setenv("PROVIDER_SECONDS", "0")
    load().handler({"Records": [record("a", 1), record("b", 2)]}, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["step"], line["refund_id"], line["delivery"]) for line in lines] == [
        ("asked", "a", 1),
        ("paid", "a", 1),
        ("asked", "b", 2),
        ("paid", "b", 2),
    ]
    assert {line["queue_name"] for line in lines} == {"refunds"}
    assert {line["received_at"] for line in lines} == {1767225600.123}
    assert all(line["amount_usd"] == 45 for line in lines if line["step"] == "paid")
