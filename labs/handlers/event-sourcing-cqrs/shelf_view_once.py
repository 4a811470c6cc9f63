"""Keeps the shelf view, and counts each event once, however often its batch comes.

Each row remembers the version of the last event that it has counted, in the same write. An event
that is not newer changes nothing.
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
    """Add the entry's units to its group's row, unless the row has come as far already."""
    try:
        database.update_item(**addition(entry))
    except database.exceptions.ConditionalCheckFailedException:
        return "skipped"
    return "counted"


def addition(entry):
    return {
        "TableName": os.environ["VIEW"],
        "Key": {"group": entry["group"]},
        "UpdateExpression": "ADD units :units SET last_version = :version",
        "ConditionExpression": "attribute_not_exists(last_version) OR last_version < :version",
        "ExpressionAttributeValues": {
            ":units": int(entry["units"]),
            ":version": entry["version"],
        },
    }


def name_of(entry):
    return f"{entry['group']} {entry['version']}"


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
