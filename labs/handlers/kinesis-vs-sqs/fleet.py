"""The fleet team's reader: each event changes how many bikes a station has on the map."""

from bike_events import read, say


def handler(event, context):
    for ride in read(event["Records"]):
        say(
            "moved",
            id=ride["id"],
            bike=ride["bike"],
            station=ride["station"],
            bikes=1 if ride["type"] == "docked" else -1,
        )
