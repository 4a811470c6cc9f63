"""Sends "your trip is booked". Nobody can take an e-mail back."""

import boto3

database = boto3.resource("dynamodb").meta.client


def handler(event, context):
    database.put_item(TableName="outbox", Item=mail(event["trip"], context.aws_request_id))


def mail(trip, request_id):
    """One row for each time that it was sent."""
    return {"trip_id": trip["trip_id"], "mail": f"your trip is booked {request_id}"}
