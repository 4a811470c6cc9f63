"""The visa check: what it decides, and with which exception it gives up."""

import base64
import importlib.util
from pathlib import Path

import pytest

HANDLERS = Path(__file__).parents[2] / "labs" / "handlers" / "dlq-vs-destinations"


@pytest.fixture
def visa_check(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # Lambda sets it, and boto3 wants it
    spec = importlib.util.spec_from_file_location("visa_check", HANDLERS / "visa_check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def application(**changes) -> dict:
    photo = base64.b64encode(b"\xff\xd8\xff\xe0").decode()
    usual = {"application": "v-01", "purpose": "study", "register": "south"}
    return usual | {"photo": photo, "photo_months": 2} | changes


@pytest.mark.parametrize(("months", "decision"), [(0, "approved"), (6, "approved"), (7, "refused")])
def test_a_photo_of_half_a_year_is_approved_and_an_older_one_refused(visa_check, months, decision):
    answer = visa_check.check(application(photo_months=months), ["north"])
    assert answer == {"application": "v-01", "decision": decision, "fee_usd": 160}


def test_an_exception_names_the_application_and_its_type_the_reason(visa_check):
    with pytest.raises(visa_check.RegisterAway, match=r"^v-01$"):
        visa_check.check(application(), ["north", "south"])
    with pytest.raises(visa_check.PhotoUnreadable, match=r"^v-01$"):
        visa_check.check(application(photo=base64.b64encode(b"torn").decode()), [])


def test_a_purpose_without_a_fee_is_a_bug_that_names_no_application(visa_check):
    with pytest.raises(KeyError) as raised:
        visa_check.check(application(purpose="transit"), [])
    assert str(raised.value) == "'transit'"


def test_the_parameter_lists_the_registers_that_are_away(visa_check, monkeypatch):
    class Parameters:
        def get_parameter(self, Name):
            assert Name == "away"
            return {"Parameter": {"Value": "north,west"}}

    monkeypatch.setenv("AWAY_PARAMETER", "away")
    monkeypatch.setattr(visa_check, "ssm", Parameters())
    assert visa_check.registers_away() == ["north", "west"]
