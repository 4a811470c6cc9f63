"""serve.py as a child of the tests, and functions made in a line."""

import contextlib
import functools
import importlib.util
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from base64 import b64decode
from pathlib import Path

import boto3
import psutil
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".course" / "emulator"
ACCOUNT = "000000000042"


def load_installer():
    spec = importlib.util.spec_from_file_location("emulator_install", ROOT / "emulator/install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def find_uv():
    candidates = (
        os.environ.get("COURSE_UV"),
        shutil.which("uv"),
        ROOT / ".course/bootstrap/bin/uv",
    )
    return str(next(path for path in candidates if path and Path(path).exists()))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=10):
    give_up_at = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up_at, f"not within {seconds} s"
        time.sleep(0.02)
    return found


def archive_of(code):
    """A deployment package whose module `index` is `code`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", code)
    return archive.getvalue()


class Emulator:
    """serve.py as a child of the tests, and everything below it."""

    def __init__(self, port, environment=None):
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "emulator/serve.py", "--home", HOME, "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **(environment or {})},
        )

    def wait_until_ready(self):
        line = self.process.stdout.readline()
        assert line.startswith(f"ready on 127.0.0.1:{self.port} in "), self.process.communicate()
        return self

    def tree(self):
        """Every process below serve.py and serve.py itself."""
        serve = psutil.Process(self.process.pid)
        return [serve, *serve.children(recursive=True)]

    def find(self, *words):
        """The one process below serve.py whose command line has all these words."""
        for process in reversed(self.tree()):
            with contextlib.suppress(psutil.Error):  # it has just ended
                if all(word in " ".join(process.cmdline()) for word in words):
                    return process
        raise LookupError(words)

    @functools.cache  # noqa: B019 - some emulators a run; making a client takes longer than most calls
    def client(self, service, account=ACCOUNT):
        return boto3.session.Session().client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, proxies={}, max_pool_connections=30),
        )

    def function(self, code, name=None, **settings):
        return Function(self, code, name or f"function-{time.time_ns()}", settings)

    def stop(self):
        """End it and give what was below it when it was told to."""
        tree = self.tree()
        self.process.terminate()
        self.process.wait(10)
        return tree


class Function:
    """A Lambda function whose module is `code`, with a handler called `handler`."""

    def __init__(self, emulator, code, name, settings):
        self.name = name
        self.lambda_client = emulator.client("lambda")
        self.logs_client = emulator.client("logs")
        settings = {"Timeout": 10} | settings
        self.arn = self.lambda_client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=f"arn:aws:iam::{ACCOUNT}:role/test",
            Handler="index.handler",
            Code={"ZipFile": archive_of(code)},
            **settings,
        )["FunctionArn"]
        wait_until(
            lambda: (
                self.lambda_client.get_function(FunctionName=name)["Configuration"]["State"]
                == "Active"
            )
        )

    def invoke(self, event=None):
        """(what it returned, the log's tail); for an error its payload with `FunctionError`."""
        answer = self.lambda_client.invoke(
            FunctionName=self.name, Payload=json.dumps(event), LogType="Tail"
        )
        payload = json.loads(answer["Payload"].read() or "null")
        if "FunctionError" in answer:
            payload["FunctionError"] = answer["FunctionError"]
        return payload, b64decode(answer["LogResult"]).decode()

    def log_messages(self):
        group = f"/aws/lambda/{self.name}"
        try:
            events = self.logs_client.filter_log_events(logGroupName=group)["events"]
        except self.logs_client.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in events]


def assert_gone(processes, port):
    """None of these processes lives any more, and the port is free."""
    _, alive = psutil.wait_procs(processes, timeout=3)
    alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    assert not alive, [process.cmdline() for process in alive]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)), f"port {port} is still open"
