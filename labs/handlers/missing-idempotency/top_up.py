"""Tops up a phone for each message: charges the card, adds the credit. It trusts the queue.

The lab decides what goes wrong, so an order may say that the process dies at some point of its
first delivery, or that it is one of two copies that wait for each other before they charge.
"""

import json
import os
import time
import urllib.request

import boto3

COME_BACK_SECONDS = 11  # longer than the function's timeout, so a claim has ended by then
queues = boto3.client("sqs")
database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


def handler(event, context):
    for order in orders_of(event):
        meet(order)
        charge(order)
        may_die("after the charge", order)
        add_credit(order)
        may_die("before it returns", order)


def orders_of(event):
    """Each message's order, with the message's ID and how often it was delivered."""
    for record in event["Records"]:
        order = json.loads(record["body"])
        order["message_id"] = record["messageId"]
        order["receipt"] = record["receiptHandle"]
        order["queue"] = record["eventSourceARN"].rpartition(":")[2]
        order["delivery"] = int(record["attributes"]["ApproximateReceiveCount"])
        say("began", order)
        yield order


def charge(order, key=None):
    """Have the card charged: the one step that nobody here can take back."""
    body = json.dumps({name: order[name] for name in ("order_id", "card", "usd")}).encode()
    headers = {"Idempotency-Key": key} if key else {}
    url = f"http://{os.environ['CARD_COMPANY']}/charges"
    urllib.request.urlopen(urllib.request.Request(url, body, headers)).close()
    say("charged", order)


def add_credit(order):
    database.update_item(
        TableName="phones",
        Key={"phone": order["phone"]},
        UpdateExpression="ADD credit :usd",
        ExpressionAttributeValues={":usd": order["usd"]},
    )


def may_die(point, order):
    """A power cut: the process ends here, and nothing after this line happens."""
    if order.get("dies") == point and order["delivery"] == 1:
        come_back_after(COME_BACK_SECONDS, order)  # so that nobody waits for a whole minute
        say("died", order)
        os._exit(1)


def come_back_after(seconds, order):
    """Set the visibility timeout of this one message; it counts from now."""
    url = queues.get_queue_url(QueueName=order["queue"])["QueueUrl"]
    queues.change_message_visibility(
        QueueUrl=url, ReceiptHandle=order["receipt"], VisibilityTimeout=seconds
    )


def not_now(order):
    """Another delivery works on this order: note it, and let the message come back soon."""
    note(order)
    come_back_after(1, order)


def meet(order):
    """Where an order has a copy, wait until both have come as far as this."""
    while order.get("copies", 1) > note(order):
        time.sleep(0.05)


def note(order):
    """Note that this copy has come; return how many have."""
    noted = database.update_item(
        TableName="meetings",
        Key={"order_id": order["order_id"]},
        UpdateExpression="ADD copies :this",
        ExpressionAttributeValues={":this": {order["message_id"]}},
        ReturnValues="ALL_NEW",
    )
    return len(noted["Attributes"]["copies"])


def say(step, order):
    names = ("order_id", "delivery", "message_id")
    line = {"step": step, "at": time.time(), **{name: order[name] for name in names}}
    print(json.dumps(line), flush=True)
