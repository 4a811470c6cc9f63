"""One execution environment of a Lambda function, as a process of its own.

Behaves as AWS's: the process is started once and kept for further events; after a timeout or a
crash the next event finds a new process in the same environment (same TMPDIR). An initialisation
may take 10 seconds; one that failed is tried again by the event that waits for it, within the
function's own timeout. Times are in seconds unless their name says otherwise.
"""

import json
import math
import os
import shutil
import socket
import struct
import tempfile
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import UTC, datetime

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import (
    LambdaRuntimeException,
    RuntimeExecutor,
)

from process_executor.forkserver import fork_server

INIT_SECONDS = 10  # https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
RESPONSE_BYTES = (
    6_291_556  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
)
PATH = "/usr/local/bin:/usr/bin:/bin"
TOO_LARGE = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES} bytes)."
LENGTHS = struct.Struct("!II")


@dataclass
class Failure:
    """Why there is no answer: AWS's error type, its message, and its payload where it sent one."""

    kind: str
    message: str
    payload: bytes | None = None

    def as_payload(self, request_id: str) -> bytes:
        message = f"RequestId: {request_id} Error: {self.message}"
        return (
            self.payload or json.dumps({"errorType": self.kind, "errorMessage": message}).encode()
        )


class ProcessRuntimeExecutor(RuntimeExecutor):
    """LocalStack's RuntimeExecutor: it makes one for each environment."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self.process: FunctionProcess | None = None
        self.busy = threading.Lock()
        self.stopped = False
        self.folder = ""

    def start(self, env_vars: dict[str, str]) -> None:
        """Start the process and wait until it is initialised.

        A failed initialisation is kept for the first event, as AWS answers and logs it there.
        """
        runtime = self.function_version.config.runtime or "image"
        if not runtime.startswith("python"):
            raise LambdaRuntimeException(f"Without Docker only Python runs, not {runtime}.")
        code = str(self.function_version.config.code.get_unzipped_code_location())
        self.folder = tempfile.mkdtemp(prefix="lambda-", dir=config.dirs.tmp)
        self.environment = clean_environment(env_vars, runtime, code, self.folder)
        self.code = code
        self.process = FunctionProcess(self.environment, code, self.folder)
        provisioned = env_vars["AWS_LAMBDA_INITIALIZATION_TYPE"] == "provisioned-concurrency"
        if provisioned and self.process.failure:
            raise StatusErrorException("Init failed", self.process.failure.as_payload(""))

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one event and return its answer with its log."""
        with self.busy:
            if self.stopped:
                raise CancelledError
            if not self.process.alive or self.process.has_ended():
                self.process.end()
                seconds = self.function_version.config.timeout
                self.process = FunctionProcess(self.environment, self.code, self.folder, seconds)
            result = run_event(self.process, payload, self.function_version)
        if self.stopped:
            self.remove()
        return result

    def stop(self) -> None:
        """End the environment; an event that is being handled finishes before, as on AWS."""
        self.stopped = True
        if self.busy.acquire(blocking=False):
            self.busy.release()
            self.remove()

    def remove(self) -> None:
        if self.process:
            self.process.end()
            self.process = None
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def get_address(self) -> str:
        return "127.0.0.1"

    get_endpoint_from_executor = get_address

    def get_runtime_endpoint(self) -> str:
        return ""  # LocalStack's callback address; our functions answer over their socket

    def get_logs(self) -> str:
        return self.process.output() if self.process else ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        pass


def clean_environment(env_vars: dict, runtime: str, code: str, folder: str) -> dict[str, str]:
    """What Lambda sets and what the function's configuration sets: nothing of this machine's user.

    HOME is the environment's own folder, or boto3 would read the user's ~/.aws.
    """
    of_localstack = ("LOCALSTACK_RUNTIME", "LOCALSTACK_FUNCTION", "LOCALSTACK_MAX")
    given = {k: str(v) for k, v in env_vars.items() if not k.startswith(of_localstack)}
    return {
        "PATH": PATH,
        "LANG": "en_US.UTF-8",
        "HOME": folder,
        "PYTHONUNBUFFERED": "1",
        **given,
        "TMPDIR": folder,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "LAMBDA_TASK_ROOT": code,
    }


