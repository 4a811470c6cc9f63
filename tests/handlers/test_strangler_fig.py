"""The old system knows what it was told; the moved route, the stream's reader and the double write."""

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


class Table:
    """Keeps what is put into it."""

    def __init__(self):
        self.items = []

    def put_item(self, Item):
        self.items.append(Item)


@pytest.fixture
def functions(legacy, monkeypatch):
    """The three handlers by name, in front of the old system and a table that remembers."""
    monkeypatch.setenv("TABLE", "circulation")
    monkeypatch.setenv("LEGACY", legacy)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.syspath_prepend(FOLDER)
    loaded = {name: importlib.import_module(name) for name in MODULES}
    monkeypatch.setattr(loaded["desk"], "table", Table())
    yield loaded
    for name in MODULES:
        del sys.modules[name]


def returned(copy: str) -> dict:
    """The event of a proxied POST /returns."""
    return {"path": "/returns", "body": json.dumps({"copy": copy})}


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


def test_the_moved_route_keeps_the_entry_in_the_table_alone(legacy, functions, capsys):
    post(legacy, "loans", copy="a", due=1)
    answer = functions["desk"].handler(returned("a"), None)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"kept_in": "table"})
    assert functions["desk"].table.items == [{"copy": "a", "route": "returns"}]
    assert notices(legacy, 2) == ["a"]
    line = json.loads(capsys.readouterr().out)
    assert (line["step"], line["route"], line["copy"]) == ("kept", "returns", "a")


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


def test_writing_twice_leaves_the_first_write_when_the_second_fails(legacy, functions):
    twice = functions["desk_writes_twice"]
    assert twice.handler(returned("a"), None)["statusCode"] == 200
    post(legacy, "night")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        twice.handler(returned("b"), None)
    assert [item["copy"] for item in functions["desk"].table.items] == ["a", "b"]
