"""Cuts a runner's finish film while the caller waits, and answers with it.

Cutting takes until the day's gate is open: the lab opens it, so that no computer is too fast or too
slow. Each cut is counted, because each one is paid.
"""

import json
import time

import boto3

database = boto3.resource("dynamodb").meta.client


def handler(event, context):
    film = json.loads(event["body"])["film"]
    cut(film)
    return {"statusCode": 200, "body": json.dumps({"film": film, "state": "done"})}


def cut(film):
    """Work until the gate opens, then store the film. Prints a line at either end."""
    say("began", film)
    while not gate_is_open(film.partition("-")[0]):
        time.sleep(0.1)
    database.update_item(
        TableName="films",
        Key={"film": film},
        UpdateExpression="ADD times_cut :one",
        ExpressionAttributeValues={":one": 1},
    )
    say("cut", film)


def gate_is_open(day):
    return "Item" in database.get_item(TableName="gates", Key={"day": day}, ConsistentRead=True)


def say(step, film):
    print(json.dumps({"at": time.time(), "step": step, "film": film}), flush=True)
