"""Sells one seat for one idempotency key, however often and however soon the request comes again.

The key names the sale. Its row is claimed before the work begins, on condition that no other
request holds it, and the card company gets the same key, and less time than the caller has.
"""

import json
import os
import time

from box_office import PRICE_USD, SoldOut, charge, database, say, take_seat, write

CLAIM_SECONDS = 60  # longer than the function's timeout: whoever claimed it then is dead
FREE = (
    "attribute_not_exists(sale_id) OR #state = :open OR (#state = :working AND #since < :long_ago)"
)


def handler(event, context):
    headers = {name.lower(): value for name, value in event["headers"].items()}
    key, order = headers.get("idempotency-key"), json.loads(event["body"])
    if not key:
        return answer(400, "an Idempotency-Key is needed")
    say("began", key, order)
    if not claim(key, order):
        return answer_of(key, order)
    try:
        take_seat(key)
        charge(order["card"], float(os.environ["CHARGE_SECONDS"]), {"Idempotency-Key": key})
    except SoldOut:
        write(key, order, "sold out")
    except OSError:
        write(key, order, "open")  # the next request with this key goes on
        return answer(503, "the card company is slow", retry_after=1)
    else:
        write(key, order, "sold")
        say("sold", key, order)
    return answer_of(key, order)


def claim(key, order):
    """Whether this request may do the work: one conditional put decides."""
    try:
        write(
            key,
            order,
            "working",
            ConditionExpression=FREE,
            ExpressionAttributeNames={"#state": "state", "#since": "since"},
            ExpressionAttributeValues={
                ":open": "open",
                ":working": "working",
                ":long_ago": int(time.time()) - CLAIM_SECONDS,
            },
        )
    except database.exceptions.ConditionalCheckFailedException:
        return False
    return True


def answer_of(key, order):
    """What the sale has come to: the same answer each time."""
    found = database.get_item(TableName="sales", Key={"sale_id": key}, ConsistentRead=True)["Item"]
    if any(found[name] != value for name, value in order.items()):
        return answer(422, "this key belongs to another order")
    if found["state"] == "sold":
        return answer(201, "one seat", usd=PRICE_USD)
    if found["state"] == "sold out":
        return answer(410, "the hall is sold out")
    return answer(409, "a request with this key is being worked on", retry_after=1)


def answer(status, message, retry_after=None, **content):
    """The form that a proxy integration asks for: a number, and a body that is text."""
    headers = {"Content-Type": "application/json"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    body = json.dumps({"message": message, **content})
    return {"statusCode": status, "headers": headers, "body": body}
