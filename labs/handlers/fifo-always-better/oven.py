"""Puts each message into an oven and waits there for company.

A message leaves when five have come in from its queue, or when the baker says that
nobody else comes. So it is not speed that decides how many are in at once, but what the
queue hands out.

Prints one JSON line when a message goes in and one when it comes out.
"""

import json
import time

import boto3

dynamodb = boto3.client("dynamodb")
COMPANY = 5


def handler(event, context):
    for record in event["Records"]:
        queue_name = record["eventSourceARN"].rsplit(":", 1)[1]
        say("in", queue_name, record["body"])
        enter(queue_name, record["body"])
        while not may_leave(names_in(queue_name)):
            time.sleep(0.1)
        say("out", queue_name, record["body"])


def may_leave(names):
    return len(names) >= COMPANY or "nobody else comes" in names


def enter(queue_name, name):
    item = {"queue_name": {"S": queue_name}, "name": {"S": name}}
    dynamodb.put_item(TableName="oven", Item=item)


def names_in(queue_name):
    """Everything that has come in from this queue so far."""
    items = dynamodb.query(
        TableName="oven",
        ConsistentRead=True,
        KeyConditionExpression="queue_name = :queue_name",
        ExpressionAttributeValues={":queue_name": {"S": queue_name}},
    )["Items"]
    return {item["name"]["S"] for item in items}


def say(step, queue_name, name):
    line = {"step": step, "at": time.time(), "queue_name": queue_name, "name": name}
    print(json.dumps(line), flush=True)
