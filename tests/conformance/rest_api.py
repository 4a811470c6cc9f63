"""A REST API of API Gateway, and an HTTP server of our own that one may stand in front of."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

from coursekit.cloud.guard import REGION
from tests.conformance.cloud import Cloud, Function

STAGE = "live"
# Nothing is retried, nothing goes through a proxy.
HTTP = urllib3.PoolManager(num_pools=20, retries=False, timeout=60)


@dataclass
class Answer:
    """What a client of an API gets."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def content(self) -> object:
        """The body as JSON, or as text where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode()


def request(method: str, url: str, body: object = None, **headers: str) -> Answer:
    """Send text as it is, anything else as JSON."""
    data = body if body is None or isinstance(body, str) else json.dumps(body)
    sent = {"Content-Type": "application/json"} | headers
    answer = HTTP.request(method, url, body=data, headers=sent)
    return Answer(answer.status, answer.data, dict(answer.headers))


class RestApi:
    """A regional REST API; its routes are live after `deploy`."""

    def __init__(self, cloud: Cloud):
        self.cloud = cloud
        self.client = cloud.client("apigateway")
        api = self.client.create_rest_api(
            name="orders", endpointConfiguration={"types": ["REGIONAL"]}
        )
        self.id = api["id"]
        self.root = self.client.get_resources(restApiId=self.id)["items"][0]["id"]
        self.where: dict[str, dict] = {}  # a route's restApiId, resourceId and httpMethod

    def route(self, path: str, *, method: str = "ANY", **integration: object) -> None:
        """One path part and what stands behind it: the arguments of PutIntegration."""
        resource = self.client.create_resource(
            restApiId=self.id, parentId=self.root, pathPart=path
        )["id"]
        where = {"restApiId": self.id, "resourceId": resource, "httpMethod": method}
        self.client.put_method(**where, authorizationType="NONE")
        self.client.put_integration(**where, **integration)
        self.where[path] = where

    def answer(self, path: str, status: int, pattern: str = "", template: str = "") -> None:
        """What a route without a proxy integration answers, by a pattern of the outcome."""
        where = self.where[path] | {"statusCode": str(status)}
        self.client.put_method_response(**where)
        self.client.put_integration_response(
            **where,
            **({"selectionPattern": pattern} if pattern else {}),
            **({"responseTemplates": {"application/json": template}} if template else {}),
        )

    def proxy(self, path: str, function: Function, qualifier: str = "", **settings: object) -> None:
        """A route to a function, or to a version or an alias of it."""
        arn = f"{function.arn}:{qualifier}" if qualifier else function.arn
        self.route(path, **to_function(arn) | {"type": "AWS_PROXY"} | settings)

    def deploy(self, **settings: object) -> str:
        """Make the routes as they are now live; returns the deployment's id."""
        return self.client.create_deployment(restApiId=self.id, stageName=STAGE, **settings)["id"]

    def patch_stage(self, *operations: dict) -> None:
        self.client.update_stage(
            restApiId=self.id, stageName=STAGE, patchOperations=list(operations)
        )

    def call(self, path: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
        url = f"{self.cloud.endpoint}/_aws/execute-api/{self.id}/{STAGE}/{path}"
        return request(method, url, body, **headers)


def to_function(arn: str) -> dict[str, str]:
    """The arguments of PutIntegration that say which function is meant."""
    path = f"path/2015-03-31/functions/{arn}/invocations"
    return {"integrationHttpMethod": "POST", "uri": f"arn:aws:apigateway:{REGION}:lambda:{path}"}


@contextmanager
def http_server(answer: Callable[[str, str, bytes, Message], tuple[int, str]]) -> Iterator[str]:
    """Serve on loopback; `answer` gets method, path, body and headers, gives status and text."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            length = int(self.headers.get("Content-Length") or 0)
            status, text = answer(self.command, self.path, self.rfile.read(length), self.headers)
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
