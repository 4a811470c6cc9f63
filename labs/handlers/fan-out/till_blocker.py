"""Blocks recalled lots at the tills: one notice, one row in the tills' table.

A parameter of the tills' team names the table. Prints one JSON line per lot that it blocked and
one per attempt that failed. A failed write raises, so that whoever delivered the notice knows.
"""

import json
import os
import time

import boto3
from botocore.exceptions import ClientError

ssm = boto3.client("ssm")
dynamodb = boto3.client("dynamodb")


def handler(event, context):
    for record in event["Records"]:
        lot_id = notice_of(record)["lot_id"]
        try:
            block(lot_id)
        except ClientError as error:
            say("failed", lot_id=lot_id, error=error.response["Error"]["Code"])
            raise
        say("handled", lot_id=lot_id)


def notice_of(record):
    """The notice, whether SNS called the function or a queue did."""
    return json.loads(record["Sns"]["Message"] if "Sns" in record else record["body"])


def block(lot_id):
    """The tills refuse every lot that is in this table. A second time changes nothing."""
    table = ssm.get_parameter(Name=os.environ["TABLE_PARAMETER"])["Parameter"]["Value"]
    dynamodb.put_item(TableName=table, Item={"lot_id": {"S": lot_id}})


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
