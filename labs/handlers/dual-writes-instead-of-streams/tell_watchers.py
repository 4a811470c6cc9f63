"""A second consumer of the same stream: tells whoever watches a car that it is sold."""

import json


def handler(event, context):
    for record in event["Records"]:
        car_id = record["dynamodb"]["Keys"]["id"]["S"]
        line = {"step": "notice", "id": car_id, "change": record["eventName"]}
        print(json.dumps(line), flush=True)
