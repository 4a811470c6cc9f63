"""Takes pizza orders: a ticket for the kitchen, then a text message to the customer.

Prints one JSON line for each order that is done and for each attempt that failed. A
failed order goes back to the queue for a second, because the customer is hungry.
"""

import json
import time
import uuid

import boto3

sqs = boto3.client("sqs")
dynamodb = boto3.client("dynamodb")
MENU = {"margherita": 9, "marinara": 8, "funghi": 11, "diavola": 12}


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        try:
            print_ticket(order, MENU[order["pizza"]])
            send_text(order)
        except Exception as error:
            say("failed", order, error=type(error).__name__)
            give_back(record)
            raise
        say("done", order)


def print_ticket(order, price):
    """What the kitchen sees, it bakes."""
    ticket = {"ticket_id": str(uuid.uuid4()), "price": str(price), **order}
    dynamodb.put_item(
        TableName="tickets", Item={name: {"S": text} for name, text in ticket.items()}
    )


def send_text(order):
    """The text gateway: it breaks off once on each bad line, then works."""
    removed = dynamodb.delete_item(
        TableName="bad-lines",
        Key={"phone": {"S": order["phone"]}},
        ReturnValues="ALL_OLD",
    )
    if "Attributes" in removed:
        raise ConnectionError("the text gateway did not answer")


def give_back(record):
    """Show the message again in a second, not after the whole visibility timeout."""
    queue_name = record["eventSourceARN"].rsplit(":", 1)[1]
    sqs.change_message_visibility(
        QueueUrl=sqs.get_queue_url(QueueName=queue_name)["QueueUrl"],
        ReceiptHandle=record["receiptHandle"],
        VisibilityTimeout=1,
    )


def say(step, order, **fields):
    print(json.dumps({"step": step, "at": time.time(), **order, **fields}), flush=True)
