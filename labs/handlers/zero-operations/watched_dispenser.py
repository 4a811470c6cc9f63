"""The dispenser with errors that can be seen: each gets a line in the log, and is raised.

What fails is exactly what failed before. One more line for each call to AWS tells what a
policy for this function has to allow.
"""

import json

import dispenser
from dispenser import fill, say


def handler(event, context):
    for record in event["Records"]:
        prescription = json.loads(record["body"])
        try:
            fill(prescription)
        except Exception as error:
            say(
                "failed",
                level="ERROR",
                prescription_id=prescription.get("prescription_id"),
                error=type(error).__name__,
                reason=str(error),
            )
            raise  # Lambda counts it, and the message stays in the queue


def note_call(params, model, **_):
    """Called by boto3 before each request: print the action and what it acts on."""
    say(
        "called",
        action=f"{model.service_model.signing_name}:{model.name}",
        resource=params.get("TableName") or params.get("TopicArn"),
    )


for client in (dispenser.dynamodb, dispenser.sns):
    client.meta.events.register("provide-client-params", note_call)
