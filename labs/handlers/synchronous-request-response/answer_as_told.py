"""Does its work, says so in the log, and answers whatever ANSWER holds."""

import json
import os


def handler(event, context):
    print(json.dumps({"step": "worked"}), flush=True)
    return json.loads(os.environ["ANSWER"])
