"""Keeps the shelf view: units in stock per blood group, summed from the ledger's stream.

Prints one JSON line per batch that it is handed and one per event that it has counted.
"""

import json
import os
import time

import boto3
from boto3.dynamodb.types import TypeDeserializer

database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values
plain = TypeDeserializer().deserialize


def handler(event, context):
    entries = [entry_of(record) for record in event["Records"]]
    say("batch", entries=[name_of(entry) for entry in entries])
    for entry in entries:
        say(count(entry), entry=name_of(entry))


def entry_of(record):
    """The ledger's entry that the record tells of."""
    image = record["dynamodb"]["NewImage"]
    return {name: plain(value) for name, value in image.items()}


def count(entry):
    """Add the entry's units to its group's row."""
    database.update_item(**addition(entry))
    return "counted"


def addition(entry):
    return {
        "TableName": os.environ["VIEW"],
        "Key": {"group": entry["group"]},
        "UpdateExpression": "ADD units :units",
        "ExpressionAttributeValues": {":units": int(entry["units"])},
    }


def name_of(entry):
    return f"{entry['group']} {entry['version']}"


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
