"""Sells one seat: takes it, has the card charged, writes the sale, answers.

It waits for the card company as long as that takes, and knows nothing of earlier requests. Prints
one JSON line when it begins and one when the seat is sold.
"""

import json
import os
import time
import urllib.request
import uuid

import boto3

PRICE_USD = 14
database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


class SoldOut(Exception):
    """No seat is left."""


def handler(event, context):
    order = json.loads(event["body"])
    sale_id = str(uuid.uuid4())
    say("began", sale_id, order)
    take_seat(sale_id)
    charge(order["card"])
    write(sale_id, order, "sold")
    say("sold", sale_id, order)
    return {"statusCode": 201, "body": json.dumps({"seats": 1, "usd": PRICE_USD})}


def take_seat(sale_id):
    """Put the sale into the hall's set. The same sale twice is one seat."""
    try:
        database.update_item(
            TableName="hall",
            Key={"show": "premiere"},
            UpdateExpression="ADD taken :sale",
            ConditionExpression="contains(taken, :sale_id) OR size(taken) < seats"
            " OR (attribute_not_exists(taken) AND seats > :none)",
            ExpressionAttributeValues={":sale": {sale_id}, ":sale_id": sale_id, ":none": 0},
        )
    except database.exceptions.ConditionalCheckFailedException:
        raise SoldOut("the hall is sold out") from None


def charge(card, timeout=None, headers=None):
    """Have the card charged. OSError where no answer comes, or none within `timeout` seconds."""
    url = f"http://{os.environ['CARD_COMPANY']}/charges"
    body = json.dumps({"card": card, "usd": PRICE_USD}).encode()
    request = urllib.request.Request(url, body, headers or {})
    urllib.request.urlopen(request, timeout=timeout).close()


def write(sale_id, order, state, **condition):
    item = {"sale_id": sale_id, **order, "state": state, "since": int(time.time())}
    database.put_item(TableName="sales", Item=item, **condition)


def say(step, sale_id, order):
    line = {"step": step, "at": time.time(), "sale_id": sale_id, **order}
    print(json.dumps(line), flush=True)
