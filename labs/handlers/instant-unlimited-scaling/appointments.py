"""Books appointments. Takes a person's request itself (called directly) or SQS messages.

A booking counts when the national register has confirmed it. The register answers a whole morning
at once: its word is an item in the table REGISTER, and until it is there the execution waits, and
holds its place.
"""

import json
import os
import time

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    messages = event.get("Records")
    requests = [json.loads(message["body"]) for message in messages] if messages else [event]
    for request in requests:
        person = request["person"]
        note(person, "waits for the register")
        wait_for_register(request["morning"])
        note(person, "booked")


def wait_for_register(morning):
    while not confirmed(morning):
        time.sleep(0.25)


def confirmed(morning):
    answer = dynamodb.get_item(
        TableName=os.environ["REGISTER"], Key={"morning": {"S": morning}}, ConsistentRead=True
    )
    return "Item" in answer


def note(person, state):
    """Keep the state where others can see it now, and in the log with its time."""
    item = {"person": {"S": person}, "state": {"S": state}}
    dynamodb.put_item(TableName=os.environ["BOOKINGS"], Item=item)
    print(json.dumps({"at": time.time(), "person": person, "state": state}), flush=True)
