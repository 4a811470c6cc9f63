"""A department: hears events from its queue, and does its part once for each result.

The same file serves ward, desk, billing and registry (DEPARTMENT). TELLS names the event that a
department publishes when it is done. Prints one JSON line for each event that it heard.
"""

import functools
import json
import os
import time

import boto3

client = functools.cache(boto3.client)


def handler(event, context):
    for message in event["Records"]:
        serve(json.loads(message["body"]))


def serve(heard):
    result_id = heard["detail"]["result_id"]
    outcome = "done" if once(result_id) else "done before"
    say(result_id=result_id, outcome=outcome, replay=heard.get("replay-name", ""))
    if tells := os.environ.get("TELLS"):
        tell(tells, result_id)  # again too: the first attempt may have ended before it told


def once(result_id):
    """Note the work, unless it was noted before; say whether it was new."""
    work = {"result_id": {"S": result_id}, "department": {"S": os.environ["DEPARTMENT"]}}
    database = client("dynamodb")
    try:
        database.put_item(
            TableName="work", Item=work, ConditionExpression="attribute_not_exists(result_id)"
        )
    except database.exceptions.ConditionalCheckFailedException:
        return False
    return True


def tell(detail_type, result_id):
    entry = {"EventBusName": "hospital", "Source": os.environ["DEPARTMENT"]}
    entry |= {"DetailType": detail_type, "Detail": json.dumps({"result_id": result_id})}
    if client("events").put_events(Entries=[entry])["FailedEntryCount"]:
        raise RuntimeError(f"the bus refused {detail_type!r}")


def say(**fields):
    print(json.dumps({"at": time.time(), **fields}), flush=True)
