"""The ground handler's desk: plans a cart for each bag that changes from one flight to another.

Reads EventBridge events from a queue. Prints one JSON line for each bag, with the account that
sent the event. It plans what it is told: who may tell it is not decided here.
"""

import json
import time


def handler(event, context):
    for record in event["Records"]:
        say("planned", **plan_of(json.loads(record["body"])))


def plan_of(told):
    """What the event says about a bag, and the account that said it."""
    bag = told["detail"]
    return {"bag": bag["bag"], "flight": bag["to_flight"], "told_by": told["account"]}


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
