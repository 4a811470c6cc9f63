"""Enters a film into the catalog and tells the press. It computes nothing."""

import os

import boto3

dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")


def handler(event, context):
    dynamodb.put_item(TableName="catalog", Item=row(event))
    sqs.send_message(QueueUrl=os.environ["PRESS_QUEUE"], MessageBody=notice(event))
    return {}


def row(film):
    return {
        "film_id": {"S": film["film_id"]},
        "copy": {"S": film["copy"]},
        "minutes": {"N": str(film["minutes"])},
        "subtitles": {"N": str(film["lines"])},
    }


def notice(film):
    return f"{film['film_id']}: {film['minutes']} minutes"
