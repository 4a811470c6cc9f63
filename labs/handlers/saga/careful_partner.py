"""The same partner with a compensation that may be asked any number of times."""

import os

from partner import book, key, ledger_row, once, put, serve


def handler(event, context):
    return serve(event, context, {"book": book, "cancel": cancel})


def cancel(trip, context):
    """Refund once. The entry is named by what is refunded, not by who asks."""
    refund = ledger_row(trip, f"refund {os.environ['SERVICE']}", -int(os.environ["PRICE_USD"]))
    return once("canceled", booked_to_canceled(trip), put("ledger", refund, "entry"))


def booked_to_canceled(trip):
    """Mark as canceled, on condition that it is booked."""
    return {
        "Update": {
            "TableName": "bookings",
            "Key": key(trip),
            "UpdateExpression": "SET #state = :canceled",
            "ConditionExpression": "#state = :booked",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":booked": "booked", ":canceled": "canceled"},
        }
    }
