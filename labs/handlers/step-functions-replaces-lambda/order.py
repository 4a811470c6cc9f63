"""Orders the cinema's copy from the transcoding company. It does not wait for it."""

import json
import os
import urllib.request


def handler(event, context):
    order = {"film_id": event["film_id"], "minutes": event["minutes"]}
    if "token" in event:  # somebody else waits, and wants to be called back
        order |= {"token": event["token"], "reply_to": os.environ["REPLY_TO"]}
    url = f"http://{os.environ['COMPANY']}/jobs"
    request = urllib.request.Request(url, json.dumps(order).encode())
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)
