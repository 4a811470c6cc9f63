"""An account on whatever is judged, with the few things that most tests of behavior make."""

import io
import itertools
import json
import random
import time
import zipfile
from base64 import b64decode
from dataclasses import dataclass

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from coursekit.cloud.functions import parse_records, read_log_lines
from coursekit.cloud.guard import REGION

# Like a lab's clients: nothing is retried, nothing goes through a proxy.
CONFIG = Config(
    retries={"total_max_attempts": 1},
    proxies={},
    inject_host_prefix=False,
    read_timeout=70,
    max_pool_connections=50,
)
SESSION = boto3.session.Session()  # one for all: each would read boto3's models anew
PAST_LABS = 980_000_000_000  # accounts from here on belong to no lab
numbers = itertools.count(1)


def wait_until(condition, seconds=20):
    """What the condition gives once it is true; AssertionError after so many seconds."""
    give_up_at = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up_at, f"not within {seconds} s"
        time.sleep(0.05)
    return found


class Cloud:
    """One account, empty at the start, at an endpoint of loopback."""

    def __init__(self, endpoint: str, account: str | None = None):
        self.endpoint = endpoint
        self.account = account or str(PAST_LABS + random.randrange(10**10))
        self.clients: dict[str, BaseClient] = {}
        self.others: list[Cloud] = []

    def client(self, service: str) -> BaseClient:
        if service not in self.clients:
            self.clients[service] = self.new_client(service)
        return self.clients[service]

    def new_client(self, service: str, **settings: object) -> BaseClient:
        """A client with botocore settings of its own."""
        return SESSION.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self.account,
            aws_secret_access_key="made-up",
            config=CONFIG.merge(Config(**settings)),
        )

    def other_account(self) -> "Cloud":
        self.others.append(Cloud(self.endpoint))
        return self.others[-1]

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.account}:{resource}"

    @property
    def role_arn(self) -> str:
        return f"arn:aws:iam::{self.account}:role/test"

    def function(self, code: str, **settings: object) -> "Function":
        """A function whose module is `code`, with a handler called `handler`; it is active."""
        return Function(self, code, settings)

    def queue(self, *, fifo: bool = False, **attributes: object) -> "Queue":
        name = f"queue-{next(numbers)}{'.fifo' * fifo}"
        if fifo:
            attributes = {"FifoQueue": "true"} | attributes
        texts = {key: str(value) for key, value in attributes.items()}
        url = self.client("sqs").create_queue(QueueName=name, Attributes=texts)["QueueUrl"]
        return Queue(self, url, self.arn("sqs", name))


def archive_of(code: str) -> bytes:
    """A deployment package with this module."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", code)
    return archive.getvalue()


class Function:
    """A Lambda function and what it has done."""

    def __init__(self, cloud: Cloud, code: str, settings: dict):
        self.cloud = cloud
        self.name = f"function-{next(numbers)}"
        self.client = cloud.client("lambda")
        self.arn = self.client.create_function(
            FunctionName=self.name,
            Runtime="python3.13",
            Role=cloud.role_arn,
            Handler="index.handler",
            Code={"ZipFile": archive_of(code)},
            **({"Timeout": 10} | settings),
        )["FunctionArn"]
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        def is_ready():
            found = self.client.get_function_configuration(FunctionName=self.name)
            return found["State"] == "Active" and found["LastUpdateStatus"] == "Successful"

        wait_until(is_ready)

    def update_code(self, code: str) -> None:
        self.client.update_function_code(FunctionName=self.name, ZipFile=archive_of(code))
        self.wait_until_ready()

    def configure(self, **settings: object) -> None:
        self.client.update_function_configuration(FunctionName=self.name, **settings)
        self.wait_until_ready()

    def invoke(self, event: object = None, **arguments: object) -> dict:
        """The answer of Invoke, with `Payload` parsed and `Log` as text."""
        arguments = {"LogType": "Tail"} | arguments
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event), **arguments)
        text = answer["Payload"].read()
        log = b64decode(answer.get("LogResult", "")).decode()
        return answer | {"Payload": json.loads(text) if text else None, "Log": log}

    def map(self, source_arn: str, **settings: object) -> str:
        """The id of an event source mapping that is enabled."""
        mapping = self.client.create_event_source_mapping(
            EventSourceArn=source_arn, FunctionName=self.name, **settings
        )["UUID"]
        wait_until(lambda: self.client.get_event_source_mapping(UUID=mapping)["State"] == "Enabled")
        return mapping

    def log_lines(self) -> list[str]:
        return read_log_lines(self.cloud.client("logs"), self.name)

    def records(self) -> list[dict]:
        """The JSON objects that it printed, by their `at` where all have one."""
        return parse_records(self.log_lines())

    def wait_for_records(self, count: int, seconds: float = 20) -> list[dict]:
        """Its records, once there are so many."""
        return wait_until(lambda: (found := self.records())[count - 1 :] and found, seconds)


@dataclass
class Queue:
    """A queue and its messages."""

    cloud: Cloud
    url: str
    arn: str

    def send(self, *bodies: object, **arguments: object) -> None:
        """Send each as a message: text as it is, anything else as JSON."""
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.cloud.client("sqs").send_message(QueueUrl=self.url, MessageBody=text, **arguments)

    def receive(self, count: int, seconds: float = 20) -> list[dict]:
        """Receive and delete so many messages; AssertionError when they do not come."""
        sqs, found = self.cloud.client("sqs"), []

        def enough():
            answer = sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
            for message in answer.get("Messages", []):
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message)
            return len(found) >= count

        wait_until(enough, seconds)
        return found

    def counts(self) -> dict[str, int]:
        """How many messages are visible and how many are in flight."""
        names = {
            "ApproximateNumberOfMessages": "visible",
            "ApproximateNumberOfMessagesNotVisible": "in_flight",
        }
        found = self.cloud.client("sqs").get_queue_attributes(
            QueueUrl=self.url, AttributeNames=list(names)
        )["Attributes"]
        return {word: int(found[name]) for name, word in names.items()}

    def set(self, **attributes: object) -> None:
        texts = {key: str(value) for key, value in attributes.items()}
        self.cloud.client("sqs").set_queue_attributes(QueueUrl=self.url, Attributes=texts)
