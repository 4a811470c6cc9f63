"""Writes what meters report into the control room's database, one connection a report.

Takes a report itself (called directly) or SQS messages that carry one each. Prints one JSON line
when it begins with a report and one when the database has it.
"""

import json
import os
import socket
import time


class DatabaseUnavailable(Exception):
    """The database cut the connection, or let nobody in."""


def handler(event, context):
    messages = event.get("Records")
    reports = [json.loads(message["body"]) for message in messages] if messages else [event]
    for report in reports:
        say("began", **report)
        store(report)
        say("stored", **report)


def store(report):
    host, port = os.environ["DATABASE"].split(":")
    try:
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(json.dumps(report).encode() + b"\n")
            answer = connection.makefile().readline().strip()
    except ConnectionError:
        answer = ""
    if answer != "COMMIT":
        raise DatabaseUnavailable(answer or "the connection was cut")


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
