"""The shelf views: what they ask of DynamoDB, where they stop, and what they tell."""

import json

import pytest
from boto3.dynamodb.types import TypeSerializer

from coursekit.paths import HANDLERS

EVENTS = [
    {"group": "O-", "version": 1, "at": "06:00", "units": 6},
    {"group": "B+", "version": 5, "at": "14:00", "units": {"count": 4, "bag_ml": 450}},
    {"group": "O-", "version": 2, "at": "08:00", "units": -2},
]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    monkeypatch.syspath_prepend(HANDLERS / "event-sourcing-cqrs")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("VIEW", "shelf")


@pytest.fixture(params=["shelf_view", "shelf_view_once"])
def view(request):
    return __import__(request.param)


def batch(*events: dict) -> dict:
    """The events as Lambda hands over a table's stream."""
    serialize = TypeSerializer().serialize
    images = [{name: serialize(value) for name, value in event.items()} for event in events]
    return {"Records": [{"dynamodb": {"NewImage": image}} for image in images]}


def told(capsys) -> list[tuple]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(line["step"], line.get("entry") or line["entries"]) for line in lines]


@pytest.fixture
def asked(view, monkeypatch) -> list[dict]:
    """What the view would ask of DynamoDB; a row that has come to version 1 refuses it again."""
    updates = []

    def count(entry):
        updates.append(view.addition(entry))
        return "skipped" if entry["version"] == 1 else "counted"

    monkeypatch.setattr(view, "count", count)
    return updates


def test_each_event_is_added_to_the_row_of_its_group(view, asked):
    view.handler(batch(EVENTS[0], EVENTS[2]), None)
    assert [
        (update["TableName"], update["Key"], update["ExpressionAttributeValues"][":units"])
        for update in asked
    ] == [("shelf", {"group": "O-"}, 6), ("shelf", {"group": "O-"}, -2)]


def test_the_batch_and_the_outcome_of_each_event_are_logged(view, asked, capsys):
    view.handler(batch(EVENTS[0], EVENTS[2]), None)
    assert told(capsys) == [
        ("batch", ["O- 1", "O- 2"]),
        ("skipped", "O- 1"),
        ("counted", "O- 2"),
    ]


def test_a_form_that_it_cannot_read_fails_the_batch_after_what_stood_before(view, asked, capsys):
    with pytest.raises(TypeError):
        view.handler(batch(*EVENTS), None)
    assert told(capsys) == [("batch", ["O- 1", "B+ 5", "O- 2"]), ("skipped", "O- 1")]


def test_units_and_version_are_written_together_and_only_if_newer():
    import shelf_view_once

    update = shelf_view_once.addition(EVENTS[2])
    assert update["UpdateExpression"] == "ADD units :units SET last_version = :version"
    assert update["ConditionExpression"].endswith("last_version < :version")
    assert update["ExpressionAttributeValues"] == {":units": -2, ":version": 2}


def test_the_first_view_asks_for_no_condition():
    import shelf_view

    assert "ConditionExpression" not in shelf_view.addition(EVENTS[2])
