"""The legacy database falls over at one connection too many; the function says so by failing."""

import importlib.util
import io
import json
import queue
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "labs" / "handlers" / "queue-based-load-leveling"
WRITE_SECONDS = 0.5
RECOVERY_SECONDS = 1


class Running:
    """A database process, and the lines that it has printed."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.lines: queue.Queue[str] = queue.Queue()
        # Read as they come: with a full pipe the database would stand still.
        threading.Thread(target=self.read, args=(process.stdout,), daemon=True).start()
        self.port = self.next()["port"]

    def read(self, stdout: io.TextIOBase) -> None:
        for line in stdout:
            self.lines.put(line)

    def next(self) -> dict:
        return json.loads(self.lines.get(timeout=10))

    def next_named(self, event: str) -> dict:
        while (line := self.next())["event"] != event:
            pass
        return line


@pytest.fixture
def database():
    arguments = ["2", str(WRITE_SECONDS), str(RECOVERY_SECONDS)]
    with subprocess.Popen(
        [sys.executable, FOLDER / "legacy_database.py", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Running(process)
        process.stdin.close()
        assert process.wait(timeout=10) == 0, "it must end when its input is closed"


@pytest.fixture
def function(database, monkeypatch):
    monkeypatch.setenv("DATABASE", f"127.0.0.1:{database.port}")
    spec = importlib.util.spec_from_file_location("restore_report", FOLDER / "restore_report.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def together(function, count: int) -> list[str]:
    """Call it with that many reports at once; what each call came to."""

    def call(number: int) -> str:
        try:
            function.handler({"meter": f"meter-{number}"}, None)
        except function.DatabaseUnavailable as problem:
            return str(problem)
        return "stored"

    with ThreadPoolExecutor(count) as callers:
        return list(callers.map(call, range(count)))


def test_as_many_writers_as_it_holds_are_all_stored(database, function):
    assert together(function, 2) == ["stored", "stored"]
    lines = [database.next() for _ in range(4)]
    assert [line["event"] for line in lines] == ["connected", "connected", "stored", "stored"]
    assert [line["open"] for line in lines] == [1, 2, 1, 0]


def test_one_writer_too_many_takes_the_others_down(database, function):
    assert together(function, 3) == ["the connection was cut"] * 3
    crashed = database.next_named("crashed")
    assert crashed["connections"] == 3
    while time.time() < crashed["at"] + 0.6 * RECOVERY_SECONDS:
        with pytest.raises(function.DatabaseUnavailable, match="in recovery mode"):
            function.handler({"meter": "too-early"}, None)
    while (line := database.next())["event"] == "refused":
        refused = line
    assert line["event"] == "recovered"
    assert line["at"] - refused["at"] > 0.9 * RECOVERY_SECONDS, "an attempt sets it back"
    function.handler({"meter": "later"}, None)
    assert database.next_named("stored")["meter"] == "later"


def test_each_message_of_a_batch_is_stored_and_logged(database, function, capsys):
    bodies = [{"body": json.dumps({"meter": name})} for name in ("a", "b")]
    function.handler({"Records": bodies}, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["step"], line["meter"]) for line in lines] == [
        ("began", "a"),
        ("stored", "a"),
        ("began", "b"),
        ("stored", "b"),
    ]
    assert database.next_named("stored")["meter"] == "a"
