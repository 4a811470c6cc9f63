"""Checks one visa application: fee, passport register, photo, in this order.

Returns the decision. Raises when there can be none. Its own exceptions carry the application's ID
as their message, as exceptions often do. Prints one JSON line per attempt and one per decision.
"""

import base64
import json
import os
import time

import boto3

ssm = boto3.client("ssm")
FEES_USD = {"study": 160, "visit": 185, "work": 205}
PHOTO_MONTHS = 6  # an older photo is refused
JPEG = b"\xff\xd8\xff"


class RegisterAway(Exception):
    """The register that issued the passport does not answer."""


class PhotoUnreadable(Exception):
    """The photo is no picture."""


def handler(event, context):
    application = event["application"]
    say("tried", application=application, request_id=context.aws_request_id)
    answer = check(event, registers_away())
    say("decided", **answer)
    return answer


def registers_away():
    """The passport registers that do not answer right now."""
    return ssm.get_parameter(Name=os.environ["AWAY_PARAMETER"])["Parameter"]["Value"].split(",")


def check(event, away):
    """The decision about this application."""
    application = event["application"]
    fee = FEES_USD[event["purpose"]]
    if event["register"] in away:
        raise RegisterAway(application)
    if not base64.b64decode(event["photo"]).startswith(JPEG):
        raise PhotoUnreadable(application)
    decision = "approved" if event["photo_months"] <= PHOTO_MONTHS else "refused"
    return {"application": application, "decision": decision, "fee_usd": fee}


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
