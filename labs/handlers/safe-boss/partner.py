"""Books a stranded group a berth, a bus and a hotel, or takes a booking back.

Called with a service and an action, it does that one thing. Called with a group alone, it books all
three in turn. The hotel takes no dogs, and says so each time it is asked. Booking again and
canceling again change nothing.
"""

import boto3
from night import items_of, say

SERVICES = ("berth", "bus", "hotel")

database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


class NoDogs(Exception):
    """Final: asking again does not help."""


def handler(event, context):
    if "service" in event:
        ACTIONS[event["action"]](event["service"], event["group"])
        return
    for group in items_of(event):
        for service in SERVICES:
            book(service, group)
        say("done", group)


def book(service, group):
    if service == "hotel" and group["dog"]:
        say("failed", group, service=service)
        raise NoDogs("the hotel takes no dogs")
    database.put_item(TableName="bookings", Item=row(service, group))
    say("booked", group, service=service)


def cancel(service, group):
    database.delete_item(TableName="bookings", Key=row(service, group))
    say("canceled", group, service=service)


def row(service, group):
    return {"group": f"{group['run']} {group['number']}", "service": service}


ACTIONS = {"book": book, "cancel": cancel}
