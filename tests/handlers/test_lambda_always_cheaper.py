"""The parcel worker waits as long as it is told; a container waits for several requests at once."""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "labs" / "handlers" / "lambda-always-cheaper"


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_request_waits_and_is_logged(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_MS", "20")
    monkeypatch.syspath_prepend(FOLDER)
    import parcel_worker

    for number in range(3):
        parcel_worker.handler({"kind": "scan", "number": number}, None)
    records = lines(capsys.readouterr().out)
    assert [(r["step"], r["kind"], r["number"]) for r in records] == [
        ("answered", "scan", 0),
        ("answered", "scan", 1),
        ("answered", "scan", 2),
    ]
    assert all(record["at"] - record["began"] >= 0.02 for record in records)


def test_a_container_answers_several_at_once():
    arguments = ["scan", "8", "4", "100"]
    ran = subprocess.run(
        [sys.executable, FOLDER / "container.py", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    records = lines(ran.stdout)
    assert sorted(record["number"] for record in records) == list(range(8))
    took = max(r["at"] for r in records) - min(r["began"] for r in records)
    assert took < 8 * 0.1 / 2, "eight requests of 100 ms, four at once, are two rounds"
