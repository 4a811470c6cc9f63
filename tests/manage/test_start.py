"""`make start` and `make stop`: nothing in the way keeps them from working, nothing survives."""

import http.server
import socket
import stat
import subprocess
import threading

import boto3
import pytest
from botocore.config import Config

from manage import processes
from manage.paths import PYTHON
from tests.manage.conftest import READY, free_port, is_open, wait_until

CLOSED = "http://127.0.0.1:9"  # nothing listens there: no index, no registry, no proxy


def poison(folder):
    """What a learner's shell may hold: no network, no home, another Python, a real account."""
    folder.mkdir()
    shim = folder / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    (folder / "json.py").write_text("raise SystemExit('the wrong json')")
    return {
        "PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
        "HOME": None,
        "TERM": None,
        "UV_OFFLINE": "1",
        "UV_DEFAULT_INDEX": f"{CLOSED}/simple",
        "npm_config_registry": CLOSED,
        "HTTP_PROXY": CLOSED,
        "http_proxy": CLOSED,
        "ALL_PROXY": CLOSED,
        "PYTHONPATH": str(folder),
        "PYTHONHOME": "/nonexistent",
        "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "error",
        "VIRTUAL_ENV": "/nonexistent",
        "CONDA_PREFIX": "/nonexistent",
        "JUPYTER_CONFIG_DIR": str(folder),
        "AWS_PROFILE": "work",
        "AWS_ENDPOINT_URL": CLOSED,
        "LOCALSTACK_HOST": "198.51.100.7:4566",
        "MAKEFLAGS": None,
        "MAKELEVEL": None,
    }


def use_java_and_node(port):
    keys = {"aws_access_key_id": "000000000042", "aws_secret_access_key": "test"}
    settings = {
        "endpoint_url": f"http://127.0.0.1:{port}",
        "region_name": "us-east-1",
        "config": Config(proxies={}, read_timeout=120),
        **keys,
    }
    boto3.session.Session().client("dynamodb", **settings).create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    boto3.session.Session().client("kinesis", **settings).create_stream(
        StreamName="orders", ShardCount=1
    )


def test_started_against_all_odds_and_stopped(start, make, copy, tmp_path):
    port = free_port()
    course = start(port, **poison(tmp_path / "poison"))
    wait_until(lambda: (copy / ".course/run/start.lock").exists() or course.process.poll())
    wait_until(lambda: "LocalStack" in course.said() or course.process.poll())
    status, output = make("start", "ARGS=--no-browser")
    assert (status, "still starting" in output) == (0, True), output
    course.wait_until_ready()
    addresses = course.addresses()
    assert list(addresses) == ["The book", "JupyterLab", "LocalStack"]
    assert addresses["LocalStack"] == f"http://127.0.0.1:{port}"
    for address in addresses.values():
        assert processes.DIRECT.open(address, timeout=60).status == 200
    assert stat.S_IMODE((copy / ".course/run/addresses.json").stat().st_mode) == 0o600

    status, output = make("start", "ARGS=--no-browser")  # a second start
    assert (status, "running already" in output) == (0, True), output
    assert all(address in output for address in addresses.values())

    use_java_and_node(port)
    assert course.find("DynamoDBLocal.jar", "java")
    assert course.find("kinesis-local", "node")
    assert make("stop")[0] == 0
    course.assert_gone()
    assert not is_open(port)
    assert course.process.returncode == 0
    assert "Everything has ended" in course.said()
    status, output = make("stop")
    assert (status, "is not running" in output) == (0, True), output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-m manage start"], ""),
        (["leash.py", "serve.py"], "LocalStack has ended by itself"),
    ],
    ids=["the supervisor", "the leash of LocalStack"],
)
def test_killed_with_its_own_emulator(start, words, says):
    """Each start here also proves that the kill before it left nothing in the way."""
    port = free_port()
    course = start(port).wait_until_ready()
    course.find(*words).kill()
    course.assert_gone()
    assert not is_open(port)
    assert says in course.said()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["make", "start"], "Everything has ended"),
        (["-m jupyterlab"], "JupyterLab has ended by itself"),
        (["-m manage.serve"], "The book's server has ended by itself"),
    ],
    ids=["make", "JupyterLab", "the book's server"],
)
def test_killed_beside_an_emulator_that_ran_before(start, address, words, says):
    course = start(address.port).wait_until_ready()
    assert "answers already" in course.said()
    assert course.listens_on() <= {"127.0.0.1", "::1"}
    found = course.find(*words)
    if "leash.py" in " ".join(found.cmdline()):
        found = found.children()[0]
    found.kill()
    course.assert_gone()
    assert says in course.said()
    assert is_open(address.port), "an emulator that the course did not start is not its to end"


def test_port_is_held_by_another_program(make, copy):
    program = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1]"
    program += ", flush=True)\nwhile True: s.accept()[0].sendall(b'220 hello\\r\\n')"
    holder = subprocess.Popen([PYTHON, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        port = int(holder.stdout.readline())
        status, output = make("start", f"PORT={port}", "ARGS=--no-browser")
    finally:
        holder.kill()
        holder.communicate()
    assert status, output
    assert f"Port {port} is taken by " in output
    assert f"(process {holder.pid}), which is not LocalStack" in output
    assert "What to do: end that program" in output
    assert "make start PORT=" in output


def test_port_is_held_by_another_localstack(make):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'{"version": "3.8.1", "services": {"sqs": "running"}}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        status, output = make("start", f"PORT={server.server_port}", "ARGS=--no-browser")
        server.shutdown()
    assert status, output
    assert "LocalStack 3.8.1 answers on port" in output
    assert "the labs are made for 4.14.0" in output
    assert "What to do: end it and run `make start` again" in output


def test_wished_ports_that_are_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = free_port()
        assert processes.free_port(port, other) == other
        assert processes.free_port(port) not in (port, 0)


def test_a_lock_of_a_process_that_is_gone(make, copy):
    (copy / ".course" / "run").mkdir(exist_ok=True)
    (copy / ".course" / "run" / "start.lock").write_text("999999999")
    (copy / ".course" / "run" / "addresses.json").write_text('{"The book": "http://127.0.0.1:1"}')
    status, output = make("stop")
    assert (status, "The course is not running." in output) == (0, True), output
    assert READY not in output
