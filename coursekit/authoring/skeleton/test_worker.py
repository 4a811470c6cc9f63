"""TO WRITE: what the function promises, in one line."""

import importlib.util
import json
from pathlib import Path

HANDLER = Path(__file__).parents[2] / "labs" / "handlers" / "chapter-slug" / "worker.py"


def load():
    spec = importlib.util.spec_from_file_location("worker", HANDLER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_order_is_answered_and_both_steps_are_logged(monkeypatch, capsys):
    # TO WRITE: what the lab relies on: the answer, and the lines of the log.
    monkeypatch.setenv("WORK_SECONDS", "0")
    assert load().handler({"order_id": "a"}, None) == {"order_id": "a"}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["step"], line["order_id"]) for line in lines] == [("began", "a"), ("done", "a")]
