"""Reads the plate on a gantry photo and charges the toll once, however often the event comes.

The charge's ID is made from the event, and the ledger takes each ID only once.
"""

import functools
import json
import os
import time
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ClientError

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
        if charge(record, photo, read_plate(photo, body)):
            say("charged", photo=photo, amount_usd=TOLL_USD)
        else:
            say("skipped", photo=photo)


def read_plate(photo, body):
    """The plate on the photo; a truncated file has none."""
    if not body.startswith(b"PLATE "):
        raise UnreadablePhoto(f"{photo} is truncated")
    return body.removeprefix(b"PLATE ").decode()


def event_identity(record):
    """The same for every delivery of one event, another for every other upload."""
    stored = record["s3"]["object"]
    version = stored.get("sequencer", ""), stored.get("eTag", "")
    return "/".join([record["s3"]["bucket"]["name"], stored["key"], *version])


def charge(record, photo, plate):
    """Write the charge unless this event was charged before; say whether it was written."""
    identity = event_identity(record)
    try:
        client("dynamodb").put_item(
            TableName=os.environ["LEDGER"],
            Item={"charge_id": {"S": identity}, "photo": {"S": photo}, "plate": {"S": plate}},
            ConditionExpression="attribute_not_exists(charge_id)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
