"""Takes a film through all steps: calls a function, waits, calls the next one.

What it knows of the film is in its memory and nowhere else. Prints one JSON line when it
begins and one when the copy is ordered.
"""

import json
import os
import time
import urllib.request

import boto3

functions = boto3.client("lambda")


def handler(event, context):
    film = {"film_id": event["film_id"]}
    say("began", film["film_id"], context.aws_request_id)
    film |= call("probe", film)
    film |= call("order", film)
    say("ordered", film["film_id"], context.aws_request_id)
    film |= wait_for_copy(film["job"])
    film |= call("subtitles", film)
    call("catalog", film)


def call(step, film):
    """Invoke the step's function and wait for its answer."""
    answer = functions.invoke(FunctionName=step, Payload=json.dumps(film))
    content = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise RuntimeError(f"{step}: {content['errorType']}: {content['errorMessage']}")
    return content


def wait_for_copy(job):
    """Ask the company, which answers when the copy is done."""
    with urllib.request.urlopen(f"http://{os.environ['COMPANY']}/jobs/{job}") as answer:
        return json.load(answer)


def say(step, film_id, request_id):
    record = {"step": step, "at": time.time(), "film_id": film_id, "request_id": request_id}
    print(json.dumps(record), flush=True)
