"""serve.py starts only where it may, listens on loopback only, and leaves nothing behind."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.emulator.running import HOME, ROOT, Emulator, assert_gone, free_port, wait_until


def test_it_listens_on_loopback_only_and_so_do_its_programs(emulator):
    emulator.client("dynamodb").list_tables()
    emulator.client("kinesis").list_streams()
    listening = {
        (connection.laddr.port, connection.laddr.ip)
        for process in emulator.tree()
        for connection in process.net_connections("tcp")
        if connection.status == "LISTEN"
    }
    assert (emulator.port, "127.0.0.1") in listening
    assert len(listening) >= 4, "DynamoDB Local or Kinesis Mock does not listen"
    addresses = {address.removeprefix("::ffff:") for _, address in listening}
    assert addresses == {"127.0.0.1"}


def test_a_start_finds_the_index_of_services_that_the_installation_made(emulator):
    state = Path(emulator.find("process_executor.launch").cwd())
    assert list((HOME / "libraries").glob("service-catalog-*"))
    assert not list(state.rglob("service-catalog-*")), "it made one anew, which takes seconds"


def test_a_taken_port_is_refused_before_anything_starts(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        run = subprocess.run(
            [sys.executable, ROOT / "emulator/serve.py", "--home", HOME, "--port", port],
            capture_output=True,
            text=True,
            timeout=5,
        )
    assert run.returncode == 1
    assert run.stderr.startswith(
        f"Port {port} of 127.0.0.1 is taken by another program.\nWhat to do"
    )


def test_ready_means_a_real_call_and_every_mend(emulator, tmp_path):
    def ready(port, mends):
        command = [sys.executable, ROOT / "emulator/ready.py", str(port), mends]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30)
        return run.returncode, run.stderr

    assert ready(emulator.port, ROOT / "emulator/fidelity") == (0, "")
    (tmp_path / "mend_that_was_not_loaded.py").touch()
    assert ready(emulator.port, tmp_path)[0] == 1
    status, error = ready(free_port(), ROOT / "emulator/fidelity")
    assert status == 1
    assert "does not answer yet" in error


@pytest.fixture
def busy(home):
    """An emulator of its own with all its programs running: java, node, two functions."""
    running = Emulator(free_port()).wait_until_ready()
    running.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    running.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    running.function("import os\ndef handler(event, context): return os.getpid()\n").invoke()
    sleeper = running.function("import time\ndef handler(event, context): time.sleep(60)\n")
    sleeper.lambda_client.invoke(FunctionName=sleeper.name, InvocationType="Event")
    wait_until(lambda: len(running.find("zygote.py", "-X").parent().children()) == 2)
    yield running
    running.process.kill()
    running.process.wait()


def test_nothing_survives_when_localstack_is_killed(busy):
    function = busy.function("import os\ndef handler(event, context): return os.getpid()\n")
    before, _ = function.invoke()
    everything = busy.tree()
    for words in (("DynamoDBLocal.jar", "java"), ("kinesis-local", "node")):
        busy.find(*words).kill()
    zygote = busy.find("zygote.py", "-X").parent()
    zygote.kill()
    wait_until(lambda: not zygote.is_running())
    assert function.invoke()[0] != before, "functions run again after the fork server was killed"
    everything += busy.tree()
    busy.find("process_executor.launch").send_signal(signal.SIGKILL)
    assert busy.process.wait(10) == 1
    assert "LocalStack has ended by itself." in busy.process.stdout.read()
    assert_gone(everything, busy.port)


def test_nothing_survives_when_serve_py_is_killed(busy):
    everything = busy.tree()
    busy.process.kill()
    busy.process.wait()
    assert_gone(everything, busy.port)
