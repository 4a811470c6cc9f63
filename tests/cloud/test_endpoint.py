"""Where a lab connects to, and what it says when that is no emulator."""

import http.server
import os
import socket
import threading
import time

import pytest

from coursekit.cloud import emulator, guard
from coursekit.cloud.errors import EmulatorError, NotLoopbackError


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "LOCALHOST", "s3.localhost"]
)
def test_loopback(host):
    assert guard.is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        *("sqs.us-east-1.amazonaws.com", "10.0.0.1", "169.254.169.254", "0.0.0.0", "::", "", None),
        *(
            "127.0.0.1.example.com",
            "localhost.example.com",
            "localhost.localstack.cloud",
            "2130706433",
        ),
    ],
)
def test_not_loopback(host):
    assert not guard.is_loopback(host)


def test_endpoint_of_another_machine_is_refused(monkeypatch):
    monkeypatch.setenv("LOCALSTACK_HOST", "example.com:4566")
    with pytest.raises(NotLoopbackError, match=r"example\.com.*not this machine.*unset it"):
        emulator.configured_address()


@pytest.mark.parametrize("text", ["127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "127.0.0.1:0"])
def test_unusable_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("LOCALSTACK_HOST", text)
    with pytest.raises(EmulatorError, match="no usable port"):
        emulator.configured_address()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:4600", "127.0.0.1:4600"),
        ("localhost:4600", "127.0.0.1:4600"),
        ("localhost", "127.0.0.1:4566"),
        ("", "127.0.0.1:4566"),
    ],
)
def test_configured_address(monkeypatch, text, expected):
    monkeypatch.setenv("LOCALSTACK_HOST", text)
    assert str(emulator.configured_address()) == expected


@pytest.fixture
def answering():
    """A program that answers every request with these bytes."""
    servers = []

    def start(health: bytes, status: int = 200, ready: bytes = b"") -> emulator.Address:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = ready if self.path == "/_localstack/init/ready" else health
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return emulator.Address("127.0.0.1", server.server_port)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>hello</html>", b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"version": "4.14.0"}'),
        b'{"version": "4.14.0", "services": 7}',
    ],
)
def test_something_else_answers(answering, body):
    with pytest.raises(EmulatorError, match=r"it is not LocalStack.*make start"):
        emulator.connect_or_start(answering(body))


def test_another_version_answers(answering):
    page = b'{"version": "3.8.1", "services": {"sqs": "running"}}'
    with pytest.raises(EmulatorError, match=r"LocalStack 3\.8\.1 .* need 4\.14\.0"):
        emulator.connect_or_start(answering(page))


def test_a_localstack_without_the_mends_answers(answering):
    health = b'{"version": "4.14.0", "services": {"sqs": "running"}}'
    ready = b'{"completed": true, "scripts": [{"name": "replay.py", "state": "SUCCESSFUL"}]}'
    with pytest.raises(
        EmulatorError, match=r"lacks .*sqs_mapping_pollers\.py.*make start"
    ) as error:
        emulator.connect_or_start(answering(health, ready=ready))
    assert "replay.py" not in str(error.value)


def test_something_that_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = emulator.Address("127.0.0.1", silent.getsockname()[1])
        started = time.monotonic()
        with pytest.raises(EmulatorError, match="has not answered for 15 seconds"):
            emulator.connect_or_start(address)
    assert emulator.ANSWER_SECONDS <= time.monotonic() - started < emulator.ANSWER_SECONDS + 1


def test_nothing_answers_and_nothing_is_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(emulator, "HOME", tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = emulator.Address("127.0.0.1", free.getsockname()[1])
    with pytest.raises(EmulatorError, match=r"no emulator answers.*make start"):
        emulator.connect_or_start(address)


def test_ignored_settings_are_named_without_values(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text("[default]")
    environment = {"AWS_PROFILE": "work", "HTTPS_PROXY": "http://p", "PATH": "x", "AWS_REGION": "r"}
    assert guard.ignored_settings(environment) == [
        "AWS_PROFILE",
        "HTTPS_PROXY",
        "~/.aws/credentials",
    ]
    quiet = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    assert guard.ignored_settings(quiet) == []
