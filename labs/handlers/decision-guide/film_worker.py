"""Cuts the films that are ordered in a queue, with the same scissors as film.py."""

import json

import film


def handler(event, context):
    for record in event["Records"]:
        film.cut(json.loads(record["body"])["film"])
