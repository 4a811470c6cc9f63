"""One part of a race entry: the start number, the fee or the seat on the bus to the start (PART).

Each part is booked or canceled for an entry, and either may be asked twice. A bus has SEATS seats
a day; when they are taken, booking one raises BusFull.
"""

import json
import os
import time

import boto3

database = boto3.resource("dynamodb").meta.client  # takes plain Python values


class BusFull(Exception):
    """A final no: asking again does not help."""


def handler(event, context):
    entry, part = event["entry"], os.environ["PART"]
    if event["action"] == "book" and part == "bus":
        take_seat(entry)
    state = {"book": "booked", "cancel": "canceled"}[event["action"]]
    database.put_item(TableName="entries", Item={"entry": entry, "part": part, "state": state})
    print(json.dumps({"at": time.time(), "entry": entry, "part": part, "state": state}), flush=True)


def take_seat(entry):
    """Put the entry among the day's riders, if there is room or it is there already."""
    try:
        database.update_item(
            TableName="buses",
            Key={"day": entry.partition("-")[0]},
            UpdateExpression="ADD riders :me",
            ConditionExpression="attribute_not_exists(riders) OR size(riders) < :seats"
            " OR contains(riders, :entry)",
            ExpressionAttributeValues={
                ":me": {entry},
                ":entry": entry,
                ":seats": int(os.environ["SEATS"]),
            },
        )
    except database.exceptions.ConditionalCheckFailedException:
        raise BusFull(f"no seat left for {entry}") from None
