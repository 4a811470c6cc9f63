"""A card company: it checks a card that is new to it, and that takes its time.

    python card_company.py CHECK_SECONDS

POST /charges {"card", "usd"} charges the card. The first charge of a card waits for the check, the
others do not. A caller that hangs up stops nothing. With an Idempotency-Key, all requests of
one key are one charge.

Prints one JSON line for each thing that happens, its port first. It ends when its input is closed,
so it never outlives the program that started it.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class CardCompany:
    def __init__(self, check_seconds):
        self.check_seconds = check_seconds
        self.lock = threading.Lock()
        self.cards = set()
        self.known = {}  # by idempotency key: an event that is set once the charge is made

    def charge(self, card, usd, key):
        """Charge once a key, or each time where there is none; return when it is done."""
        with self.lock:
            done = self.known.get(key)
            mine = done is None
            if mine:
                done = threading.Event()
                new_card = card not in self.cards
                self.cards.add(card)
                if key:
                    self.known[key] = done
        if mine:
            if new_card:
                time.sleep(self.check_seconds)
            say("charged", card=card, usd=usd)
            done.set()
        done.wait()


class Requests(BaseHTTPRequestHandler):
    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.company.charge(order["card"], order["usd"], self.headers["Idempotency-Key"])
        try:
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass  # the caller has hung up; the charge stands

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


def say(event, **fields):
    sys.stdout.write(json.dumps({"event": event, "at": time.time(), **fields}) + "\n")
    sys.stdout.flush()


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    server = Server(("127.0.0.1", 0), Requests)
    server.company = CardCompany(float(sys.argv[1]))
    say("listening", port=server.server_port)
    server.serve_forever()
