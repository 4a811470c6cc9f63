"""The old system knows what it was told, and who tells it, when, and what if it refuses."""

import importlib
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "labs" / "handlers" / "strangler-fig"
MODULES = ("desk", "tell_legacy", "desk_writes_twice")


@pytest.fixture
def legacy():
    """The address of a running old system."""
    with subprocess.Popen(
        [sys.executable, FOLDER / "legacy_library.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        process.stdin.close()
        assert process.wait(timeout=10) == 0, "it must end when its input is closed"


def post(legacy: str, route: str, **entry: object) -> int:
    request = urllib.request.Request(f"{legacy}/{route}", data=json.dumps(entry).encode())
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def notices(legacy: str, day: int) -> list[str]:
    with urllib.request.urlopen(f"{legacy}/notices/{day}", timeout=5) as answer:
        return json.load(answer)


@pytest.fixture
def functions(legacy, monkeypatch):
    """The handlers by name, in front of the old system."""
    monkeypatch.setenv("TABLE", "circulation")
    monkeypatch.setenv("LEGACY", legacy)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.syspath_prepend(FOLDER)
    yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        del sys.modules[name]


def proxied(route: str, sent: int = 1_700_000_000_000, **entry: object) -> dict:
    """The event of a proxied POST; `sent` in milliseconds."""
    context = {"requestTimeEpoch": sent}
    return {"path": f"/{route}", "body": json.dumps(entry), "requestContext": context}


def record(image: dict | None) -> dict:
    return {"dynamodb": {} if image is None else {"NewImage": image}}


def test_a_notice_goes_to_what_is_out_too_long(legacy):
    for copy, due in (("a", 1), ("b", 1), ("c", 2), ("d", 1)):
        assert post(legacy, "loans", copy=copy, due=due) == 200
    assert post(legacy, "returns", copy="a") == 200
    assert post(legacy, "renewals", copy="d", due=30) == 200
    assert notices(legacy, 2) == ["b"]


def test_a_return_told_twice_is_one_return(legacy):
    post(legacy, "loans", copy="a", due=1)
    assert [post(legacy, "returns", copy="a") for _ in range(2)] == [200, 200]
    assert notices(legacy, 2) == []


def test_from_night_to_morning_every_write_is_refused(legacy):
    post(legacy, "loans", copy="a", due=1)
    post(legacy, "night")
    assert post(legacy, "returns", copy="a") == 503
    assert notices(legacy, 2) == ["a"]
    post(legacy, "morning")
    assert post(legacy, "returns", copy="a") == 200


def test_an_unknown_route_is_404(legacy):
    assert post(legacy, "fines") == 404


def test_every_entry_is_an_item_of_its_own(functions):
    item_of = functions["desk"].item_of
    item = item_of(proxied("renewals", sent=1, copy="a", due=30))
    assert item == {"copy": "a", "due": 30, "route": "renewals", "sent": 1}
    assert item_of(proxied("renewals", sent=2, copy="a", due=30)) != item


def test_the_reader_of_the_stream_tells_the_old_system(legacy, functions):
    post(legacy, "loans", copy="a", due=1)
    post(legacy, "loans", copy="b", due=1)
    back = {"copy": {"S": "a"}, "route": {"S": "returns"}}
    renewed = {"copy": {"S": "b"}, "route": {"S": "renewals"}, "due": {"N": "30"}}
    event = {"Records": [record(back), record(None), record(renewed)]}
    functions["tell_legacy"].handler(event, None)
    assert notices(legacy, 2) == []
    assert notices(legacy, 31) == ["b"]


def test_the_reader_fails_while_the_old_system_refuses(legacy, functions):
    post(legacy, "night")
    event = {"Records": [record({"copy": {"S": "a"}, "route": {"S": "returns"}})]}
    with pytest.raises(urllib.error.HTTPError, match="503"):
        functions["tell_legacy"].handler(event, None)


def test_writing_twice_leaves_the_first_write_when_the_second_fails(legacy, functions, monkeypatch):
    twice, kept = functions["desk_writes_twice"], []
    monkeypatch.setattr(functions["desk"], "keep", kept.append)
    assert twice.handler(proxied("returns", copy="a"), None)["statusCode"] == 200
    post(legacy, "night")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        twice.handler(proxied("returns", copy="b"), None)
    assert [item["copy"] for item in kept] == ["a", "b"]
