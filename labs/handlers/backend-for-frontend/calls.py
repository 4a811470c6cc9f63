"""How a back end asks the services: all at once, and each with a limit of its own."""

import json
import os
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode


def fetch(service, limit, headers, **query):
    """What the service answers; OSError when it has been silent for `limit` seconds."""
    address = json.loads(os.environ["SERVICES"])[service]
    url = f"{address}/{service}?{urlencode(query)}"
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=limit) as answer:
        return json.load(answer)


def together(parts):
    """Run every part at the same time: what came, and the names of what did not."""
    with ThreadPoolExecutor(len(parts)) as pool:
        running = {name: pool.submit(part) for name, part in parts.items()}
    came = {name: part.result() for name, part in running.items() if not failed(part)}
    return came, [name for name in parts if name not in came]


def failed(part):
    """Whether its service was silent or refused. Our own mistakes are not caught."""
    return isinstance(part.exception(), OSError)


def asked(event, name):
    """What the client wants, and the headers that tell the services who asks."""
    headers = {key.lower(): value for key, value in event["headers"].items()}
    screen = headers["screen"]
    step = {"step": "began", "screen": screen, "at": time.time()}
    print(json.dumps(step), flush=True)
    return event["queryStringParameters"], {"Caller": name, "Screen": screen}


def answer(status, content, headers):
    """The form that a proxy integration asks for."""
    step = {"step": "answered", "screen": headers["Screen"], "at": time.time()}
    print(json.dumps(step), flush=True)
    more = {"Retry-After": "2"} if status == 503 else {}
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **more},
        "body": json.dumps(content),
    }
