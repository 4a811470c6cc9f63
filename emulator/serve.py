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
from pathlib import Path

from ready import NotReady, answers_sqs, mends_are_loaded

FIDELITY = Path(__file__).resolve().parent / "fidelity"
SHARED_SETTINGS = Path(__file__).resolve().parent / "localstack.env"  # Docker reads it too
START_SECONDS = 60
LOOK_EVERY_SECONDS = 0.05
END_SECONDS = 2
PR_SET_CHILD_SUBREAPER = 36


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
    return shared_settings() | {
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
        "LAMBDA_RUNTIME_EXECUTOR": "process",
    }


def shared_settings() -> dict[str, str]:
    """What localstack.env says: one NAME=value a line, comments on lines of their own."""
    lines = SHARED_SETTINGS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


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
    """Wait for the mends and then for the answer to a real call; raises NotReady."""
    give_up_at = time.monotonic() + START_SECONDS
    while not (mends_are_loaded(port, FIDELITY) and answers_sqs(port)):
        if has_ended(localstack):
            raise NotReady("LocalStack ended before it was ready.")
        if time.monotonic() > give_up_at:
            raise NotReady(f"LocalStack was not ready within {START_SECONDS} s.")
        time.sleep(LOOK_EVERY_SECONDS)


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
