"""Find the emulator, or start it."""

import fcntl
import http.client
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coursekit.cloud.errors import EmulatorError, NotLoopbackError
from coursekit.cloud.guard import is_loopback
from coursekit.paths import ROOT, STATE

VERSION = "4.14.0"
DEFAULT_ADDRESS = "127.0.0.1:4566"
HOME = STATE / "emulator"
MENDS = ROOT / "emulator" / "fidelity"  # what makes LocalStack do as AWS does
# How long a health page may take. When all labs have run, LocalStack's memory is large. Beside
# other work its garbage collector can then need some seconds, in which it answers nobody.
ANSWER_SECONDS = 15.0
START_SECONDS = 90.0
_children: list[subprocess.Popen] = []  # keeps their stdin open: they end when it closes


@dataclass(frozen=True)
class Address:
    """Where the emulator listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The endpoint URL of every service."""
        return f"http://{self.host}:{self.port}"

    def __str__(self) -> str:
        """As host:port."""
        return f"{self.host}:{self.port}"


def configured_address() -> Address:
    """What LOCALSTACK_HOST says (host:port), or the usual address; loopback only."""
    text = os.environ.get("LOCALSTACK_HOST") or DEFAULT_ADDRESS
    host, _, port = text.rpartition(":") if ":" in text else (text, ":", "4566")
    if not is_loopback(host):
        raise NotLoopbackError(
            f"LOCALSTACK_HOST names {host!r}, which is not this machine. Labs run against an "
            f"emulator on loopback only: unset it, or set it to {DEFAULT_ADDRESS}."
        )
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise EmulatorError(
            f"LOCALSTACK_HOST has no usable port: {text!r}. Set it to host:port, "
            f"for example {DEFAULT_ADDRESS}, or unset it."
        )
    # One spelling: "localhost" may mean ::1, where the emulator does not listen.
    return Address("127.0.0.1" if host == "localhost" else host, int(port))


def running_services(address: Address) -> list[str] | None:
    """The services in use, from the health page; None where nothing listens at all.

    Returns when LocalStack has the course's mends; raises EmulatorError where it never will.
    """
    try:
        page = _page(address, "health")
        version, services = page["version"], dict(page["services"])
        missing = _mends_it_lacks(address) if version == VERSION else []
    except ConnectionRefusedError:
        return None
    except TimeoutError as error:
        raise EmulatorError(
            f"something listens on {address}, but has not answered for {ANSWER_SECONDS:.0f} "
            "seconds: a program that is not LocalStack, or a LocalStack that has come to a halt. "
            "Stop it, or set LOCALSTACK_HOST to another port of this machine, "
            "then run `make start`."
        ) from error
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise EmulatorError(
            f"something answers on {address}, but it is not LocalStack ({type(error).__name__}). "
            "Stop that program, or set LOCALSTACK_HOST to another port of this machine, "
            "then run `make start`."
        ) from error
    if version != VERSION:
        raise EmulatorError(
            f"LocalStack {version} answers on {address}; the labs need {VERSION}. "
            "Stop it, then run `make start`."
        )
    if missing:
        raise EmulatorError(
            f"the LocalStack on {address} lacks what the course mends in it: {', '.join(missing)}. "
            "Another program started it, or an older copy of the course. Stop it, "
            "then run `make start`."
        )
    return [name for name, state in services.items() if state == "running"]


def engine(address: Address) -> tuple[str, Literal["host", "docker"]]:
    """The version of the LocalStack that answers there, and whether it runs in "docker"."""
    about = _page(address, "info")
    # Like 4.14.0:9c2b7c3f8 where it was built from a commit.
    version = about["version"].partition(":")[0]
    return version, "docker" if about["is_docker"] else "host"


def _mends_it_lacks(address: Address) -> list[str]:
    """Names of mends that did not load. LocalStack answers before it loads them, so wait."""
    deadline = time.monotonic() + START_SECONDS
    while not (hooks := _page(address, "init/ready"))["completed"] and time.monotonic() < deadline:
        time.sleep(0.1)
    loaded = {hook["name"] for hook in hooks["scripts"] if hook["state"] == "SUCCESSFUL"}
    return sorted({mend.name for mend in MENDS.glob("*.py")} - loaded)


def _page(address: Address, name: str) -> dict:
    """One of LocalStack's own pages."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", f"/_localstack/{name}", headers={"Accept": "application/json"})
        return json.loads(connection.getresponse().read(1_000_000))
    finally:
        connection.close()


def connect_or_start(address: Address) -> list[str]:
    """Make sure that the emulator answers; return the services in use."""
    services = running_services(address)
    if services is not None:
        return services
    STATE.mkdir(exist_ok=True)
    with open(STATE / "emulator.starting", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another kernel may be starting it right now
        services = running_services(address)
        if services is not None:
            return services
        print("no emulator is running yet: starting one, which takes some seconds", flush=True)
        return start_emulator(address)


def start_emulator(address: Address) -> list[str]:
    """Start the emulator as a child that ends with this process; return the services in use."""
    python, program = HOME / "venv" / "bin" / "python", ROOT / "emulator" / "serve.py"
    if address.host != "127.0.0.1" or not python.exists() or not program.exists():
        raise EmulatorError(
            f"no emulator answers on {address}. Run `make start` in a terminal, in the course's "
            "folder, then run this cell again."
        )
    log_path = STATE / "logs" / f"emulator-{address.port}.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with open(log_path, "w") as log:
        child = subprocess.Popen(
            [python, program, "--home", HOME, "--port", str(address.port), "--with-parent"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C for the kernel is not for the emulator
        )
    _children.append(child)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if f"ready on {address}" in log_path.read_text(errors="replace"):
            return running_services(address) or []
        if child.poll() is not None:
            raise EmulatorError(
                f"the emulator ended before it was ready: {_last_line(log_path)!r}. "
                f"Its log is {log_path.relative_to(ROOT)}; `make start` repairs an installation."
            )
        time.sleep(0.1)
    child.terminate()
    raise EmulatorError(
        f"the emulator was not ready after {START_SECONDS:.0f} s. Its log is "
        f"{log_path.relative_to(ROOT)}. Run `make start` in a terminal, then this cell again."
    )


def _last_line(path: Path) -> str:
    """The last line with text in it, of a log."""
    lines = [line for line in path.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it wrote nothing"
