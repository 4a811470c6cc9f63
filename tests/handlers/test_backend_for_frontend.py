"""The ferry's services can be held; the back ends ask at once, give up, and say what is missing."""

import json
import subprocess
import sys
import threading
import urllib.request

import pytest

from coursekit.paths import HANDLERS

FOLDER = HANDLERS / "backend-for-frontend"
AT = "2026-11-27T17:00:00"
SERVICES = ("sailings", "tickets", "weather", "notices", "fares")


@pytest.fixture(scope="module")
def addresses():
    """Every service, each a process; where they listen."""
    running = {
        name: subprocess.Popen(
            [sys.executable, FOLDER / "ferry_service.py", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in SERVICES
    }
    ports = {name: json.loads(one.stdout.readline())["port"] for name, one in running.items()}
    for service in running.values():  # nobody reads what they print, so a pipe may not fill
        threading.Thread(target=service.stdout.read, daemon=True).start()
    yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    for service in running.values():
        service.stdin.close()
        assert service.wait(timeout=10) == 0, "it must end when its input is closed"


@pytest.fixture
def services(addresses, monkeypatch):
    """The handlers as they are deployed; every service answers again in the end."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setenv("SERVICES", json.dumps(addresses))
    import mobile_bff

    for part in ("tickets", "weather", "notices"):  # what the tests hold: not to wait for long
        monkeypatch.setitem(mobile_bff.LIMITS, part, 2)
    yield addresses
    for address in addresses.values():
        post(f"{address}/release")


def post(address: str) -> None:
    urllib.request.urlopen(address, data=b"", timeout=10).close()


def event(**query: str) -> dict:
    return {"headers": {"screen": "s-1"}, "queryStringParameters": query}


def home(handler, customer: str = "c-1") -> tuple[int, dict]:
    answer = handler(event(customer=customer, at=AT), None)
    assert isinstance(answer["body"], str), "API Gateway takes a body of text only"
    return answer["statusCode"], json.loads(answer["body"])


def test_the_home_screen_has_what_the_phone_shows_and_no_more(services):
    import mobile_bff

    status, shown = home(mobile_bff.handler)
    assert status == 200
    assert shown["departure"] == {
        "departs": "2026-11-27T17:42:00",
        "gate": "B",
        "status": "on time",
    }
    assert [sorted(ticket) for ticket in shown["tickets"]] == [["barcode", "departs"]] * 2
    assert shown["tickets"][0]["departs"] == shown["departure"]["departs"]
    assert shown["weather"] == {"wind_knots": 37, "air_c": 4}
    assert len(shown["notices"]) == 2
    assert shown["missing"] == []


def test_without_the_weather_there_is_a_screen_and_without_tickets_none(services):
    import mobile_bff

    for service in ("weather", "tickets"):
        post(f"{services[service]}/hold")
    answer = mobile_bff.handler(event(customer="c-1", at=AT), None)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "2")
    assert json.loads(answer["body"]) == {"missing": ["tickets", "weather"]}

    post(f"{services['tickets']}/release")
    status, shown = home(mobile_bff.handler)
    assert (status, shown["missing"]) == (200, ["weather"])
    assert "weather" not in shown and len(shown["tickets"]) == 2


def test_a_mistake_of_our_own_is_no_missing_part(services):
    import calls

    def wrong():
        raise KeyError("departs")

    with pytest.raises(KeyError):
        calls.together({"departure": wrong})


def test_all_parts_run_at_the_same_time(services):
    import calls

    meeting = threading.Barrier(4)  # it opens when four parts are under way
    came, missing = calls.together({str(n): lambda: meeting.wait(timeout=30) for n in range(4)})
    assert sorted(came.values()) == [0, 1, 2, 3] and missing == []


def test_one_by_one_makes_the_same_screen(services):
    import mobile_bff
    import one_by_one

    assert home(one_by_one.handler) == (
        200,
        {name: part for name, part in home(mobile_bff.handler)[1].items() if name != "missing"},
    )


def test_the_silent_one_says_none_where_it_does_not_know(services):
    import silent_bff

    post(f"{services['notices']}/hold")
    status, shown = home(silent_bff.handler)
    assert (status, shown["notices"]) == (200, [])
    assert "missing" not in shown


def test_the_page_gets_a_week_and_the_notices(services):
    import web_bff

    answer = web_bff.handler(event(days="2026-11-27,2026-11-28"), None)
    content = json.loads(answer["body"])
    assert {day: len(rows) for day, rows in content["week"].items()} == {
        "2026-11-27": 18,
        "2026-11-28": 18,
    }
    assert len(content["notices"]) == 2 and content["missing"] == []


@pytest.mark.parametrize(
    ("ages", "mobile", "web"),
    [("41,38", 49.0, 49.0), ("41,11", 36.75, 36.75), ("41,12", 49.0, 36.75), ("41,13", 49.0, 49.0)],
)
def test_the_two_copies_of_the_tariff_differ_at_twelve(services, ages, mobile, web):
    import mobile_price
    import shared_price
    import web_price

    told = [
        json.loads(module.handler(event(ages=ages), None)["body"])["usd"]
        for module in (mobile_price, web_price, shared_price)
    ]
    assert told == [mobile, web, web]


def test_the_display_asks_for_what_it_is_told_to(services, monkeypatch):
    import pier_bff

    monkeypatch.setenv("LIMITS", '{"departure": 5, "notices": 2}')
    monkeypatch.setenv("REQUIRED", '["departure"]')
    post(f"{services['notices']}/hold")
    status, shown = home(pier_bff.handler)
    assert (status, sorted(shown), shown["missing"]) == (200, ["departure", "missing"], ["notices"])

    monkeypatch.setenv("REQUIRED", '["departure", "notices"]')
    assert home(pier_bff.handler) == (503, {"missing": ["notices"]})


def test_another_service_s_path_is_not_served(services):
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{services['weather']}/tickets?customer=c", timeout=10)
