"""The search finds and refuses as it says, and the functions write in the order they promise."""

import importlib
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from boto3.dynamodb.types import TypeSerializer

from coursekit.paths import HANDLERS

FOLDER = HANDLERS / "dual-writes-instead-of-streams"
MODULES = ("feed_search", "tell_search", "tell_watchers", "write_both", "write_search_first")
CAR = {"id": "a", "make": "Volvo", "color": "blue", "price_usd": 9000, "version": 1}


@pytest.fixture
def search():
    """The address of a running search."""
    with subprocess.Popen(
        [sys.executable, FOLDER / "car_search.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        process.stdin.close()
        assert process.wait(timeout=10) == 0, "it must end when its input is closed"


@pytest.fixture
def functions(search, monkeypatch):
    """The handlers by name, in front of the search."""
    monkeypatch.setenv("TABLE", "listings")
    monkeypatch.setenv("SEARCH", search)
    monkeypatch.setenv("VERSIONED", "yes")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.syspath_prepend(FOLDER)
    yield {name: importlib.import_module(name) for name in MODULES}
    for name in (*MODULES, "write_table"):
        del sys.modules[name]


def send(search: str, method: str, path: str, content: object = None) -> int:
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{search}/{path}", data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def found(search: str, words: str) -> list[str]:
    with urllib.request.urlopen(f"{search}/search/{words}", timeout=10) as answer:
        return [car["id"] for car in json.load(answer)]


def record(event_name: str, **images: dict) -> dict:
    """A record of the table's stream."""
    typed = TypeSerializer().serialize
    values = {
        name: {key: typed(value) for key, value in image.items()} for name, image in images.items()
    }
    return {"eventName": event_name, "dynamodb": {"Keys": {"id": {"S": "a"}}, **values}}


def test_a_car_is_found_by_all_of_its_words(search):
    send(search, "PUT", "cars/a", CAR)
    send(search, "PUT", "cars/b", {**CAR, "id": "b", "color": "red"})
    assert found(search, "volvo") == ["a", "b"]
    assert found(search, "Volvo%20RED") == ["b"]
    send(search, "PUT", "cars/b", {**CAR, "id": "b", "color": "green"})
    assert found(search, "volvo%20red") == []
    send(search, "DELETE", "cars/a")
    assert found(search, "volvo") == ["b"]


def test_a_versioned_write_must_be_news(search):
    assert send(search, "PUT", "cars/a?version=2", CAR) == 200
    assert send(search, "PUT", "cars/a?version=2", CAR) == 409
    assert send(search, "DELETE", "cars/a?version=3") == 200
    assert send(search, "PUT", "cars/a?version=2", CAR) == 409, "a deleted car has a version too"
    assert found(search, "volvo") == []


def test_a_write_without_a_version_is_always_taken(search):
    send(search, "PUT", "cars/a?version=5", CAR)
    assert send(search, "PUT", "cars/a", {**CAR, "color": "old"}) == 200
    assert found(search, "old") == ["a"]


def test_between_refuse_and_accept_nothing_is_taken(search):
    send(search, "POST", "refuse")
    assert send(search, "PUT", "cars/a", CAR) == 503
    send(search, "POST", "accept")
    assert found(search, "volvo") == []
    assert send(search, "PUT", "cars/a", CAR) == 200


def test_a_held_write_is_overtaken_by_the_next(search):
    send(search, "POST", "hold/a")
    slow = threading.Thread(target=send, args=(search, "PUT", "cars/a", {**CAR, "color": "first"}))
    slow.start()
    assert send(search, "GET", "held/a") == 200
    send(search, "PUT", "cars/a", {**CAR, "color": "second"})
    assert found(search, "second") == ["a"]
    send(search, "POST", "release/a")
    slow.join(timeout=10)
    assert found(search, "first") == ["a"]


def test_writing_both_is_content_with_a_refusal(search, functions, monkeypatch, capsys):
    monkeypatch.setattr(sys.modules["write_table"], "write", lambda change: CAR)
    change = {"what": "list", "id": "a"}
    send(search, "POST", "refuse")
    assert functions["write_both"].handler(change, None) == {"saved": "a"}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["attempt"] for line in lines] == [1, 2, 3]
    send(search, "POST", "accept")
    functions["write_both"].handler(change, None)
    assert found(search, "volvo") == ["a"]
    functions["write_both"].handler({"what": "sell", "id": "a"}, None)
    assert found(search, "volvo") == []


def test_search_first_is_found_before_it_is_saved(search, functions, monkeypatch):
    seen = []
    monkeypatch.setattr(
        sys.modules["write_table"], "write", lambda change: seen.extend(found(search, "volvo"))
    )
    functions["write_search_first"].handler({"what": "list", "id": "a", "car": CAR}, None)
    assert seen == ["a"]


def test_a_dying_process_runs_no_except_and_no_finally():
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "import write_table\n"
        "write_table.save = lambda change: {}\n"
        "try:\n    write_table.write({'id': 'a', 'dies': True})\n"
        "except BaseException:\n    print('except')\n"
        "finally:\n    print('finally')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, FOLDER],
        env={"TABLE": "listings", "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert json.loads(ended.stdout) == {"step": "saved", "id": "a"}


def test_a_sale_comes_after_the_last_version(functions):
    change_of = functions["feed_search"].change_of
    repriced = record("MODIFY", OldImage=CAR, NewImage={**CAR, "version": 2})
    assert change_of(repriced)[1:] == (False, 2)
    car, gone, version = change_of(record("REMOVE", OldImage={**CAR, "version": 2}))
    assert (car["make"], gone, version) == ("Volvo", True, 3)


def test_a_batch_that_comes_again_changes_nothing(search, functions):
    listed = record("INSERT", NewImage=CAR)
    repriced = record("MODIFY", OldImage=CAR, NewImage={**CAR, "color": "red", "version": 2})
    functions["feed_search"].handler({"Records": [listed, repriced]}, None)
    functions["feed_search"].handler({"Records": [listed]}, None)
    assert found(search, "red") == ["a"]
    sold = record("REMOVE", OldImage={**CAR, "version": 2})
    functions["feed_search"].handler({"Records": [sold]}, None)
    functions["feed_search"].handler({"Records": [listed, repriced]}, None)
    assert found(search, "volvo") == []


def test_a_refusal_goes_up_to_lambda(search, functions):
    send(search, "POST", "refuse")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        functions["feed_search"].handler({"Records": [record("INSERT", NewImage=CAR)]}, None)


def test_watchers_are_told_what_the_mapping_lets_through(functions, capsys):
    functions["tell_watchers"].handler({"Records": [record("REMOVE", OldImage=CAR)]}, None)
    line = json.loads(capsys.readouterr().out)
    assert line == {"step": "notice", "id": "a", "change": "REMOVE"}
