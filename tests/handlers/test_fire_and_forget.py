"""The cellar takes a badge from a post or a queue, and takes nothing while it is away."""

import importlib
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "labs" / "handlers" / "fire-and-forget"
TOPIC = "arn:aws:sns:us-east-1:000000000000:withdrawn-badges"


@pytest.fixture
def cellar():
    """The address of a running computer, and a function that ends it and returns its lines."""
    with subprocess.Popen(
        [sys.executable, FOLDER / "cellar.py"],
        env={**os.environ, "TOPIC_ARN": TOPIC, "AWS_DEFAULT_REGION": "us-east-1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        address = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        told = []

        def lines() -> list[dict]:
            if not process.stdin.closed:
                process.stdin.close()
                told.extend(json.loads(line) for line in process.stdout)
            return told

        yield address, lines
        lines()
        assert process.wait(timeout=10) == 0, "it must end when its input is closed"


@pytest.fixture
def programs(monkeypatch):
    """The module, and the two programs of one topic."""
    monkeypatch.syspath_prepend(FOLDER)
    module = importlib.import_module("programs")
    return module, module.Programs(TOPIC)


def envelope(badge_id: str) -> str:
    message = json.dumps({"badge_id": badge_id})
    return json.dumps({"Type": "Notification", "TopicArn": TOPIC, "Message": message})


def post(url: str, body: str = "", kind: str = "Notification") -> int:
    request = urllib.request.Request(url, data=body.encode())
    request.add_header("x-amz-sns-message-type", kind)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def refused_by(address: str, program: str) -> list[str]:
    with urllib.request.urlopen(f"{address}/{program}", timeout=5) as answer:
        return json.load(answer)


def steps(lines: list[dict]) -> list[tuple]:
    return [(line["step"], line["program"], line["badge_id"], line["via"]) for line in lines]


def test_a_posted_badge_is_refused_by_that_program_alone(cellar):
    address, lines = cellar
    assert post(f"{address}/doors", envelope("a")) == 200
    assert post(f"{address}/doors", envelope("a")) == 200, "a second time changes nothing"
    assert refused_by(address, "doors") == ["a"]
    assert refused_by(address, "canteen") == []
    assert steps(lines()) == [("took", "doors", "a", "post")] * 2


@pytest.mark.parametrize("status", [503, 404])
def test_while_away_every_message_is_turned_away_as_told(cellar, status):
    address, lines = cellar
    post(f"{address}/away", json.dumps({"status": status}))
    assert post(f"{address}/canteen", envelope("a")) == status
    assert refused_by(address, "canteen") == []
    post(f"{address}/back")
    assert post(f"{address}/canteen", envelope("b")) == 200
    assert refused_by(address, "canteen") == ["b"]
    assert steps(lines()) == [
        ("turned away", "canteen", "a", "post"),
        ("took", "canteen", "b", "post"),
    ]


def test_the_goodbye_of_a_subscription_is_no_message(cellar):
    address, lines = cellar
    text = json.dumps({"Type": "UnsubscribeConfirmation", "Message": "no JSON inside"})
    assert post(f"{address}/doors", text, kind="UnsubscribeConfirmation") == 200
    assert lines() == []


def test_a_topic_that_is_not_ours_is_not_confirmed(cellar):
    address, _ = cellar
    request = json.dumps({"TopicArn": f"{TOPIC}-of-somebody-else", "Token": "t"})
    assert post(f"{address}/doors", request, kind="SubscriptionConfirmation") == 403


def test_our_topic_is_confirmed_with_its_token(programs, monkeypatch):
    module, ours = programs
    confirmed = []

    class Sns:
        def confirm_subscription(self, **arguments):
            confirmed.append(arguments)

    monkeypatch.setattr(module.boto3, "client", lambda service: {"sns": Sns()}[service])
    request = json.dumps({"TopicArn": TOPIC, "Token": "t"})
    assert ours.receive_post("doors", "SubscriptionConfirmation", request) == 200
    assert confirmed == [{"TopicArn": TOPIC, "Token": "t"}]


class Sqs:
    """What the reader calls: one queue, whose messages are gone when they are deleted."""

    def __init__(self, *badge_ids: str):
        self.bodies = {badge_id: envelope(badge_id) for badge_id in badge_ids}
        self.asked = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def receive_message(self, QueueUrl, **_):
        assert QueueUrl == "doors-url"
        self.asked.set()
        self.may_answer.wait(5)
        return {
            "Messages": [
                {"Body": body, "ReceiptHandle": name} for name, body in self.bodies.items()
            ]
        }

    def delete_message(self, QueueUrl, ReceiptHandle):
        assert QueueUrl == "doors-url"
        del self.bodies[ReceiptHandle]


def test_what_was_taken_from_the_queue_is_deleted(programs, capsys):
    _, ours = programs
    sqs = Sqs("a", "b")
    ours.read(sqs, "doors", "doors-url")
    assert ours.badges_refused_by("doors") == ["a", "b"]
    assert sqs.bodies == {}
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert steps(printed) == [("took", "doors", "a", "queue"), ("took", "doors", "b", "queue")]


def test_going_away_waits_for_the_read_that_is_under_way(programs, monkeypatch):
    module, ours = programs
    sqs = Sqs("a")
    sqs.may_answer.clear()
    monkeypatch.setattr(module.boto3, "client", lambda service: {"sqs": sqs}[service])
    ours.queues["doors"] = "doors-url"
    threading.Thread(target=ours.read_queues, daemon=True).start()
    assert sqs.asked.wait(5)
    leaving = threading.Thread(target=ours.go_away, args=(503,))
    leaving.start()
    leaving.join(0.2)
    assert leaving.is_alive(), "it went away in the middle of a read"
    sqs.may_answer.set()
    leaving.join(5)
    assert ours.badges_refused_by("doors") == ["a"] and sqs.bodies == {}
    sqs.asked.clear()
    assert not sqs.asked.wait(0.3), "it read its queue while it was away"
