"""A lab without an emulator starts one, and takes it along when it ends."""

import signal
import socket
import time

import pytest

from coursekit.cloud.emulator import HOME, Address
from coursekit.paths import ROOT

pytestmark = pytest.mark.skipif(
    not (HOME / "venv").exists() or not (ROOT / "emulator" / "serve.py").exists(),
    reason="the emulator is not installed: `make test` installs it",
)


def answers(address):
    """Whether the port is open; on its way down the emulator may answer anything."""
    with socket.socket() as probe:
        return probe.connect_ex((address.host, address.port)) == 0


def test_the_emulator_begins_and_ends_with_the_kernel(kernel):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = Address("127.0.0.1", free.getsockname()[1])
    program = """
from coursekit import cloud
lab = cloud.open_lab("sample")
print(lab.client("sqs").create_queue(QueueName="guests")["ResponseMetadata"]["HTTPStatusCode"])
input()
"""
    first = kernel.start(program, LOCALSTACK_HOST=str(address))
    assert "starting one" in first.stdout.readline()
    second = kernel.start(program, LOCALSTACK_HOST=str(address))  # waits for the first one's
    for process in (first, second):
        lines = [process.stdout.readline() for _ in range(2)]
        assert lines[0].startswith("lab sample is ready"), lines
        assert lines[1] == "200\n"
    first.send_signal(signal.SIGKILL)
    first.wait()
    deadline = time.monotonic() + 15
    while answers(address):
        assert time.monotonic() < deadline, "the emulator outlived the kernel that started it"
        time.sleep(0.2)
