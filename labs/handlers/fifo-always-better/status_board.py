"""Shows on a board how far each order is. Customers see what was written last.

Updates whose names are in the table `refused-updates` fail, until somebody takes them
out. Prints one JSON line for each update that is shown and for each attempt that failed.
"""

import json
import time

import boto3
from order_taker import give_back

dynamodb = boto3.client("dynamodb")


class Refused(Exception):
    """The board did not take this update."""


def handler(event, context):
    for record in event["Records"]:
        queue_name = record["eventSourceARN"].rsplit(":", 1)[1]
        update = json.loads(record["body"])
        try:
            show(queue_name, **update)
        except Refused:
            say("failed", queue_name, update)
            give_back(record)
            raise
        say("shown", queue_name, update)


def show(board, order_id, status):
    name = {"name": {"S": f"{order_id} {status}"}}
    refused = dynamodb.get_item(
        TableName="refused-updates",
        Key=name,
        ConsistentRead=True,
    )
    if "Item" in refused:
        raise Refused(name)
    row = {"board": board, "order_id": order_id, "status": status}
    dynamodb.put_item(
        TableName="status-board",
        Item={column: {"S": text} for column, text in row.items()},
    )


def say(step, queue_name, update):
    line = {"step": step, "at": time.time(), "queue_name": queue_name, **update}
    print(json.dumps(line), flush=True)
