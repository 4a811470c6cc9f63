"""Says how far an order is and, once it is done, where the extract is.

The link is presigned: whoever has it can read this one object for five
minutes. The extract never passes through API Gateway, so its size does not
matter.
"""

import json
import os

import boto3

database = boto3.resource("dynamodb").meta.client
storage = boto3.client("s3")


def handler(event, context):
    key = {"order": event["pathParameters"]["order"]}
    found = database.get_item(
        TableName="orders",
        Key=key,
        ConsistentRead=True,
    )
    return answer(found.get("Item"))


def answer(row):
    if row is None:
        return respond(404, {"message": "no such order"})
    if row["state"] == "done":
        stored = {"Bucket": os.environ["SEALED"], "Key": row["sealed_as"]}
        link = storage.generate_presigned_url("get_object", stored, ExpiresIn=300)
        return respond(200, {"state": "done", "link": link})
    return respond(200, {"state": row["state"]}, {"Retry-After": "1"})


def respond(status, content, headers=None):
    return {"statusCode": status, "headers": headers or {}, "body": json.dumps(content)}
