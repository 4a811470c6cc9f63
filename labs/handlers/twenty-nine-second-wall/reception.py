"""Takes an order and answers at once: 202, and where to ask for the extract.

Each time it writes the row first, then sends the message. If it dies in
between, the caller has no 202, orders again, and the message is sent then. A
second message does no harm: see clerk.py.
"""

import contextlib
import json
import os

import boto3

database = boto3.resource("dynamodb").meta.client  # takes plain Python values
queue = boto3.client("sqs")


def handler(event, context):
    order = json.loads(event["body"])
    enter(order)
    queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(order))
    return {
        "statusCode": 202,
        "headers": {"Location": f"extracts/{order['order']}", "Retry-After": "3"},
        "body": json.dumps({"order": order["order"], "state": "accepted"}),
    }


def enter(order):
    """A row for the order, unless it has one: its number is the idempotency key."""
    ordered_before = database.exceptions.ConditionalCheckFailedException
    with contextlib.suppress(ordered_before):  # then the row says how far it is
        database.put_item(
            TableName="orders",
            Item={**order, "state": "accepted"},
            ConditionExpression="attribute_not_exists(#order)",
            ExpressionAttributeNames={"#order": "order"},
        )
