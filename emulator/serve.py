"""Runs LocalStack in host mode on one port of loopback: `serve.py --home HOME --port PORT`.

Runs on any Python 3.13; LocalStack itself on HOME's, which install.py made. It prints
`ready on 127.0.0.1:PORT in S s` after a real call was answered and every mend in fidelity/ was
loaded, and stays until SIGTERM or Ctrl-C. Then, and when this process is killed, everything that
it started ends at once: nothing that LocalStack holds is kept. Several may run, on ports of their
own.
"""

import argparse
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FIDELITY = Path(__file__).resolve().parent / "fidelity"
START_SECONDS = 60
LOOK_EVERY_SECONDS = 0.05
END_SECONDS = 2
PR_SET_CHILD_SUBREAPER = 36
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy


class NotReady(Exception):
    """LocalStack cannot serve; the message says why."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="the folder that install.py made")
    parser.add_argument("--port", type=int, default=4566)
    parser.add_argument(
        "--with-parent", action="store_true", help="end when the process that started this one ends"
    )
    options = parser.parse_args()
    home = options.home.resolve()
    parent = os.getppid() if options.with_parent else None
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupt)
    if port_is_taken(options.port):
        print(
            f"Port {options.port} of 127.0.0.1 is taken by another program.\nWhat to do: end it "
            f"(`lsof -i :{options.port}` names it), or choose another port with --port.",
            file=sys.stderr,
        )
        return 1
    began = time.monotonic()
    state = fresh_state(home, options.port)
    adopt_orphans()
    localstack = start(home, state, options.port)
    try:
        wait_until_ready(localstack, options.port)
        seconds = time.monotonic() - began
        print(f"ready on 127.0.0.1:{options.port} in {seconds:.1f} s", flush=True)
        while not has_ended(localstack):
            if parent and os.getppid() != parent:
                return 0
            time.sleep(0.2)
        raise NotReady("LocalStack has ended by itself.")
    except NotReady as problem:
        print(f"{problem}\nThe last words of {state / 'localstack.log'}:", file=sys.stderr)
        print(last_words(state / "localstack.log"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        end(localstack)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def fresh_state(home: Path, port: int) -> Path:
    """An empty file system root for this instance, with the libraries and the mends in place."""
    state = home / "state" / str(port)
    shutil.rmtree(state, ignore_errors=True)
    (state / "usr" / "lib").mkdir(parents=True)
    (state / "usr" / "lib" / "localstack").symlink_to(home / "libraries")
    (state / "tmp").mkdir()
    hooks = state / "etc" / "localstack" / "init" / "ready.d"
    hooks.mkdir(parents=True)
    for mend in sorted(FIDELITY.glob("*.py")):
        shutil.copy(mend, hooks)
    return state


def adopt_orphans() -> None:
    """On Linux, become the parent of grandchildren whose parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(home: Path, state: Path, port: int) -> subprocess.Popen:
    with (state / "localstack.log").open("wb") as log:
        return subprocess.Popen(
            [home / "venv" / "bin" / "python", "-I", "-m", "process_executor.launch"],
            stdin=subprocess.PIPE,  # held open by us alone: its end tells LocalStack to end
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=state,
            env=settings(home, state, port),
            start_new_session=True,
        )


def settings(home: Path, state: Path, port: int) -> dict[str, str]:
    """LocalStack's whole environment: nothing of this machine's user but PATH."""
    programs = json.loads((home / "programs.json").read_text())
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8",  # Java: names of files
        "PYTHONUTF8": "1",
        "HOME": str(state),
        "TMPDIR": str(state / "tmp"),
        "XDG_CACHE_HOME": str(state / "cache"),
        "EMULATOR_FUNCTIONS_PYTHON": str(home / "functions" / "bin" / "python"),
        "EMULATOR_JAVA": programs["java"],
        "EMULATOR_NODE": programs["node"],
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": str(state),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "IN_MEMORY_CLIENT": "1",
        "EAGER_SERVICE_LOADING": "0",
        "LS_LOG": "warning",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "LAMBDA_RETRY_BASE_DELAY": "2",  # seconds before the first retry; 60 on AWS
        # Streams of DynamoDB Local itself: LocalStack's own go through Kinesis by ten threads,
        # which lose what is written to a new table and change the order of the rest.
        "PROVIDER_OVERRIDE_DYNAMODB": "v2",
        "PROVIDER_OVERRIDE_DYNAMODBSTREAMS": "v2",
        "SQS_ENABLE_MESSAGE_RETENTION_PERIOD": "1",
        "STEP_FUNCTIONS_EXPRESS_LIMIT_SECONDS": "10",  # 300 on AWS; see fidelity/express_limit.py
        "LAMBDA_LIMITS_MINIMUM_UNRESERVED_CONCURRENCY": "100",
    }


def has_ended(localstack: subprocess.Popen) -> bool:
    """Whether LocalStack has ended; reaps adopted orphans on the way."""
    while localstack.returncode is None:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if not process:
            return False
        if process == localstack.pid:
            localstack.returncode = os.waitstatus_to_exitcode(status)
    return True


def wait_until_ready(localstack: subprocess.Popen, port: int) -> None:
    """Wait for the answer to a real call and for the mends; raises NotReady.

    The health page is no proof: it is green while every call fails.
    """
    give_up_at = time.monotonic() + START_SECONDS
    while not (answers_sqs(port) and mends_are_loaded(port)):
        if has_ended(localstack):
            raise NotReady("LocalStack ended before it was ready.")
        if time.monotonic() > give_up_at:
            raise NotReady(f"LocalStack was not ready within {START_SECONDS} s.")
        time.sleep(LOOK_EVERY_SECONDS)


def answers_sqs(port: int) -> bool:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AmazonSQS.ListQueues",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/sqs/aws4_request",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", b"{}", headers)
    try:
        DIRECT.open(request, timeout=10).close()
    except OSError:
        return False
    return True


def mends_are_loaded(port: int) -> bool:
    """True when every file in fidelity/ was run; raises NotReady when one failed."""
    with DIRECT.open(f"http://127.0.0.1:{port}/_localstack/init/ready", timeout=10) as answer:
        hooks = json.load(answer)
    if failed := [hook["name"] for hook in hooks["scripts"] if hook["state"] == "ERROR"]:
        raise NotReady(f"These mends in {FIDELITY} failed to load: {', '.join(failed)}.")
    loaded = [hook for hook in hooks["scripts"] if hook["state"] == "SUCCESSFUL"]
    return hooks["completed"] and len(loaded) == len(list(FIDELITY.glob("*.py")))


def last_words(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def end(localstack: subprocess.Popen) -> None:
    """End LocalStack and all below it, and wait until they have gone.

    LocalStack's own shutdown takes seconds and saves nothing. When it has gone, its fork server
    ends the functions and the leashes end java and node; what is left after that ends by force.
    """
    localstack.kill()
    give_up_at = time.monotonic() + END_SECONDS
    while group_is_alive(localstack.pid) and time.monotonic() < give_up_at:
        time.sleep(0.02)
        has_ended(localstack)
        reap()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(localstack.pid, signal.SIGKILL)
    reap()


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    sys.exit(main())
