"""The library's old system: who has which copy, and whom to send an overdue notice.

    python legacy_library.py

Serves HTTP on loopback. POST /loans, /returns and /renewals write into its own files and nowhere
else. GET /notices/DAY is its nightly report: every copy that was due before that day and, as far
as it knows, never came back. From POST /night to POST /morning its files are closed, and it
answers every write with 503.

Prints one JSON line for each write, its port first. It ends when its input is closed, so it never
outlives the program that started it.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LegacyLibrary:
    def __init__(self):
        self.due = {}  # the day on which each copy that is out is due
        self.at_night = False
        self.lock = threading.Lock()

    def answer(self, method, path, entry):
        """Status and content of the answer to one request."""
        with self.lock:
            route, _, rest = path.strip("/").partition("/")
            if (method, route) == ("GET", "notices"):
                return 200, sorted(copy for copy, day in self.due.items() if day < int(rest))
            if route in ("night", "morning"):
                self.at_night = route == "night"
                return 200, {}
            if route not in ("loans", "renewals", "returns"):
                return 404, {"problem": f"no such route: {path}"}
            if self.at_night:
                return self.say(
                    503, route, entry, {"problem": "the files are closed until morning"}
                )
            if route == "returns":
                self.due.pop(entry["copy"], None)  # what is back already stays back
            else:
                self.due[entry["copy"]] = entry["due"]
            return self.say(200, route, entry, {"kept_in": "legacy"})

    def say(self, status, route, entry, content):
        line = {"route": route, "status": status, "at": time.time(), "copy": entry["copy"]}
        print(json.dumps(line), flush=True)
        return status, content


class Handler(BaseHTTPRequestHandler):
    library = LegacyLibrary()

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        entry = json.loads(self.rfile.read(length) or "{}")
        status, content = self.library.answer(self.command, self.path, entry)
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = handle_any

    def log_message(self, *_):
        """Nothing: the library prints its own lines."""


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()
