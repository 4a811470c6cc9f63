"""LocalStack's side of the process that all functions are forked from (functions/zygote.py)."""

import contextlib
import json
import os
import socket
import subprocess
import threading
from pathlib import Path

ZYGOTE = Path(__file__).parent / "functions" / "zygote.py"


class ForkServer:
    """One zygote and the processes forked from it, known by the caller's own identifiers."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [os.environ["EMULATOR_FUNCTIONS_PYTHON"], "-I", "-X", "utf8", str(ZYGOTE)],
                stdin=theirs,
                env={"PATH": os.defpath, "LANG": "en_US.UTF-8"},
                cwd="/",
            )
        self.sending = threading.Lock()
        self.ended: dict[str, threading.Event] = {}
        self.statuses: dict[str, int] = {}
        self.gone = False
        threading.Thread(target=self.read_reports, name="fork-server", daemon=True).start()

    def start(self, identifier: str, request: dict, channel: int, log: int) -> None:
        """Fork a function's process with these two file descriptors."""
        self.ended[identifier] = threading.Event()
        self.send({"start": identifier, **request}, [channel, log])

    def kill(self, identifier: str) -> None:
        """End a function's process and its session by force."""
        with contextlib.suppress(OSError):  # the zygote has gone, and its children with it
            self.send({"kill": identifier})

    def wait(self, identifier: str, seconds: float) -> int | None:
        """The exit status of a process that has ended; negative is a signal, None is unknown."""
        self.ended[identifier].wait(seconds)
        self.ended.pop(identifier, None)
        return self.statuses.pop(identifier, None)

    def send(self, request: dict, handles: list[int] = ()) -> None:
        body = json.dumps(request).encode()
        try:
            with self.sending:
                socket.send_fds(self.control, [len(body).to_bytes(4)], handles)
                self.control.sendall(body)
        except OSError:
            self.gone = True
            raise

    def read_reports(self) -> None:
        try:
            for line in self.control.makefile("rb"):
                report = json.loads(line)
                self.statuses[report["ended"]] = report["status"]
                if event := self.ended.get(report["ended"]):
                    event.set()
        except OSError:
            pass
        self.gone = True
        for event in list(self.ended.values()):
            event.set()
        self.process.wait()


running: ForkServer | None = None
starting = threading.Lock()


def fork_server() -> ForkServer:
    """The fork server; a new one when the last one was killed."""
    global running
    with starting:
        if running is None or running.gone:
            running = ForkServer()
        return running
