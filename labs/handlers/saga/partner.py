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
    if trip["city"] in os.environ["SOLD_OUT"].split(","):
        raise SoldOut(f"no {os.environ['SERVICE']} left in {trip['city']}")
    booking = {**key(trip), "state": "booked"}
    charge = ledger_row(trip, f"charge {os.environ['SERVICE']}", int(os.environ["PRICE_USD"]))
    return once("booked", put("bookings", booking, "service"), put("ledger", charge, "entry"))


def cancel(trip, context):
    """Refund and mark as canceled. The entry is named by the invocation: each has its own."""
    entry = f"refund {os.environ['SERVICE']} {context.aws_request_id}"
    refund = ledger_row(trip, entry, -int(os.environ["PRICE_USD"]))
    database.put_item(TableName="ledger", Item=refund)
    database.update_item(
        TableName="bookings",
        Key=key(trip),
        UpdateExpression="SET #state = :canceled",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":canceled": "canceled"},
    )
    return "canceled"


def key(trip):
    return {"trip_id": trip["trip_id"], "service": os.environ["SERVICE"]}


def ledger_row(trip, entry, usd):
    return {"trip_id": trip["trip_id"], "entry": entry, "usd": usd}


def put(table, item, sort_key):
    """Put the item, on condition that it is not there yet."""
    condition = f"attribute_not_exists({sort_key})"
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": condition}}


def once(outcome, *writes):
    """All writes or none; where a condition says that it was done before, nothing."""
    try:
        database.transact_write_items(TransactItems=list(writes))
    except database.exceptions.TransactionCanceledException as refusal:
        if not done_before(refusal.response["CancellationReasons"]):
            raise
        return "nothing to do"
    return outcome


def done_before(reasons):
    """Whether a condition refused. A conflict decides nothing: the caller may ask again."""
    return any(reason["Code"] == "ConditionalCheckFailed" for reason in reasons)


def say(trip, outcome):
    line = {"trip_id": trip["trip_id"], "service": os.environ["SERVICE"], "outcome": outcome}
    print(json.dumps({"at": time.time(), **line}), flush=True)
