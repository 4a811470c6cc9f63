"""A card company: it charges what it is told to, and once only where it is given a key.

    python card_company.py

POST /charges {"order_id", "card", "usd"} charges the card. With an Idempotency-Key, all requests of
one key are one charge. Prints one JSON line for each thing that happens, its port first. It ends
when its input is closed, so it never outlives the program that started it.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class CardCompany:
    def __init__(self):
        self.lock = threading.Lock()
        self.keys = set()

    def charge(self, order, key):
        """Charge once a key, or each time where there is none."""
        with self.lock:
            known = key is not None and key in self.keys
            self.keys.add(key)
            say("known key" if known else "charged", **order)


class Requests(BaseHTTPRequestHandler):
    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.company.charge(order, self.headers["Idempotency-Key"])
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

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
    server.company = CardCompany()
    say("listening", port=server.server_port)
    server.serve_forever()
