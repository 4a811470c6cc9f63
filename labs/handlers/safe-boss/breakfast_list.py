"""Keeps the breakfast list: one row a run, the meals as they are now."""

import boto3
from night import items_of, say

database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


def handler(event, context):
    for change in items_of(event):
        database.update_item(
            TableName="breakfast-list",
            Key={"run": change["run"]},
            UpdateExpression="ADD meals :meals",
            ExpressionAttributeValues={":meals": change["meals"]},
        )
        say("done", change)
