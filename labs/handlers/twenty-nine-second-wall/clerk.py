"""Makes the extracts that are ordered in a queue.

Each order is claimed first, by one conditional write. A claim ends after a
while, because whoever holds it may have died. The message of that clerk is
still in the queue, comes back, and is claimed anew.
"""

import json
import time

import boto3
from extract import make_extract, say

database = boto3.resource("dynamodb").meta.client
CLAIM_SECONDS = 60  # between the function's timeout and the queue's


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        if claim(order):
            key, _ = make_extract(order)
            update(order, "SET #state = :done, sealed_as = :key", done="done", key=key)
        else:
            say("left", None, order)  # another message has the claim


def claim(order):
    """Whether this clerk may make the extract."""
    now = int(time.time())
    try:
        update(
            order,
            "SET #state = :working, since = :now",
            "#state = :accepted OR (#state = :working AND since < :long_ago)",
            working="working",
            accepted="accepted",
            now=now,
            long_ago=now - CLAIM_SECONDS,
        )
    except database.exceptions.ConditionalCheckFailedException:
        return False
    return True


def update(order, change, condition="attribute_exists(#state)", **values):
    database.update_item(
        TableName="orders",
        Key={"order": order["order"]},
        UpdateExpression=change,
        ConditionExpression=condition,
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
    )
