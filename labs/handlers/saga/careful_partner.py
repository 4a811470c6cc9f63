"""The same partner with a compensation that may be asked any number of times."""

import os

from partner import book, once, put, serve


def handler(event, context):
    return serve(event, context, {"book": book, "cancel": cancel})


def cancel(trip, context):
    """Refund once. The entry is named by what is refunded, not by who asks."""
    service, price = os.environ["SERVICE"], int(os.environ["PRICE_USD"])
    still_booked_to_cancelled = {
        "Update": {
            "TableName": "bookings",
            "Key": {"trip_id": trip["trip_id"], "service": service},
            "UpdateExpression": "SET #state = :cancelled",
            "ConditionExpression": "#state = :booked",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":booked": "booked", ":cancelled": "cancelled"},
        }
    }
    refund = {"trip_id": trip["trip_id"], "entry": f"refund {service}", "usd": -price}
    return once("cancelled", still_booked_to_cancelled, put("ledger", refund, "entry"))
