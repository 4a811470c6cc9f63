"""A route that has moved: what the desk sends becomes an item in DynamoDB.

Answers 200 once the item is written. Prints one JSON line for each entry that it kept.
"""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    keep(item_of(event))
    return {"statusCode": 200, "body": json.dumps({"kept_in": "table"})}


def item_of(event):
    """An item for each entry. A write that changes nothing would leave no trace in a stream."""
    return {
        **json.loads(event["body"]),
        "route": event["path"].strip("/"),
        "sent": event["requestContext"]["requestTimeEpoch"],
    }


def keep(item):
    table.put_item(Item=item)
    print(json.dumps({"step": "kept", **item}), flush=True)
