"""Writes scanned tickets into the berth register, an old system that holds six connections.

The seventh takes it down, with all that is being written, until somebody restarts it. One row of a
table stands for the register: its open connections, its tickets, and whether it is down.
"""

import time

import boto3
from night import items_of, say

CONNECTIONS = 6
WRITE_SECONDS = 4

database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


class RegisterDown(Exception):
    """Nothing is written any more."""


def handler(event, context):
    for ticket in items_of(event):
        if connections(ticket["run"], "ADD connections :one", {":one": 1}) > CONNECTIONS:
            take_down(ticket["run"])
            raise RegisterDown("one connection too many")
        time.sleep(WRITE_SECONDS)
        done = {":one": -1, ":ticket": {str(ticket["number"])}}
        connections(ticket["run"], "ADD connections :one, tickets :ticket", done)
        say("done", ticket)


def connections(run, change, values):
    """Change the register unless it is down; how many connections it has then."""
    try:
        answer = database.update_item(
            TableName="berth-register",
            Key={"run": run},
            UpdateExpression=change,
            ExpressionAttributeValues=values,
            ConditionExpression="attribute_not_exists(down)",
            ReturnValues="ALL_NEW",
        )
    except database.exceptions.ConditionalCheckFailedException:
        raise RegisterDown("it is down since one connection too many") from None
    return answer["Attributes"]["connections"]


def take_down(run):
    database.update_item(
        TableName="berth-register",
        Key={"run": run},
        UpdateExpression="SET down = :yes",
        ExpressionAttributeValues={":yes": True},
    )
