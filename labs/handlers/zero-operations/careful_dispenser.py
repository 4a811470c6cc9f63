"""The watched dispenser, for clinics that write a decimal comma."""

import json

import watched_dispenser


def handler(event, context):
    for record in event["Records"]:
        record["body"] = with_decimal_point(record["body"])
    watched_dispenser.handler(event, context)


def with_decimal_point(body):
    """The same prescription, with 1,5 tablets a day as 1.5."""
    prescription = json.loads(body)
    prescription["tablets_a_day"] = prescription["tablets_a_day"].replace(",", ".")
    return json.dumps(prescription)
