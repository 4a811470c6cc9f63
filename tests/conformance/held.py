"""A function that is held until the test lets it go: what happens meanwhile needs no clock."""

from tests.conformance.cloud import Cloud

HOLDS = """
import json, os
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["BEGUN"], MessageBody="begun")
    for _ in range(4):
        go = sqs.receive_message(QueueUrl=os.environ["GO"], WaitTimeSeconds=20)
        if "Messages" in go:
            print(json.dumps({"step": "done", "event": event}))
            return {"statusCode": 200, "body": context.log_stream_name}
    raise RuntimeError("not let go")
"""
SECONDS = 60  # how long a busy machine may take to begin


class HeldFunction:
    """A function for a proxy integration that says when it has begun, and ends when told to."""

    def __init__(self, cloud: Cloud):
        self.begun, self.go = cloud.queue(), cloud.queue(VisibilityTimeout=120)
        variables = {"BEGUN": self.begun.url, "GO": self.go.url}
        self.function = cloud.function(HOLDS, Timeout=90, Environment={"Variables": variables})

    def wait_until_begun(self, count: int = 1) -> None:
        self.begun.receive(count, SECONDS)

    def let_go(self, count: int = 1) -> None:
        self.go.send(*["go"] * count)

    def wait_until_done(self, count: int = 1) -> None:
        self.function.wait_for_records(count, SECONDS)
