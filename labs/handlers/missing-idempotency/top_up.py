"""Tops up a phone for each message: charges the card, adds the credit. It trusts the queue.

The lab decides what goes wrong, so an order may say that the process dies at some point of its
first delivery, or that it is one of two copies that wait for each other before they charge.
"""

import json
import os
import time
import urllib.request

import boto3

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
        say("died", order)
        os._exit(1)


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
