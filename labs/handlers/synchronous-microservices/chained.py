"""A service that does its work and then waits for the next service's answer.

NEXT is the function that comes next; the last one has none. The SDK waits READ_TIMEOUT seconds
for an answer and makes ATTEMPTS in all. Left alone, boto3 waits 60 seconds and tries again too.
"""

import json
import os
import uuid

import boto3
from botocore.config import Config
from services import say, work, write

NEXT = os.environ.get("NEXT")
lambda_client = boto3.client(
    "lambda",
    config=Config(
        read_timeout=float(os.environ.get("READ_TIMEOUT", "60")),
        retries={"total_max_attempts": int(os.environ.get("ATTEMPTS", "3")), "mode": "standard"},
    ),
)


def handler(order, context):
    say("began", order)
    answer = work(order)
    write(str(uuid.uuid4()), order, answer)  # each run is a piece of work of its own
    say("worked", order)
    if NEXT:
        answer |= ask(NEXT, order)
    say("answered", order)
    return answer


def ask(function_name, order):
    """Invoke the function and wait for what it returns."""
    answer = lambda_client.invoke(
        FunctionName=function_name, InvocationType="RequestResponse", Payload=json.dumps(order)
    )
    if "FunctionError" in answer:
        raise RuntimeError(f"{function_name} failed")
    return json.load(answer["Payload"])
