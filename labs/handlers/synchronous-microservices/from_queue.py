"""A service that takes orders from its queue, claims each, works, and fills the next queue.

Whoever has claimed an order still holds its message, so another copy of it may go. A claim that
is older than CLAIM_SECONDS belongs to a run that is dead. That is as long as the function's
timeout, and shorter than the queue's visibility timeout.
"""

import json
import os
import time

import boto3
from services import database, say, work, write

CLAIM_SECONDS = 60
FREE = "attribute_not_exists(work_id) OR (#state = :working AND since < :long_ago)"
NEXT_QUEUE = os.environ.get("NEXT_QUEUE")
sqs = boto3.client("sqs")


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        say("began", order)
        if not claim(order):
            say("known", order)
            continue
        result = work(order)
        say("worked", order)
        if NEXT_QUEUE:
            sqs.send_message(QueueUrl=NEXT_QUEUE, MessageBody=json.dumps(order))
        write(order["order_id"], order, {**result, "state": "done"})


def claim(order):
    """Whether this run may do the work: one conditional put decides."""
    now = int(time.time())
    try:
        write(
            order["order_id"],
            order,
            {"state": "working", "since": now},
            ConditionExpression=FREE,
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":working": "working", ":long_ago": now - CLAIM_SECONDS},
        )
    except database.exceptions.ConditionalCheckFailedException:
        return False
    return True
