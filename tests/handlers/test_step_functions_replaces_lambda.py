"""The steps of a film: what they read, compute and refuse, and the company that takes its time."""

import importlib
import json
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from types import SimpleNamespace

import pytest

from coursekit.paths import HANDLERS

FOLDER = HANDLERS / "step-functions-replaces-lambda"
SECONDS_FOR_A_MINUTE = 0.2


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    yield
    for name in ("catalog", "coordinator", "order", "probe", "subtitles"):
        sys.modules.pop(name, None)  # other chapters have files of these names


def imported(name: str):
    return importlib.import_module(name)


@pytest.fixture
def company(monkeypatch):
    with subprocess.Popen(
        [sys.executable, FOLDER / "transcoding_company.py", str(SECONDS_FOR_A_MINUTE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        said = lambda: json.loads(process.stdout.readline())  # noqa: E731
        monkeypatch.setenv("COMPANY", f"127.0.0.1:{said()['port']}")
        yield said
        process.stdin.close()
        assert process.wait(timeout=10) == 0, "it must end when its input is closed"


# --- the steps ----------------------------------------------------------------------------------


def test_the_running_time_is_in_the_first_bytes():
    probe = imported("probe")
    assert probe.minutes_of(b"FILM\x00\x00\x15\x18") == 90
    for other in (b"RIFF\x00\x00\x15\x18", b"FILM", b""):
        with pytest.raises(probe.NotAFilm):
            probe.minutes_of(other)


def test_subtitles_are_shifted_and_keep_their_words():
    subtitles = imported("subtitles")
    made = subtitles.converted("1\n00:59:58,900 --> 01:00:01,000\nHello, 12:00 sharp.\n")
    assert made == "WEBVTT\n\n1\n01:00:03.400 --> 01:00:05.500\nHello, 12:00 sharp.\n"


def test_broken_subtitles_are_refused():
    subtitles = imported("subtitles")
    for broken in ("", "no times here", "1\n00:00:08,000 --> 00:00:01,000\nBackward.\n"):
        with pytest.raises(subtitles.BadSubtitles):
            subtitles.converted(broken)


def test_the_catalog_carries_values_and_computes_none():
    catalog = imported("catalog")
    film = {"film_id": "a", "copy": "a.dcp", "minutes": 4, "lines": 60}
    assert catalog.row(film) == {
        "film_id": {"S": "a"},
        "copy": {"S": "a.dcp"},
        "minutes": {"N": "4"},
        "subtitles": {"N": "60"},
    }
    assert catalog.notice(film) == "a: 4 minutes"


# --- the company --------------------------------------------------------------------------------


def test_an_order_is_answered_at_once_and_the_copy_later(company):
    order, coordinator = imported("order"), imported("coordinator")
    began = time.monotonic()
    job = order.handler({"film_id": "a", "minutes": 5}, None)["job"]
    assert coordinator.wait_for_copy(job) == {"copy": "a.dcp"}
    assert time.monotonic() - began >= 5 * SECONDS_FOR_A_MINUTE
    assert [company()["event"] for _ in range(2)] == ["ordered", "done"]


def test_the_same_film_twice_is_two_orders(company):
    order = imported("order")
    jobs = [order.handler({"film_id": "a", "minutes": 0}, None)["job"] for _ in range(2)]
    assert jobs == [1, 2]


def test_the_company_brings_the_token_back(company, monkeypatch):
    order = imported("order")
    received = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Door) as door:
        monkeypatch.setenv("REPLY_TO", f"http://127.0.0.1:{door.server_port}/")
        order.handler({"film_id": "a", "minutes": 1, "token": "t-1"}, None)
        door.handle_request()
    assert received == [{"token": "t-1", "answer": json.dumps({"copy": "a.dcp"})}]


# --- the coordinator ----------------------------------------------------------------------------


def test_the_coordinator_calls_the_steps_in_order(monkeypatch, capsys):
    coordinator = imported("coordinator")
    answers = {"probe": {"minutes": 4}, "order": {"job": 1}, "subtitles": {"lines": 60}}
    called = []

    def call(step, film):
        called.append((step, dict(film)))
        return answers.get(step, {})

    monkeypatch.setattr(coordinator, "call", call)
    monkeypatch.setattr(coordinator, "wait_for_copy", lambda job: {"copy": f"copy {job}"})
    coordinator.handler({"film_id": "a"}, SimpleNamespace(aws_request_id="r-1"))
    assert [step for step, _ in called] == ["probe", "order", "subtitles", "catalog"]
    assert called[-1][1] | {"job": 1} == {
        "film_id": "a",
        "minutes": 4,
        "job": 1,
        "copy": "copy 1",
        "lines": 60,
    }
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["step"], line["request_id"]) for line in said] == [
        ("began", "r-1"),
        ("ordered", "r-1"),
    ]


def test_a_step_that_fails_fails_the_coordinator(monkeypatch):
    coordinator = imported("coordinator")

    class Functions:
        def invoke(self, **_):
            error = {"errorType": "BadSubtitles", "errorMessage": "none"}
            payload = BytesIO(json.dumps(error).encode())
            return {"FunctionError": "Unhandled", "Payload": payload}

    monkeypatch.setattr(coordinator, "functions", Functions())
    with pytest.raises(RuntimeError, match="subtitles: BadSubtitles"):
        coordinator.call("subtitles", {"film_id": "a"})