class FunctionProcess:
    """A forked process that runs the function, the socket to it, and the file that it prints to."""

    def __init__(
        self,
        environment: dict[str, str],
        code: str,
        folder: str,
        event_seconds: float | None = None,  # of the event that waits for this initialisation
    ) -> None:
        began = time.monotonic()
        self.server = fork_server()
        self.identifier = os.urandom(8).hex()
        self.peak_bytes = 0
        self.alive = True
        log = os.path.join(folder, ".log")
        self.log = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.unlink(log)
        self.log_offset = 0
        self.channel, theirs = socket.socketpair()
        request = {"environment": environment, "code": code}
        with theirs:
            try:
                self.server.start(self.identifier, request, theirs.fileno(), self.log)
            except OSError:  # it was killed: once more, with a new one
                self.server = fork_server()
                self.server.start(self.identifier, request, theirs.fileno(), self.log)
        self.failure = self.initialise(began, event_seconds)
        self.init_seconds: float | None = time.monotonic() - began
        self.seconds_used = self.init_seconds if event_seconds else 0.0

    def initialise(self, began: float, event_seconds: float | None) -> Failure | None:
        seconds = event_seconds or INIT_SECONDS
        try:
            call, _, body = self.receive(began + seconds)
        except TimeoutError:
            self.kill()
            what = "Task" if event_seconds else "Init"
            return Failure("Sandbox.Timedout", f"{what} timed out after {seconds:.2f} seconds")
        except EOFError:
            return self.exited()
        if call == "next":
            return None
        self.kill()
        return Failure(json.loads(body).get("errorType", "Runtime.Unknown"), "", body)

    def handle(self, headers: dict[str, str | int], event: bytes, timeout: int) -> bytes | Failure:
        """The answer to one event, or why there is none.

        The function asks for this event only after it has answered the last one. One that forked
        may have answered the last one twice: only what is for this event counts.
        """
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        give_up_at = time.monotonic() + timeout - self.seconds_used
        self.seconds_used = 0.0
        answered = ""
        try:
            self.send(headers, event)
            while answered != request_id:
                call, answered, body = self.receive(give_up_at)
        except TimeoutError:
            self.kill()
            return Failure("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds")
        except (EOFError, OSError):
            return self.exited()
        if call == "error":
            return Failure("", "", body)
        if len(body) > RESPONSE_BYTES:
            return Failure("Function.ResponseSizeTooLarge", TOO_LARGE)
        return body

    def has_ended(self) -> bool:
        """True when the process has gone since its last answer."""
        self.channel.settimeout(0)
        try:
            return not self.channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def exited(self) -> Failure:
        self.alive = False
        status = self.server.wait(self.identifier, 2)
        if status == 0:
            return Failure("Runtime.ExitError", "Runtime exited without providing a reason")
        if status is None or status < 0:
            reason = "signal: " + ("killed" if status in (None, -9) else str(-status))
        else:
            reason = f"exit status {status}"
        return Failure("Runtime.ExitError", f"Runtime exited with error: {reason}")

    def kill(self) -> None:
        self.alive = False
        self.server.kill(self.identifier)
        self.server.wait(self.identifier, 2)

    def end(self) -> None:
        if self.alive:
            self.kill()
        self.channel.close()
        os.close(self.log)

    def output(self) -> str:
        """What was printed since the last call."""
        size = os.fstat(self.log).st_size
        text = os.pread(self.log, size - self.log_offset, self.log_offset)
        self.log_offset = size
        return text.decode(errors="replace")

    def send(self, headers: dict[str, str | int], body: bytes) -> None:
        header = json.dumps(headers).encode()
        self.channel.settimeout(INIT_SECONDS)  # has_ended leaves 0, which a large event outgrows
        self.channel.sendall(LENGTHS.pack(len(header), len(body)) + header + body)

    def receive(self, give_up_at: float) -> tuple[str, str, bytes]:
        """The function's next call of the Runtime API, which event it answers, and its body."""
        lengths = LENGTHS.unpack(self.receive_exactly(LENGTHS.size, give_up_at))
        header = json.loads(self.receive_exactly(lengths[0], give_up_at))
        self.peak_bytes = header["peak"]
        return header["call"], header["id"], self.receive_exactly(lengths[1], give_up_at)

    def receive_exactly(self, count: int, give_up_at: float) -> bytes:
        parts = []
        while count:
            self.channel.settimeout(max(give_up_at - time.monotonic(), 0.001))
            part = self.channel.recv(min(count, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def run_event(
    process: FunctionProcess, payload: dict[str, str], version: FunctionVersion
) -> InvocationResult:
    """Hand one event to the process, and put its answer and its log into LocalStack's form."""
    request_id = payload["invoke-id"]
    timeout = version.config.timeout
    init_seconds, process.init_seconds = process.init_seconds, None
    deadline = time.time() + timeout - process.seconds_used
    began = time.monotonic()
    if process.failure:
        answer, process.failure = process.failure, None
    else:
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": int(deadline * 1000),
            "Lambda-Runtime-Trace-Id": payload["trace-id"],
            "Lambda-Runtime-Invoked-Function-Arn": payload["invoked-function-arn"],
            "Content-Type": "application/json",
        }
        answer = process.handle(headers, payload["payload"].encode(), timeout)
    seconds = time.monotonic() - began
    failure = answer if isinstance(answer, Failure) else None
    log = log_of_event(request_id, version, process, failure, seconds, init_seconds)
    body = failure.as_payload(request_id) if failure else answer
    return InvocationResult(request_id, body, is_error=failure is not None, logs=log)


def log_of_event(
    request_id: str,
    version: FunctionVersion,
    process: FunctionProcess,
    failure: Failure | None,
    seconds: float,
    init_seconds: float | None,
) -> str:
    """The log lines of one event as Lambda writes them, START to REPORT."""
    output = process.output()
    if output and not output.endswith("\n"):
        output += "\n"
    status = ""
    if failure and failure.message:
        if failure.kind == "Sandbox.Timedout":
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            output += f"{now} {request_id} {failure.message}\n"
            status = "Status: timeout"
        else:
            output += f"RequestId: {request_id} Error: {failure.message}\n{failure.kind}\n"
            status = f"Status: error\tError Type: {failure.kind}"
    elif failure and failure.kind:
        status = f"Status: error\tError Type: {failure.kind}"
    millis = seconds * 1000
    init = "" if init_seconds is None else f"Init Duration: {init_seconds * 1000:.2f} ms\t"
    billed = math.ceil(millis + (init_seconds or 0) * 1000)
    return (
        f"START RequestId: {request_id} Version: {version.id.qualifier}\n{output}"
        f"END RequestId: {request_id}\n"
        f"REPORT RequestId: {request_id}\tDuration: {millis:.2f} ms\tBilled Duration: {billed} ms\t"
        f"Memory Size: {version.config.memory_size} MB\t"
        f"Max Memory Used: {process.peak_bytes >> 20} MB\t{init}{status}\n"
    )
