"""Rescue services and institute: note each tremor that reaches them.

Prints one JSON line for each.
"""

import json
import time


def handler(event, context):
    for message in event["Records"]:
        say("noted", tremor_id=json.loads(message["body"])["tremor_id"])


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
