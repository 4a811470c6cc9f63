"""The billing team's reader: it opens a trip at the undocking and bills it at the docking."""

from bike_events import read, say


def handler(event, context):
    bill(event["Records"], price)


def bill(records, price):
    for ride in read(records):
        if ride["type"] == "undocked":
            say("opened", id=ride["id"], bike=ride["bike"])
        else:
            say("billed", id=ride["id"], bike=ride["bike"], coins=price(ride["minutes"]))


def price(minutes):
    """One coin for each half hour."""
    return minutes // 30
