"""Publishes laboratory results: one event for each result.

FLAG names the field that says how urgent a result is. Prints one JSON line for each event.
"""

import functools
import itertools
import json
import os
import time
from datetime import datetime

import boto3

ENTRIES_PER_CALL = 10  # PutEvents takes no more
client = functools.cache(boto3.client)


def handler(event, context):
    flag = os.environ["FLAG"]
    return publish([entry_of(result, "result released", flag) for result in event["results"]])


def entry_of(result, detail_type, flag):
    """A result as an event; its time is when the laboratory released it."""
    detail = {name: value for name, value in result.items() if name != "urgency"}
    return {
        "EventBusName": "hospital",
        "Source": "laboratory",
        "DetailType": detail_type,
        "Time": datetime.fromisoformat(result["released_at"]),
        "Detail": json.dumps(detail | {flag: result["urgency"]}),
    }


def publish(entries):
    """Publish them all; what the bus refuses is counted, as PutEvents itself does not raise."""
    refused = 0
    for call in itertools.batched(entries, ENTRIES_PER_CALL, strict=False):
        refused += client("events").put_events(Entries=list(call))["FailedEntryCount"]
    for entry in entries:
        say(detail_type=entry["DetailType"], detail=json.loads(entry["Detail"]))
    return {"published": len(entries), "refused": refused}


def say(**fields):
    print(json.dumps({"at": time.time(), **fields}), flush=True)
