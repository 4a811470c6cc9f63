"""Asks the border officer about a traveler, waits for the answer, and gives up when none comes.

The question goes to the officer's desk, a queue. The answer is expected in a table, under the
number of this very question: nobody else can use it.
"""

import json
import os
import time
import uuid

import boto3
from night import items_of, say

WAIT_SECONDS = 1  # stands for the 15 minutes that a function may take

sqs = boto3.client("sqs")
database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


class NobodyAnswered(Exception):
    """The time of this execution is up."""


def handler(event, context):
    for traveler in items_of(event):
        ask(traveler)
        stamp = {"traveler": f"{traveler['run']} {traveler['number']}"}
        database.put_item(TableName="stamped", Item=stamp)
        say("done", traveler)


def ask(traveler):
    """Come back when the officer has answered."""
    question = str(uuid.uuid4())
    body = json.dumps({"traveler": traveler, "question": question})
    sqs.send_message(QueueUrl=os.environ["DESK"], MessageBody=body)
    give_up_at = time.monotonic() + WAIT_SECONDS
    while not answered(question):
        if time.monotonic() > give_up_at:
            raise NobodyAnswered(f"traveler {traveler['number']}")
        time.sleep(0.1)


def answered(question):
    key = {"question": question}
    return "Item" in database.get_item(TableName="answers", Key=key, ConsistentRead=True)
