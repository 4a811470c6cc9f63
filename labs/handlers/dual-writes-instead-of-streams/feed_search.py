"""Tells the search what the table's stream says, one record after the other.

Each write carries the listing's version, so the search takes it only if it is news: a record that
comes twice, or late, changes nothing. If the search refuses, the error goes up to Lambda, which
offers the same records again. VERSIONED=no leaves the version out, for comparison.
"""

import json
import os

import tell_search
from boto3.dynamodb.types import TypeDeserializer

plain = TypeDeserializer().deserialize


def handler(event, context):
    for record in event["Records"]:
        car, gone, version = change_of(record)
        told = tell_search.tell(
            car, gone=gone, version=version if os.environ["VERSIONED"] == "yes" else None
        )
        line = {"step": "told" if told else "old", "id": car["id"], "version": version}
        print(json.dumps(line), flush=True)


def change_of(record):
    """The car, whether it is gone, and the version of this change."""
    gone = record["eventName"] == "REMOVE"
    image = record["dynamodb"]["OldImage" if gone else "NewImage"]
    car = {name: plain(value) for name, value in image.items()}
    return car, gone, int(car["version"]) + gone  # a deletion comes after the last version
