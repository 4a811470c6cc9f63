"""A route that has moved: what the desk sends becomes an item in DynamoDB.

Answers 200 once the item is written. Prints one JSON line for each request that it kept.
"""

import json
import os
import time

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    route = event["path"].strip("/")
    entry = json.loads(event["body"])
    keep(route, entry)
    return {"statusCode": 200, "body": json.dumps({"kept_in": "table"})}


def keep(route, entry):
    table.put_item(Item={**entry, "route": route})
    print(json.dumps({"step": "kept", "at": time.time(), "route": route, **entry}), flush=True)
