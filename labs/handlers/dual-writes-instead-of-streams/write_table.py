"""Writes one change of a listing into the table, and nowhere else.

Each write raises the listing's version. A change with "dies" ends the whole process right behind
the write, as a lack of memory does: no `except` and no `finally` runs then.
"""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    write(event)
    return {"saved": event["id"]}


def write(change):
    """Returns the listing as it is now; of a sold car, which is deleted, only its id."""
    car = save(change)
    print(json.dumps({"step": "saved", "id": change["id"]}), flush=True)
    if change.get("dies"):
        os._exit(1)
    return car


def save(change):
    key = {"id": change["id"]}
    if change["what"] == "list":
        item = {**key, **change["car"], "version": 1}
        table.put_item(Item=item)
        return item
    if change["what"] == "reprice":
        return table.update_item(
            Key=key,
            UpdateExpression="SET price_usd = :price ADD version :one",
            ExpressionAttributeValues={":price": change["price_usd"], ":one": 1},
            ReturnValues="ALL_NEW",
        )["Attributes"]
    table.delete_item(Key=key)
    return key
