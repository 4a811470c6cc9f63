"""A transcoding company: it makes the cinema's copy of a film, and that takes its time.

    python transcoding_company.py SECONDS_FOR_A_MINUTE

POST /jobs {"film_id", "minutes"} orders a copy, and is answered at once with the job's
number. Every order is worked on and billed, also the second one for the same film.

GET /jobs/NUMBER is answered when that copy is done. With "token" and "reply_to" in the
order, the company calls back instead: it posts the token and its answer to that address.

Prints one JSON line for each thing that happens, its port first. It ends when its input is
closed, so it never outlives the program that started it.
"""

import json
import os
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class TranscodingCompany:
    def __init__(self, seconds_for_a_minute):
        self.seconds_for_a_minute = seconds_for_a_minute
        self.lock = threading.Lock()
        self.jobs = []  # for each job its film and an event that is set when the copy is done

    def take(self, order):
        """Begin to work; return the job's number."""
        with self.lock:
            self.jobs.append((order["film_id"], threading.Event()))
            job = len(self.jobs)
        say("ordered", job=job, film_id=order["film_id"], minutes=order["minutes"])
        threading.Thread(target=self.work, args=(job, order), daemon=True).start()
        return job

    def work(self, job, order):
        time.sleep(order["minutes"] * self.seconds_for_a_minute)
        film_id, done = self.jobs[job - 1]
        say("done", job=job, film_id=film_id)
        done.set()
        if order.get("token"):
            call_back(order["reply_to"], order["token"], copy_of(film_id))

    def wait_for(self, job):
        film_id, done = self.jobs[job - 1]
        done.wait()
        return copy_of(film_id)


def copy_of(film_id):
    return {"copy": f"{film_id}.dcp"}


def call_back(address, token, answer):
    body = json.dumps({"token": token, "answer": json.dumps(answer)}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=60).close()


class Requests(BaseHTTPRequestHandler):
    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(202, {"job": self.server.company.take(order)})

    def do_GET(self):
        self.answer(200, self.server.company.wait_for(int(self.path.rpartition("/")[2])))

    def answer(self, status, content):
        body = json.dumps(content).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the caller is gone; the copy is made, and billed, all the same

    def log_message(self, *_):
        """Nothing: the company prints its own lines."""


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
    server.company = TranscodingCompany(float(sys.argv[1]))
    say("listening", port=server.server_port)
    server.serve_forever()
