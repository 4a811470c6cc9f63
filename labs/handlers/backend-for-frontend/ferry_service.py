"""One service of a ferry company: its data, and how long it takes to answer.

    python ferry_service.py NAME

NAME is sailings, tickets, weather, notices or fares. Serves GET /NAME on loopback. An answer takes
0.2 seconds, a fare no time. From POST /hold to POST /release the service answers nobody: whoever
asks in between waits for the release.

Prints one JSON line when a request arrives and one when it is answered, its port first. It ends
when its input is closed, so it never outlives the program that started it.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

WORK_SECONDS = 0.2
DAYS = [f"2026-11-{day}" for day in range(27, 31)] + [f"2026-12-0{day}" for day in range(1, 4)]
VESSEL = {
    "name": "Skarv",
    "built": 2011,
    "length_m": 86.4,
    "decks": ["car deck", "saloon", "sun deck", "bridge"],
    "lifts": 2,
    "galley": {"open_from": "06:00", "menu": ["fish soup", "waffles", "coffee", "sandwiches"]},
    "certificates": ["safety 2026/0311", "radio 2025/1187", "tonnage 2011/0042"],
}
TERMS = (
    "Be at the ramp ten minutes before departure. The ticket is valid for this sailing only. "
    "Animals travel on the car deck or in the marked part of the saloon. "
) * 4
LANGUAGES = ("en", "no", "de", "fr")


def sailings(query):
    """All sailings of a day, or one of them by its id."""
    days = [query["day"]] if "day" in query else DAYS
    found = [sailing(day, hour) for day in days for hour in range(6, 24)]
    return [one for one in found if query.get("id") in (None, one["id"])]


def sailing(day, hour):
    return {
        "id": f"{day}-{hour:02d}",
        "from": "Pier 4",
        "to": "North Island",
        "departs": f"{day}T{hour:02d}:42:00",
        "arrives": f"{day}T{hour:02d}:59:00",
        "gate": "AB"[hour % 2],
        "status": "on time",
        "free_car_places": (hour * 7 + int(day[-2:])) % 40,
        "fares_usd": {"adult": 24.5, "car": 39, "camper": 72, "bicycle": 6, "dog": 4},
        "vessel": VESSEL,
        "crew": [f"crew-{hour}-{number}" for number in range(8)],
    }


def tickets(query):
    """Every ticket that a customer has ever bought, the newest first."""
    past = [(f"2026-0{month}-11", 8) for month in range(9, 0, -1)]
    return [
        {
            "id": f"{query['customer']}-{number:02d}",
            "sailing": f"{day}-{hour:02d}",
            "state": "valid" if number < 2 else "used",
            "barcode": f"{query['customer']}-{number:02d}-{'5083172946' * 8}",
            "receipt": {"usd": 63.5, "card": "ending in 4242", "tax_usd": 6.35, "lines": 3},
            "terms": TERMS,
        }
        for number, (day, hour) in enumerate([("2026-11-27", 17), ("2026-12-02", 9), *past])
    ]


def weather(query):
    """Two days of weather on deck, hour by hour."""
    return [
        {
            "at": f"{day}T{hour:02d}:00:00",
            "wind_knots": 20 + hour,
            "gusts_knots": 31 + hour,
            "waves_m": 2.5,
            "air_c": 4,
            "water_c": 7,
            "visibility_km": 6,
            "pressure_hpa": 988,
            "source": "buoy 7, corrected for the height of the sun deck",
        }
        for day in DAYS[:2]
        for hour in range(24)
    ]


def notices(query):
    """All notices of the year in every language; few of them are in force."""
    return [
        {
            "id": f"notice-{number:02d}",
            "in_force": number < 2,
            "title": {language: f"{title} ({language})" for language in LANGUAGES},
            "body": {language: f"<p>{title}.</p> {TERMS}" for language in LANGUAGES},
        }
        for number, title in enumerate(
            ["Foot passengers of the 17:42 board at pier 2", "The sun deck is closed"]
            + [f"Summer timetable, change {number}" for number in range(1, 9)]
        )
    ]


def fares(query):
    """What passengers of these ages pay: the tariff, in one place. Children up to 12 pay half."""
    adult = sailing(DAYS[0], 6)["fares_usd"]["adult"]
    ages = [int(age) for age in query["ages"].split(",")]
    return {"usd": sum(adult / 2 if age <= 12 else adult for age in ages)}


ANSWERS = {answer.__name__: answer for answer in (sailings, tickets, weather, notices, fares)}


class Requests(BaseHTTPRequestHandler):
    released = threading.Event()
    released.set()

    def do_GET(self):
        address = urlsplit(self.path)
        name, query = address.path.strip("/"), dict(parse_qsl(address.query))
        who = {"screen": self.headers["Screen"], "caller": self.headers["Caller"]}
        self.server.say("asked", **who)
        time.sleep(0 if name == "fares" else WORK_SECONDS)
        self.released.wait()
        known = name == self.server.name
        self.answer(200 if known else 404, ANSWERS[name](query) if known else {})
        self.server.say("answered", **who)

    def do_POST(self):
        if self.path == "/hold":
            self.released.clear()
        else:
            self.released.set()
        self.answer(200, {})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the caller has hung up

    def log_message(self, *_):
        """Nothing: the service prints its own lines."""


class Service(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True

    def __init__(self, name):
        super().__init__(("127.0.0.1", 0), Requests)
        self.name = name
        self.lock = threading.Lock()
        self.say("listening", port=self.server_port)

    def say(self, event, **fields):
        with self.lock:
            print(json.dumps({"event": event, "at": time.time(), **fields}), flush=True)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    Service(sys.argv[1]).serve_forever()
