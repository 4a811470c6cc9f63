"""The bikes' readers and the workshop: the same work from a queue and from a stream."""

import base64
import json

import pytest

from coursekit.paths import HANDLERS

UNDOCKED = {"id": "monday-01", "type": "undocked", "bike": "bike-01", "station": "hill"}
DOCKED = {
    "id": "monday-05",
    "type": "docked",
    "bike": "bike-01",
    "station": "harbor",
    "minutes": 31,
}
BRAKE, BELL, LOCK = (
    {"id": "repair-01", "part": "brake"},
    {"id": "repair-02", "part": "bell"},
    {"id": "repair-03", "part": "lock"},
)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    monkeypatch.syspath_prepend(HANDLERS / "kinesis-vs-sqs")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("ROUNDS", "rounds")


@pytest.fixture
def held(monkeypatch) -> list[str]:
    """The events that were held until their round was complete."""
    import bike_events

    found = []
    monkeypatch.setattr(bike_events, "hold", lambda event: found.append(event["id"]))
    return found


def from_queue(*bodies: dict) -> dict:
    return {
        "Records": [
            {"eventSource": "aws:sqs", "messageId": body["id"], "body": json.dumps(body)}
            for body in bodies
        ]
    }


def from_stream(*bodies: dict) -> dict:
    return {
        "Records": [
            {
                "eventSource": "aws:kinesis",
                "kinesis": {
                    "sequenceNumber": body["id"],
                    "data": base64.b64encode(json.dumps(body).encode()).decode(),
                },
            }
            for body in bodies
        ]
    }


def told(capsys) -> list[dict]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [{key: value for key, value in line.items() if key != "at"} for line in lines]


def test_only_what_a_queue_hands_over_is_held(held):
    from bike_events import read

    assert list(read(from_queue(UNDOCKED)["Records"])) == [UNDOCKED]
    assert list(read(from_stream(DOCKED)["Records"])) == [DOCKED]
    assert held == [UNDOCKED["id"]]


def test_an_event_is_held_until_its_round_is_complete(monkeypatch):
    import bike_events

    class Rounds:
        """A table in which another hand takes the second event at the third look."""

        taken = frozenset()
        looks = 0

        def update_item(self, ExpressionAttributeValues, **_):
            self.taken |= set(ExpressionAttributeValues[":event"]["SS"])

        def get_item(self, **_):
            self.looks += 1
            if self.looks == 3:
                self.taken |= {"monday-02"}
            return {"Item": {"taken": {"SS": sorted(self.taken)}}}

    rounds = Rounds()
    monkeypatch.setattr(bike_events, "database", rounds)
    monkeypatch.setattr(bike_events.time, "sleep", lambda _: None)
    bike_events.hold(UNDOCKED | {"round": "monday-01", "round_size": 2})
    assert rounds.looks == 3 and rounds.taken == {"monday-01", "monday-02"}


def test_the_fleet_team_moves_a_bike_out_and_in(held, capsys):
    import fleet

    fleet.handler(from_stream(UNDOCKED, DOCKED), None)
    assert [(moved["station"], moved["bikes"]) for moved in told(capsys)] == [
        ("hill", -1),
        ("harbor", 1),
    ]


@pytest.mark.parametrize(("name", "coins"), [("billing", 1), ("billing_mended", 2)])
def test_a_trip_is_opened_and_then_billed(name, coins, held, capsys):
    __import__(name).handler(from_stream(UNDOCKED, DOCKED), None)
    assert told(capsys) == [
        {"step": "opened", "id": "monday-01", "bike": "bike-01"},
        {"step": "billed", "id": "monday-05", "bike": "bike-01", "coins": coins},
    ]


@pytest.mark.parametrize(("minutes", "coins"), [(1, 1), (30, 1), (31, 2), (60, 2)])
def test_the_mended_price_counts_what_was_begun(minutes, coins):
    import billing_mended

    assert billing_mended.price(minutes) == coins


def test_from_a_queue_only_the_bad_job_is_reported(capsys):
    import workshop

    answer = workshop.handler(from_queue(BRAKE, BELL, LOCK), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "repair-02"}]}
    assert [line["step"] for line in told(capsys)] == ["done", "failed", "done"]


def test_from_a_stream_nothing_behind_the_bad_job_is_done(capsys):
    import workshop

    answer = workshop.handler(from_stream(BRAKE, BELL, LOCK), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "repair-02"}]}
    assert [line["step"] for line in told(capsys)] == ["done", "failed"]
