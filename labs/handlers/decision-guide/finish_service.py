"""A service that wants to know of every runner at the finish: board, certificates or medals.

Reads the reports from a queue, and prints one JSON line for each runner that it has handled.
"""

import json
import os
import time


def handler(event, context):
    for record in event["Records"]:
        runner = json.loads(record["body"])["runner"]
        line = {"step": "handled", "runner": runner, "service": os.environ["SERVICE"]}
        print(json.dumps({"at": time.time(), **line}), flush=True)
