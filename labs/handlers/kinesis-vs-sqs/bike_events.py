"""What both teams share: read a batch of events, from a queue or from a stream, and tell of it."""

import base64
import json
import os
import time

import boto3

database = boto3.client("dynamodb")


def read(records):
    """The events of a batch. What a queue handed over is held until its round is complete."""
    for record in records:
        if record["eventSource"] == "aws:kinesis":
            yield json.loads(base64.b64decode(record["kinesis"]["data"]))
        else:
            event = json.loads(record["body"])
            hold(event)
            yield event


def hold(event):
    """Wait until all messages of the event's round are in somebody's hands."""
    table, key = os.environ["ROUNDS"], {"round": {"S": event["round"]}}
    database.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="ADD taken :event",
        ExpressionAttributeValues={":event": {"SS": [event["id"]]}},
    )
    while True:
        found = database.get_item(TableName=table, Key=key, ConsistentRead=True)
        if len(found["Item"]["taken"]["SS"]) == event["round_size"]:
            return
        time.sleep(0.05)


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
