"""What guards the conformance suite: what is stored, what a test may say, what nobody shows.

Each guard is shown a wrong case that it must find.
"""

import ast
import json
from pathlib import Path

import pytest

from coursekit.paths import FIDELITY, TESTS
from tests.conformance.behavior import MENDS, behavior
from tests.conformance.results import compare

STORED = json.loads(FIDELITY.read_text("utf-8"))
GOOD = {
    "service": "SQS",
    "aws": "Does something.",
    "source": "https://docs.aws.amazon.com/sqs/",
    "labs": ["vtf"],
}
RAN = {"behavior": "a message comes back", "aws": "It does.", "agrees": True}


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([RAN], []),
        ([RAN | {"agrees": False}], ["is stored with another agrees"]),
        ([RAN | {"aws": "It does not.", "agrees": False}], ["with another aws, agrees"]),
        ([], ["is stored and no test shows it"]),
        ([RAN, RAN | {"behavior": "a new one"}], ["'a new one' is not stored"]),
    ],
)
def test_a_run_is_compared_with_what_is_stored(found, told):
    differences = compare([RAN], found, whole=True)
    assert len(differences) == len(told)
    assert all(part in line for part, line in zip(told, differences, strict=True))


def test_a_run_of_some_behaviors_misses_none():
    assert compare([RAN, RAN | {"behavior": "not run"}], [RAN], whole=False) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"labs": ["vft"]}, "no chapter is called vft"),
        ({"source": "https://example.com/aws"}, "is no page of AWS's"),
        ({"source": "https://docs.aws.amazon.com.example.com/"}, "is no page of AWS's"),
        ({"mend": "replay.py"}, "mend and stock go together"),
        ({"stock": "Nothing."}, "mend and stock go together"),
        ({"mend": "no_such.py", "stock": "Nothing."}, "there is no emulator/fidelity/no_such.py"),
    ],
)
def test_a_behavior_that_cannot_be_right_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        behavior(**GOOD | wrong)


def test_a_behavior_marks_its_test():
    @behavior(**GOOD, mend="replay.py", stock="Nothing.")
    def test_something():
        pass

    (marker,) = test_something.pytestmark
    assert (marker.name, marker.kwargs["labs"]) == ("behavior", ["vtf"])


def test_a_behavior_that_differs_must_fail():
    @behavior(**GOOD, differs="Does nothing.")
    def test_something():
        pass

    marks = {mark.name: mark for mark in test_something.pytestmark}
    assert marks["xfail"].kwargs["strict"]
    assert marks["xfail"].kwargs["raises"] is AssertionError


def test_every_mend_is_named_by_a_behavior():
    assert unnamed(STORED, MENDS) == []


def test_a_mend_that_no_behavior_names_is_found(tmp_path):
    for name in ("named.py", "forgotten.py"):
        (tmp_path / name).touch()
    assert unnamed([RAN | {"mend": "named.py"}], tmp_path) == ["forgotten.py"]


def unnamed(entries: list[dict], folder: Path) -> list[str]:
    """The mends that no stored behavior needs: what would show that they work?"""
    named = {entry["mend"] for entry in entries}
    return sorted(file.name for file in folder.glob("*.py") if file.name not in named)


def test_every_stored_behavior_has_its_test():
    assert without_test(STORED, TESTS / "conformance") == []


def test_a_stored_behavior_without_a_test_is_found(tmp_path):
    (tmp_path / "test_one.py").write_text("def test_a_message_comes_back(): pass\n")
    entries = [RAN, RAN | {"behavior": "a message stays away"}]
    assert without_test(entries, tmp_path) == ["a message stays away"]


def without_test(entries: list[dict], folder: Path) -> list[str]:
    """The stored behaviors that no test is named after."""
    tests = {
        node.name.removeprefix("test_").replace("_", " ")
        for file in folder.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    return [entry["behavior"] for entry in entries if entry["behavior"] not in tests]


def test_no_two_behaviors_have_one_name():
    names = [entry["behavior"] for entry in STORED]
    assert repeated(names) == []
    assert repeated(["a message comes back", "one", "a message comes back"])


def repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
