"""What tests of EventBridge and SNS make: buses with rules, topics, HTTP servers."""

import itertools
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.conformance.cloud import Cloud, Queue

numbers = itertools.count(1)


class Bus:
    """An event bus, and the rules that a test makes on it."""

    def __init__(self, cloud: Cloud, name: str = "orders"):
        self.cloud = cloud
        self.name = name
        self.client = cloud.client("events")
        self.arn = self.client.create_event_bus(Name=name)["EventBusArn"]

    def rule(self, target_arn: str, pattern: dict | None = None, **target: object) -> str:
        """Make a rule with one target; its ARN. Without a pattern it takes what `put` sends."""
        name = f"rule-{next(numbers)}"
        pattern = json.dumps(pattern or {"source": ["shop"]})
        arn = self.client.put_rule(Name=name, EventBusName=self.name, EventPattern=pattern)
        target = {"Id": "target", "Arn": target_arn, **target}
        self.client.put_targets(Rule=name, EventBusName=self.name, Targets=[target])
        return arn["RuleArn"]

    def put(self, *details: dict, **fields: object) -> dict:
        """Put one event for each detail, in one call; the answer of PutEvents."""
        entry = {"Source": "shop", "DetailType": "order", "EventBusName": self.name} | fields
        entries = [{**entry, "Detail": json.dumps(detail)} for detail in details]
        return self.client.put_events(Entries=entries)

    def http_target(self, url: str) -> dict:
        """What makes an HTTP endpoint a rule's target."""
        name = f"endpoint-{next(numbers)}"
        connection = self.client.create_connection(
            Name=name,
            AuthorizationType="API_KEY",
            AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "none"}},
        )["ConnectionArn"]
        destination = self.client.create_api_destination(
            Name=name, ConnectionArn=connection, InvocationEndpoint=url, HttpMethod="POST"
        )["ApiDestinationArn"]
        return {"target_arn": destination, "RoleArn": self.cloud.role_arn}


class Topic:
    """A topic and its subscribers."""

    def __init__(self, cloud: Cloud, name: str = "orders"):
        self.client = cloud.client("sns")
        self.arn = self.client.create_topic(Name=name)["TopicArn"]

    def subscribe(self, endpoint: str, protocol: str = "sqs", **attributes: object) -> str:
        """Subscribe an endpoint; the subscription's ARN. What is no text becomes JSON."""
        texts = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in attributes.items()
        }
        return self.client.subscribe(
            TopicArn=self.arn,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=texts,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    def publish(self, message: object, **attributes: str | int) -> str:
        """Publish text, or anything else as JSON, with message attributes; the message's id."""
        text = message if isinstance(message, str) else json.dumps(message)
        typed = {
            key: {
                "DataType": "String" if isinstance(value, str) else "Number",
                "StringValue": str(value),
            }
            for key, value in attributes.items()
        }
        return self.client.publish(TopicArn=self.arn, Message=text, MessageAttributes=typed)[
            "MessageId"
        ]


def redrive(queue: Queue) -> dict:
    """A subscription's redrive policy."""
    return {"deadLetterTargetArn": queue.arn}


def bodies(messages: list[dict]) -> list[dict]:
    return [json.loads(message["Body"]) for message in messages]


def attributes(message: dict) -> dict[str, str]:
    """A message's own attributes, as text."""
    return {name: told["StringValue"] for name, told in message["MessageAttributes"].items()}


class Endpoint:
    """An HTTP server of this test's, what it was sent, and what it answers."""

    def __init__(self, url: str, statuses: list[int]):
        self.url = url
        self.statuses = statuses  # the answers in turn; the last one stays
        self.requests: list[dict] = []  # headers in small letters, and `body`
        self.lock = threading.Lock()

    def answer(self, headers: dict[str, str], body: str) -> int:
        with self.lock:
            self.requests.append(headers | {"body": body})
            return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def notifications(self) -> list[dict]:
        """What SNS sent, but for its request to confirm."""
        kind = "x-amz-sns-message-type"
        with self.lock:
            return [sent for sent in self.requests if sent[kind] == "Notification"]


@contextmanager
def endpoint(*statuses: int):
    """An HTTP endpoint on loopback that answers POST with these statuses in turn."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = served.answer(headers, body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Endpoint(f"http://127.0.0.1:{server.server_port}/", list(statuses))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
