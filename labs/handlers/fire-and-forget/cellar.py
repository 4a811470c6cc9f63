"""The museum's computer in the cellar: the addresses of the two programs in `programs.py`.

    TOPIC_ARN=... python cellar.py

Serves HTTP on loopback. SNS posts to /doors and /canteen; GET /doors and /canteen list the badges
that the program refuses. POST /queue gives a program a queue to read, POST /away and /back begin
and end an absence. /away is answered when no read of a queue is under way any more.

Prints its port, then what the programs print. It ends when its input is closed, so it never
outlives the program that started it.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from programs import Programs


class Handler(BaseHTTPRequestHandler):
    programs = None  # set before the server starts

    def do_GET(self):
        self.reply(200, self.programs.badges_refused_by(self.path.strip("/")))

    def do_POST(self):
        name = self.path.strip("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if name in self.programs.refused:
            kind = self.headers.get("x-amz-sns-message-type")
            self.reply(self.programs.receive_post(name, kind, body))
            return
        content = json.loads(body or "{}")
        if name == "queue":
            self.programs.queues[content["program"]] = content["queue_url"]
        elif name == "away":
            self.programs.go_away(content["status"])
        elif name == "back":
            self.programs.come_back()
        self.reply(200)

    def reply(self, status, content=None):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing: the programs print their own lines."""


class Server(ThreadingHTTPServer):
    request_queue_size = 64  # SNS does not post one after the other


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    Handler.programs = Programs(os.environ["TOPIC_ARN"])
    threading.Thread(target=end_with_input, daemon=True).start()
    threading.Thread(target=Handler.programs.read_queues, daemon=True).start()
    server = Server(("127.0.0.1", 0), Handler)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()
