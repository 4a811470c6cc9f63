"""Greets whoever a message names, politely or not."""

import json
import os
import time


def handler(event, context):
    for record in event["Records"]:
        greeting = os.environ.get("GREETING", "")
        print(json.dumps({"at": time.time(), "greeting": greeting, "name": record["body"]}))
