"""Takes an order for a film and answers at once; says later how far it is.

POST puts the order on a queue: 202, and where to ask. GET looks whether the film is stored.
"""

import json
import os

import boto3

database = boto3.resource("dynamodb").meta.client
queue = boto3.client("sqs")


def handler(event, context):
    if event["httpMethod"] == "POST":
        return accept(json.loads(event["body"])["film"])
    return report(event["pathParameters"]["film"])


def accept(film):
    queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps({"film": film}))
    return respond(202, {"film": film, "state": "accepted"}, {"Location": f"films/{film}"})


def report(film):
    key = {"film": film}
    found = database.get_item(TableName="films", Key=key, ConsistentRead=True)
    state = "done" if "Item" in found else "accepted"
    return respond(200, {"film": film, "state": state})


def respond(status, content, headers=None):
    return {"statusCode": status, "headers": headers or {}, "body": json.dumps(content)}
