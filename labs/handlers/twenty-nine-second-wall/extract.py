"""Makes a certified extract while the caller waits, and answers with it.

It reads the register's volumes one after the other. Then the extract, which
has a number of its own, is sealed and stored for good. Prints one JSON line
when it begins and one when it has sealed.
"""

import json
import os
import time
import uuid

import boto3

storage = boto3.client("s3")


def handler(event, context):
    order = json.loads(event["body"])
    text = make_extract(order)[1]
    return {"statusCode": 200, "body": json.dumps({"extract": text})}


def make_extract(order):
    """Read, seal and store; return where the extract is stored, and its text."""
    number = str(uuid.uuid4())
    say("began", number, order)
    for _ in range(int(os.environ["VOLUMES"])):
        time.sleep(float(os.environ["VOLUME_SECONDS"]))  # the reader turns the pages
    text = f"Extract for {order['order']}, parcel {order['parcel']}. Seal no. {number}."
    key = f"{order['order']}/{number}"
    storage.put_object(Bucket=os.environ["SEALED"], Key=key, Body=text.encode())
    say("sealed", number, order)
    return key, text


def say(step, number, order):
    line = {"step": step, "at": time.time(), "number": number, **order}
    print(json.dumps(line), flush=True)
