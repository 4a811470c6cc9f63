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


class Refused(Exception):
    """Stands for ConditionalCheckFailedException."""


class Rows:
    """Takes updates of the view's rows, and refuses those whose version is in `refused`."""

    def __init__(self, refused=()):
        self.updates = []
        self.refused = refused
        self.exceptions = type("exceptions", (), {"ConditionalCheckFailedException": Refused})

    def update_item(self, **update):
        if update["ExpressionAttributeValues"].get(":version") in self.refused:
            raise Refused
        self.updates.append(update)


def batch(*events: dict) -> dict:
    """The events as Lambda hands over a table's stream."""
    serialize = TypeSerializer().serialize
    images = [{name: serialize(value) for name, value in event.items()} for event in events]
    return {"Records": [{"dynamodb": {"NewImage": image}} for image in images]}


def told(capsys) -> list[tuple]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(line["step"], line.get("entry") or line["entries"]) for line in lines]


def test_each_event_is_added_to_the_row_of_its_group(view, monkeypatch, capsys):
    rows = Rows()
    monkeypatch.setattr(view, "database", rows)
    view.handler(batch(EVENTS[0], EVENTS[2]), None)
    assert [
        (update["TableName"], update["Key"], update["ExpressionAttributeValues"][":units"])
        for update in rows.updates
    ] == [("shelf", {"group": "O-"}, 6), ("shelf", {"group": "O-"}, -2)]
    assert told(capsys) == [
        ("batch", ["O- 1", "O- 2"]),
        ("counted", "O- 1"),
        ("counted", "O- 2"),
    ]


def test_a_form_that_it_cannot_read_fails_the_batch_after_what_stood_before(
    view, monkeypatch, capsys
):
    monkeypatch.setattr(view, "database", Rows())
    with pytest.raises(TypeError):
        view.handler(batch(*EVENTS), None)
    assert told(capsys) == [("batch", ["O- 1", "B+ 5", "O- 2"]), ("counted", "O- 1")]


def test_units_and_version_are_written_together_and_only_if_newer(monkeypatch):
    import shelf_view_once

    rows = Rows()
    monkeypatch.setattr(shelf_view_once, "database", rows)
    shelf_view_once.handler(batch(EVENTS[2]), None)
    (update,) = rows.updates
    assert update["UpdateExpression"] == "ADD units :units SET last_version = :version"
    assert update["ConditionExpression"].endswith("last_version < :version")
    assert update["ExpressionAttributeValues"] == {":units": -2, ":version": 2}


def test_what_the_row_refuses_is_skipped_and_the_batch_goes_on(monkeypatch, capsys):
    import shelf_view_once

    monkeypatch.setattr(shelf_view_once, "database", Rows(refused={1}))
    shelf_view_once.handler(batch(EVENTS[0], EVENTS[2]), None)
    assert told(capsys)[1:] == [("skipped", "O- 1"), ("counted", "O- 2")]
