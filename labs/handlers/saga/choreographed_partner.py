"""The careful partner without a conductor: it hears an event, acts, and tells what it did.

REACTS maps the events that this partner knows to what it does about them.
"""

import json
import os

import boto3
from careful_partner import cancel
from partner import SoldOut, book, say

events = boto3.client("events")


def handler(event, context):
    trip, service = event["detail"], os.environ["SERVICE"]
    action = json.loads(os.environ["REACTS"])[event["detail-type"]]
    try:
        outcome = {"book": book, "cancel": cancel}[action](trip, context)
    except SoldOut:
        outcome = "sold out"  # no error: an event like any other
    say(trip, outcome)
    announce(f"{service} {outcome}", trip)


def announce(what, trip):
    entry = {"EventBusName": "trips", "Source": "saga", "DetailType": what}
    events.put_events(Entries=[{**entry, "Detail": json.dumps(trip)}])
