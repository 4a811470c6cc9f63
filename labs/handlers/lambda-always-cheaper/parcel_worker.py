"""Handles one request of the parcel service: almost all of its time it waits for a database.

`handler` is what Lambda calls. A container calls the same `answer` from several threads; see
container.py.
"""

import json
import os
import sys
import time


def handler(event, context):
    answer(event["kind"], event["number"], float(os.environ["DATABASE_MS"]))


def answer(kind, number, database_ms):
    """Ask the database, which takes its time, and say what was done."""
    began = time.time()
    time.sleep(database_ms / 1000)
    say("answered", kind=kind, number=number, began=began)


def say(step, **fields):
    # One write a line: lines of several threads must not run into each other.
    sys.stdout.write(json.dumps({"step": step, "at": time.time(), **fields}) + "\n")
    sys.stdout.flush()
