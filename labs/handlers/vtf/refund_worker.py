"""Pays ticket refunds: one SQS message, one payment.

Prints one JSON line when the provider is asked and one when it has paid, so that the log shows
every delivery: which message, first received when, which attempt, from when to when.
"""

import json
import os
import time


def handler(event, context):
    for record in event["Records"]:
        refund = json.loads(record["body"])
        delivery = {
            "refund_id": refund["refund_id"],
            "delivery": int(record["attributes"]["ApproximateReceiveCount"]),
            "received_at": int(record["attributes"]["ApproximateFirstReceiveTimestamp"]) / 1000,
            "queue_name": record["eventSourceARN"].rsplit(":", 1)[1],
        }
        say("asked", **delivery)
        pay(refund)
        say("paid", **delivery, amount_usd=refund["amount_usd"])


def pay(refund):
    """The payment provider: it takes its time and pays every time it is asked."""
    time.sleep(float(os.environ["PROVIDER_SECONDS"]))


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
