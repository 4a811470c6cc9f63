"""The process that every Lambda function is forked from: `python zygote.py`, stdin a socket.

It has loaded what functions need most (awslambdaric, boto3 and botocore's models), so that a cold
start is a fork and the import of the handler. One request on stdin is one fork:
4 bytes of length together with two file descriptors (the Runtime API's channel, the log), then
JSON: {"start": id, "environment": {…}, "code": folder}. {"kill": id} ends one. For each process
that ended it writes a line {"ended": id, "status": wait status}. At the end of stdin it ends them
all, so that none outlives LocalStack.

What a function starts ends with it, however far it detached itself: on Linux an orphan becomes the
child of its function's process, and when that has ended, the child of this one.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Container

sys.path.insert(0, os.path.dirname(__file__))  # our runtime_client comes before awslambdaric's
import runtime_client
from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
from awslambdaric.lambda_runtime_marshaller import to_json

del sys.path[0]

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PRELOADED_CLIENTS = ("dynamodb", "events", "lambda", "s3", "sns", "sqs", "stepfunctions")
SITE = sys.path[:]


class ChannelClient(LambdaRuntimeClient):
    """awslambdaric's client with the one call that it makes without runtime_client: init/error."""

    def call_rapid(
        self,
        http_method: str,
        endpoint: str,
        expected_http_code: int,
        payload: object = None,
        headers: dict | None = None,
    ) -> None:
        runtime_client.send(endpoint.rpartition("runtime/")[2], to_json(payload).encode())


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    preload()
    adopt_orphans()
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every page that the children share
    wakeup, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running: dict[int, str] = {}
    while True:
        ready, _, _ = select.select([control, wakeup], [], [])
        if wakeup in ready:
            os.read(wakeup, 4096)
            report_ended(running, control)
        if control in ready:
            prefix, handles, _, _ = socket.recv_fds(control, 4, 2)
            if not prefix:
                break
            request = json.loads(control.recv(int.from_bytes(prefix), socket.MSG_WAITALL))
            if "kill" in request:
                for process, identifier in running.items():
                    if identifier == request["kill"]:
                        kill(process)
                continue
            process = os.fork()
            if not process:
                be_a_function(request, *handles)
            running[process] = request["start"]
            for handle in handles:
                os.close(handle)
    for process in running:
        kill(process)
    end_left_behind(known=())


def preload() -> None:
    """Load what a function's first client needs, and nothing that depends on the environment.

    botocore parses a service's model (JSON, up to megabytes) once for each session. Here every
    file is parsed once for all functions; the clients made on the way are thrown away.
    """
    from botocore import loaders

    parse = loaders.JSONFileLoader.load_file
    parsed: dict[str, object] = {}

    def parse_once(self: loaders.JSONFileLoader, path: str) -> object:
        if path not in parsed:
            parsed[path] = parse(self, path)
        return parsed[path]

    loaders.JSONFileLoader.load_file = parse_once
    import boto3.session

    session = boto3.session.Session("key", "secret", region_name="us-east-1")
    for service in PRELOADED_CLIENTS:
        session.client(service)
    session.resource("dynamodb")


def report_ended(running: dict[int, str], control: socket.socket) -> None:
    for process in list(running):
        ended, status = os.waitpid(process, os.WNOHANG)
        if not ended:
            continue
        end_session(process)  # what the function left running
        report = {"ended": running.pop(process), "status": os.waitstatus_to_exitcode(status)}
        control.sendall(json.dumps(report).encode() + b"\n")
    end_left_behind(known=running)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)  # it may not have begun its session yet
    end_session(process)


def end_session(process: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nothing is left of it
        os.killpg(process, signal.SIGKILL)


def adopt_orphans() -> None:
    """On Linux, become the parent of descendants whose parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_left_behind(known: Container[int]) -> None:
    """End the children that are no function's process, and what becomes our child by that."""
    while orphans := [process for process in children() if process not in known]:
        for orphan in orphans:
            kill(orphan)
            os.waitpid(orphan, 0)


def children() -> list[int]:
    """This process's children, where the system tells."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as listed:
            return [int(process) for process in listed.read().split()]
    except OSError:
        return []


def be_a_function(request: dict, channel: int, log: int) -> None:
    """In the forked process: become the function; does not return."""
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    adopt_orphans()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(channel, 3)
    os.closerange(4, 256)
    os.set_inheritable(3, False)
    status = 1
    try:
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        os.chdir(request["code"])
        sys.path[:] = [request["code"], *SITE]
        sys.argv[:] = ["bootstrap", os.environ["_HANDLER"]]
        runtime_client.connect(3)
        if "AWS_LAMBDA_LOG_FORMAT" in os.environ or "AWS_LAMBDA_LOG_LEVEL" in os.environ:
            importlib.reload(bootstrap)  # it reads these two when it is imported
        bootstrap.run(os.environ["_HANDLER"], ChannelClient(""))
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status & 0xFF)


if __name__ == "__main__":
    main()
