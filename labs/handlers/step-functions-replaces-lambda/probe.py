"""Looks into a film's file: is it one, and how many minutes does it run?"""

import os
import struct

import boto3

s3 = boto3.client("s3")


class NotAFilm(Exception):
    """The file does not begin as a film does."""


def handler(event, context):
    head = s3.get_object(
        Bucket=os.environ["BUCKET"], Key=f"{event['film_id']}.film", Range="bytes=0-7"
    )["Body"].read()
    return {"minutes": minutes_of(head)}


def minutes_of(head):
    """The running time, from the first bytes: four letters, then seconds as a number."""
    if len(head) < 8 or head[:4] != b"FILM":
        raise NotAFilm("the first four bytes are not FILM")
    (seconds,) = struct.unpack(">I", head[4:8])
    return seconds // 60
