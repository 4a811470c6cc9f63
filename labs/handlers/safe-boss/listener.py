"""Takes note of what it is told: the kitchen, the taxis, the displays, the ramp crew.

NAME says which of them. One that is closed for this run (a row in the table `closed`) takes
nothing, and whoever brought it hears an error.
"""

import os

import boto3
from night import items_of, say

database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


class Closed(Exception):
    """Nobody is there. Later, somebody will be."""


def handler(event, context):
    for item in items_of(event):
        if is_closed(item["run"]):
            say("failed", item)
            raise Closed(os.environ["NAME"])
        say("done", item)


def is_closed(run):
    key = {"name": os.environ["NAME"], "run": run}
    return "Item" in database.get_item(TableName="closed", Key=key, ConsistentRead=True)
