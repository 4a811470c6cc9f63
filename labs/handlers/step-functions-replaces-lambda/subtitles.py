"""Makes the cinema's subtitles: reads the maker's SRT file, shifts it, writes WebVTT.

The copy begins with a trailer of the festival, so every line comes LEADER_MS later.
"""

import os
import re

import boto3

LEADER_MS = 4500
TIMES = re.compile(r"(\d\d):(\d\d):(\d\d),(\d\d\d) --> (\d\d):(\d\d):(\d\d),(\d\d\d)")

s3 = boto3.client("s3")


class BadSubtitles(Exception):
    """A line ends before it begins, or there is none."""


def handler(event, context):
    name, bucket = event["film_id"], os.environ["BUCKET"]
    text = s3.get_object(Bucket=bucket, Key=f"{name}.srt")["Body"].read().decode()
    s3.put_object(Bucket=bucket, Key=f"{name}.vtt", Body=converted(text).encode())
    return {"lines": len(TIMES.findall(text))}


def converted(text):
    """The same subtitles as WebVTT, each one LEADER_MS later."""
    if not TIMES.search(text):
        raise BadSubtitles("there is no subtitle in this file")
    return "WEBVTT\n\n" + TIMES.sub(shifted, text)


def shifted(found):
    begin, end = (milliseconds(found.groups()[at : at + 4]) for at in (0, 4))
    if end <= begin:
        raise BadSubtitles(f"{found[0]} ends before it begins")
    return f"{as_time(begin + LEADER_MS)} --> {as_time(end + LEADER_MS)}"


def milliseconds(parts):
    hours, minutes, seconds, rest = (int(part) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def as_time(total):
    seconds, rest = divmod(total, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
