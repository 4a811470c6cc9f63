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
            item = {name: TypeDeserializer().deserialize(value) for name, value in image.items()}
            tell(item.pop("route"), item)


def tell(route, entry):
    """POST to the old system; urllib.error.HTTPError where it refuses."""
    body = json.dumps(entry, default=int).encode()  # numbers of DynamoDB are Decimal
    request = urllib.request.Request(f"{os.environ['LEGACY']}/{route}", data=body)
    with urllib.request.urlopen(request, timeout=5):
        print(json.dumps({"step": "told", "route": route, "copy": entry["copy"]}), flush=True)
