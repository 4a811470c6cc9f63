"""Tells the old system what the table has: one item of the table's stream, one request.

If the old system refuses, the error goes up to Lambda, which offers the same records again. What
was told twice is no harm there: a copy that is back stays back.
"""

import json
import os
import urllib.request

from boto3.dynamodb.types import TypeDeserializer


def handler(event, context):
    for record in event["Records"]:
        image = record["dynamodb"].get("NewImage")
        if image:  # a deleted item has none
            read = TypeDeserializer().deserialize
            tell({name: read(value) for name, value in image.items()})


def tell(item):
    """POST to the old system; urllib.error.HTTPError where it refuses."""
    entry = json.dumps(item, default=int).encode()  # numbers of DynamoDB are Decimal
    request = urllib.request.Request(f"{os.environ['LEGACY']}/{item['route']}", data=entry)
    with urllib.request.urlopen(request, timeout=5):
        step = {"step": "told", "route": item["route"], "copy": item["copy"]}
        print(json.dumps(step), flush=True)
