"""The bank of the auction house: it charges a buyer or pays a seller, each time it is told to.

Another company, behind HTTP in life. It does not ask whether it was told before. Prints one JSON
line per order that it carried out.
"""

import json
import time


class CardDeclined(Exception):
    """Final: the buyer's card has no cover, however often it is charged."""


def handler(event, context):
    if event["order"] == "charge the buyer" and event["card"] == "no cover":
        raise CardDeclined(f"lot {event['lot']}: no cover")
    fields = {"order": event["order"], "lot": event["lot"], "usd": event["usd"]}
    print(json.dumps({"at": time.time(), **fields}), flush=True)
    return {"done": event["order"]}
