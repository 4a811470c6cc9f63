"""Laboratory and departments: what they publish, what they refuse, and what they do only once."""

import json
from datetime import UTC, datetime

import jsonschema
import pytest

from coursekit.paths import HANDLERS

RESULT = {
    "result_id": "t-03",
    "test": "potassium",
    "released_at": "2026-01-01T06:30:00+00:00",
    "urgency": "critical",
}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """The handlers import each other as in their deployed folder."""
    monkeypatch.syspath_prepend(HANDLERS / "choreography")
    monkeypatch.setenv("FLAG", "flag")
    monkeypatch.setenv("DEPARTMENT", "ward")
    monkeypatch.delenv("TELLS", raising=False)


class Bus:
    """Takes the calls of PutEvents, and refuses entries as it is told."""

    def __init__(self, refused: int = 0):
        self.calls = []
        self.refused = refused

    def put_events(self, Entries):
        self.calls.append(Entries)
        return {"FailedEntryCount": self.refused}

    def details(self) -> list[dict]:
        return [json.loads(entry["Detail"]) for call in self.calls for entry in call]

    def detail_types(self) -> list[str]:
        return [entry["DetailType"] for call in self.calls for entry in call]


@pytest.fixture
def bus(monkeypatch) -> Bus:
    import laboratory

    bus = Bus()
    monkeypatch.setattr(laboratory, "client", lambda service: bus)
    return bus


def told(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# --- laboratory ---------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["flag", "interpretation"])
def test_the_urgency_goes_out_under_the_name_that_the_release_gives_it(
    monkeypatch, capsys, bus, flag
):
    import laboratory

    monkeypatch.setenv("FLAG", flag)
    answer = laboratory.handler({"results": [RESULT]}, None)
    assert answer == {"published": 1, "refused": 0}
    (detail,) = bus.details()
    assert detail == {k: v for k, v in RESULT.items() if k != "urgency"} | {flag: "critical"}
    assert bus.calls[0][0]["Time"] == datetime(2026, 1, 1, 6, 30, tzinfo=UTC)
    assert [line["detail"] for line in told(capsys)] == [detail]


@pytest.mark.parametrize(("results", "calls"), [(1, [1]), (10, [10]), (25, [10, 10, 5])])
def test_a_call_has_ten_entries_at_most(bus, results, calls):
    import laboratory

    laboratory.handler({"results": [RESULT] * results}, None)
    assert [len(call) for call in bus.calls] == calls


def test_what_the_bus_refuses_is_counted(bus):
    import laboratory

    bus.refused = 2
    assert laboratory.handler({"results": [RESULT] * 20}, None)["refused"] == 4


# --- contracts ----------------------------------------------------------------------------------

GOOD = {"result_id": "t-03", "test": "potassium", "released_at": "06:30", "flag": "critical"}


@pytest.mark.parametrize(
    ("detail", "problem"),
    [
        (GOOD, ""),
        ({**GOOD, "organism": "salmonella"}, ""),
        ({k: v for k, v in GOOD.items() if k != "flag"}, "lacks 'flag'"),
        ({**GOOD, "interpretation": "critical"}, "does not know 'interpretation'"),
        ({**GOOD, "flag": "CRITICAL"}, "has 'flag' = 'CRITICAL'"),
        ({**GOOD, "flag": ["critical"]}, "has 'flag' = ['critical']"),
        ({**GOOD, "organism": None}, "has 'organism' = None"),
        ({}, "lacks 'result_id'"),
    ],
)
def test_the_check_says_what_json_schema_says(detail, problem):
    from contracts import CONTRACTS, problems_of

    schema = CONTRACTS["result released"]
    found = problems_of(detail, schema)
    assert problem in "; ".join(found)
    assert bool(found) is bool(problem)
    assert jsonschema.Draft202012Validator(schema).is_valid(detail) is not bool(problem)


def test_the_contracts_are_json_schema():
    from contracts import CONTRACTS

    for schema in CONTRACTS.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_an_event_without_a_contract_is_refused():
    from contracts import ContractBroken, check

    with pytest.raises(ContractBroken, match="no contract for 'result amended'"):
        check({"DetailType": "result amended", "Detail": "{}"})


# --- checked_laboratory -------------------------------------------------------------------------


def test_one_bad_result_keeps_all_from_being_published(capsys, bus):
    import checked_laboratory
    from contracts import ContractBroken

    results = [RESULT] * 11 + [{**RESULT, "urgency": "high"}]
    with pytest.raises(ContractBroken, match="'flag' = 'high'"):
        checked_laboratory.handler({"results": results}, None)
    assert bus.calls == [] and told(capsys) == []


def test_a_renamed_field_is_refused_by_name(monkeypatch, bus):
    import checked_laboratory
    from contracts import ContractBroken

    monkeypatch.setenv("FLAG", "interpretation")
    with pytest.raises(ContractBroken, match="lacks 'flag'; does not know 'interpretation'"):
        checked_laboratory.handler({"results": [RESULT]}, None)


def test_what_keeps_the_contract_is_published(bus):
    import checked_laboratory

    assert checked_laboratory.handler({"results": [RESULT]}, None)["published"] == 1


# --- versioned_laboratory -----------------------------------------------------------------------


def test_each_result_goes_out_in_both_shapes(bus):
    import versioned_laboratory

    assert versioned_laboratory.handler({"results": [RESULT]}, None)["published"] == 2
    assert bus.detail_types() == ["result released", "result released v2"]
    first, second = bus.details()
    assert first["flag"] == second["interpretation"] == "critical"
    assert "interpretation" not in first and "flag" not in second


# --- department ---------------------------------------------------------------------------------


def message(result_id: str, **fields: str) -> dict:
    return {"body": json.dumps({"detail": {"result_id": result_id}, **fields})}


@pytest.fixture
def notes(monkeypatch) -> set[str]:
    """What the department has done, in place of the table."""
    import department

    done = set()

    def once(result_id):
        new = result_id not in done
        done.add(result_id)
        return new

    monkeypatch.setattr(department, "once", once)
    return done


def test_an_event_that_comes_again_is_done_once(capsys, notes):
    import department

    again = message("t-03", **{"replay-name": "everything"})
    department.handler({"Records": [message("t-03"), again]}, None)
    outcomes = [(line["outcome"], line["replay"]) for line in told(capsys)]
    assert outcomes == [("done", ""), ("done before", "everything")]


def test_a_department_that_tells_does_so_each_time(monkeypatch, notes):
    import department

    heard = []
    monkeypatch.setenv("TELLS", "critical value called")
    monkeypatch.setattr(department, "tell", lambda *what: heard.append(what))
    department.handler({"Records": [message("t-03"), message("t-03")]}, None)
    assert heard == [("critical value called", "t-03")] * 2


def test_a_department_without_an_event_of_its_own_tells_nothing(monkeypatch, notes):
    import department

    monkeypatch.setattr(department, "tell", lambda *what: pytest.fail(str(what)))
    department.handler({"Records": [message("t-03")]}, None)


def test_an_announcement_that_the_bus_refuses_is_an_error(monkeypatch):
    import department

    monkeypatch.setattr(department, "client", lambda service: Bus(refused=1))
    with pytest.raises(RuntimeError, match="refused 'critical value called'"):
        department.tell("critical value called", "t-03")
