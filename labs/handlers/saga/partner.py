"""A travel partner: books one part of a trip, or cancels it and gives the money back.

The same file serves the airline, the hotel and the car rental (SERVICE, PRICE_USD, SOLD_OUT).
LOST_ANSWERS says how many first attempts do their work and then fail, as when a network breaks.
"""

import json
import os
import time

import boto3

database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


class SoldOut(Exception):
    """A final no: asking again does not help."""


class AnswerLost(Exception):
    """The work is done, and the caller never hears of it."""


def handler(event, context):
    return serve(event, context, {"book": book, "cancel": cancel})


def serve(event, context, actions):
    action, attempt = event["action"], event.get("attempt", 0)
    outcome = actions[action](event["trip"], context)
    say(event["trip"], outcome)
    if attempt < json.loads(os.environ.get("LOST_ANSWERS", "{}")).get(action, 0):
        raise AnswerLost(f"{os.environ['SERVICE']}: connection closed")
    return {"outcome": outcome}


def book(trip, context):
    """Booking and charge in one transaction. Asked twice, it books once."""
    service, price = os.environ["SERVICE"], int(os.environ["PRICE_USD"])
    if trip["city"] in os.environ["SOLD_OUT"].split(","):
        raise SoldOut(f"no {service} left in {trip['city']}")
    booking = {"trip_id": trip["trip_id"], "service": service, "state": "booked"}
    charge = {"trip_id": trip["trip_id"], "entry": f"charge {service}", "usd": price}
    return once("booked", put("bookings", booking, "service"), put("ledger", charge, "entry"))


def cancel(trip, context):
    """Refund and mark as cancelled. The entry is named by the invocation: each has its own."""
    service, price = os.environ["SERVICE"], int(os.environ["PRICE_USD"])
    entry = f"refund {service} {context.aws_request_id}"
    database.put_item(
        TableName="ledger", Item={"trip_id": trip["trip_id"], "entry": entry, "usd": -price}
    )
    database.update_item(
        TableName="bookings",
        Key={"trip_id": trip["trip_id"], "service": service},
        UpdateExpression="SET #state = :cancelled",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":cancelled": "cancelled"},
    )
    return "cancelled"


def put(table, item, sort_key):
    """Put the item, on condition that it is not there yet."""
    condition = f"attribute_not_exists({sort_key})"
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": condition}}


def once(outcome, *writes):
    """All writes or none; where a condition says that it was done before, nothing."""
    try:
        database.transact_write_items(TransactItems=list(writes))
    except database.exceptions.TransactionCanceledException as refusal:
        codes = {reason["Code"] for reason in refusal.response["CancellationReasons"]}
        if "ConditionalCheckFailed" not in codes:
            raise  # a conflict, for example: nothing was decided, so the caller may ask again
        return "nothing to do"
    return outcome


def say(trip, outcome):
    line = {"trip_id": trip["trip_id"], "service": os.environ["SERVICE"], "outcome": outcome}
    print(json.dumps({"at": time.time(), **line}), flush=True)
