"""The search of a marketplace for used cars: an inverted index behind HTTP.

    python car_search.py

Serves on loopback. PUT /cars/ID takes a car, DELETE /cars/ID takes it out, GET /search/WORDS
answers with the cars that have all these words. A write with ?version=N is taken only if N is
newer than what the index has heard of that car, and is answered with 409 otherwise.

From POST /refuse to POST /accept every write is answered with 503. After POST /hold/ID the next
write of that car waits, as on a slow way, until POST /release/ID; GET /held/ID answers once it
waits.

Prints one JSON line for each write, its port first. It ends when its input is closed, so it never
outlives the program that started it.
"""

import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Index:
    def __init__(self):
        self.cars = {}
        self.cars_with = {}  # word -> the ids of the cars that have it
        self.versions = {}  # the last version heard of each car, of deleted ones too

    def put(self, car_id, car):
        self.remove(car_id)
        self.cars[car_id] = car
        for word in words_of(car):
            self.cars_with.setdefault(word, set()).add(car_id)

    def remove(self, car_id):
        for word in words_of(self.cars.pop(car_id, {})):
            self.cars_with[word].discard(car_id)

    def search(self, words):
        found = [self.cars_with.get(word, set()) for word in words.lower().split()]
        ids = set.intersection(*found) if found else set()
        return [{"id": car_id, **self.cars[car_id]} for car_id in sorted(ids)]


def words_of(car):
    texts = [value for value in car.values() if isinstance(value, str)]
    return set(re.findall(r"\w+", " ".join(texts).lower()))


class Gate:
    """One write waits here: whether it has come, and whether it may go on."""

    def __init__(self):
        self.reached = threading.Event()
        self.opened = threading.Event()


class Search:
    """The index, and what stands in the way to it."""

    def __init__(self):
        self.index = Index()
        self.lock = threading.Lock()
        self.refuses = False
        self.gates = {}  # by car id
        self.to_stop = set()  # the cars whose next write stops at their gate

    def order(self, command, car_id):
        with self.lock:
            if command == "hold":
                self.gates[car_id] = Gate()
                self.to_stop.add(car_id)
            elif command == "release":
                self.gates[car_id].opened.set()
            else:
                self.refuses = command == "refuse"

    def wait_at_gate(self, car_id):
        with self.lock:
            gate = self.gates[car_id] if car_id in self.to_stop else None
            self.to_stop.discard(car_id)
        if gate:
            gate.reached.set()
            gate.opened.wait()

    def write(self, car_id, car, version):
        """Take a car, or with None take it out; the status of the answer."""
        known = self.index.versions.get(car_id, 0)
        if self.refuses:
            say("refused", id=car_id)
            return 503
        if version is not None and version <= known:
            say("old", id=car_id, version=version)
            return 409
        if car is None:
            self.index.remove(car_id)
        else:
            self.index.put(car_id, car)
            version = version or car["version"]
        back = version is not None and version < known
        self.index.versions[car_id] = version or known
        say("deleted" if car is None else "put", id=car_id, version=version, back=back)
        return 200


class Requests(BaseHTTPRequestHandler):
    search = Search()

    def do_GET(self):
        _, what, text = unquote(self.path).split("/")
        if what == "held":
            self.search.gates[text].reached.wait()
            return self.answer(200, {})
        with self.search.lock:
            found = self.search.index.search(text)
        self.answer(200, found)

    def do_POST(self):
        _, command, car_id = f"{self.path}/".split("/")[:3]
        self.search.order(command, car_id)
        self.answer(200, {})

    def do_PUT(self):
        address = urlsplit(self.path)
        car_id = address.path.split("/")[2]
        car = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
        version = parse_qs(address.query).get("version", [None])[0]
        self.search.wait_at_gate(car_id)
        with self.search.lock:
            status = self.search.write(car_id, car, version and int(version))
        self.answer(status, {})

    do_DELETE = do_PUT

    def answer(self, status, content):
        body = json.dumps(content).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the caller has hung up

    def log_message(self, *_):
        """Nothing: the search prints its own lines."""


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    server.daemon_threads = True
    say("listening", port=server.server_port)
    server.serve_forever()
