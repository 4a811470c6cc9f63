"""Reads the plate on a gantry photo and charges the toll: one S3 event, one charge.

Prints one JSON line per attempt and one per charge. A photo without a plate raises, so Lambda's
asynchronous invocation tries the same event again.
"""

import functools
import json
import os
import time
import uuid
from urllib.parse import unquote_plus

import boto3

TOLL_USD = 4
client = functools.cache(boto3.client)  # a warm environment keeps its connections


class UnreadablePhoto(Exception):
    """The object holds no plate."""


def handler(event, context):
    for record in event["Records"]:
        photo = unquote_plus(record["s3"]["object"]["key"])
        say("tried", photo=photo, request_id=context.aws_request_id, event=event)
        bucket = record["s3"]["bucket"]["name"]
        body = client("s3").get_object(Bucket=bucket, Key=photo)["Body"].read()
        charge(record, photo, read_plate(photo, body))
        say("charged", photo=photo, amount_usd=TOLL_USD)


def read_plate(photo, body):
    """The plate on the photo; a truncated file has none."""
    if not body.startswith(b"PLATE "):
        raise UnreadablePhoto(f"{photo} is truncated")
    return body.removeprefix(b"PLATE ").decode()


def charge(record, photo, plate):
    """Write a new line in the ledger, every time."""
    line = {"charge_id": {"S": str(uuid.uuid4())}, "photo": {"S": photo}, "plate": {"S": plate}}
    client("dynamodb").put_item(TableName=os.environ["LEDGER"], Item=line)


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
