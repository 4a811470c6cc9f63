"""Starting what must run beside us, ending it, and knowing what holds a port."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from manage import say
from manage.paths import EMULATOR_HOME, EMULATOR_PYTHON, LOGS, ROOT, clean_environment

LEASH = Path(__file__).with_name("leash.py")
LOCALSTACK_PORT = 4566
LOCALSTACK_VERSION = "4.14.0"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy


def on_leash(command: list[str], **options: object) -> subprocess.Popen:
    """Start a command that ends when its stdin is closed, and so when we end, however we end."""
    return subprocess.Popen(
        [sys._base_executable, "-I", str(LEASH), *command],  # not the venv's: that may be deleted
        stdin=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,  # Ctrl-C reaches us alone; we end the others in order
        **options,
    )


class Child:
    """A named process on a leash; its output goes to `.course/logs/<name>.log`, or is shown."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path | None = None,
        shown: bool = False,
        **environment: str,
    ) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = log or LOGS / f"{name}.log"
        with contextlib.ExitStack() as files:
            output = None if shown else files.enter_context(self.log.open("ab" if log else "wb"))
            self.process = on_leash(
                command,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env=clean_environment(**environment),
            )

    def ended(self) -> bool:
        return self.process.poll() is not None

    def end(self) -> None:
        """Let go of the leash: it ends all below it. Returns at once."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()

    def wait(self, seconds: float = 15) -> int:
        """The exit code; by force after so many seconds."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def last_words(self, lines: int = 5) -> str:
        text = self.log.read_text(errors="replace").strip() or "(it said nothing)"
        return "\n".join(f"    {row}" for row in text.splitlines()[-lines:])


def localstack_at(port: int) -> str | None:
    """The version of the LocalStack that answers on this port of loopback, or None."""
    try:
        with DIRECT.open(f"http://127.0.0.1:{port}/_localstack/health", timeout=3) as answer:
            health = json.loads(answer.read(100_000))
        return health["version"] if "services" in health else None
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None


def port_is_taken(port: int) -> bool:
    """Whether something listens there on loopback, or nobody else may."""
    with socket.socket() as probe:  # macOS lets us bind beside a listener on all addresses
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def holder_of(port: int) -> str:
    """Who listens on the port, in words: "java (process 4711)", or "another program"."""
    if shutil.which("lsof"):
        listing = subprocess.run(
            ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"], capture_output=True, text=True
        ).stdout.splitlines()
        fields = {row[0]: row[1:] for row in reversed(listing) if row}
        if {"p", "c"} <= fields.keys():
            return f"{fields['c']} (process {fields['p']})"
    return holder_in_proc(port) or "another program"


def holder_in_proc(port: int) -> str | None:
    """The same from Linux's /proc, where lsof is not installed."""
    listening = "0A"
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for row in Path(table).read_text().splitlines()[1:]:
                _, local, _, state, *rest = row.split()
                if state == listening and int(local.rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{rest[5]}]")
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(link.readlink()) in inodes:
                process = link.parents[1]
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def free_port(*wished: int) -> int:
    """The first of the wished ports that is free, otherwise any free one."""
    for port in wished:
        if not port_is_taken(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def begin_emulator(port: int) -> Child:
    """Start the emulator on this port of loopback. Its log bears the port: several may run."""
    command = [str(EMULATOR_PYTHON), str(ROOT / "emulator" / "serve.py")]
    log = LOGS / f"localstack-{port}.log"
    log.unlink(missing_ok=True)
    options = ["--home", str(EMULATOR_HOME), "--port", str(port)]
    return Child("emulator", [*command, *options], log=log)


def wait_for_emulator(emulator: Child) -> None:
    """Wait until it answered a real call.

    Raises Failure with its last words when it ends before or takes over a minute.
    """
    with say.step("LocalStack"):
        wait_for(
            emulator, lambda: "ready on" in emulator.log.read_text(errors="replace"), seconds=60
        )


@contextlib.contextmanager
def own_emulator() -> Iterator[tuple[Child, dict[str, str]]]:
    """An emulator on a free port, and the environment of who shall use it.

    Its log is kept only where it ended by itself.
    """
    port = free_port()
    emulator = begin_emulator(port)
    try:
        wait_for_emulator(emulator)
        yield emulator, {"LOCALSTACK_HOST": f"127.0.0.1:{port}"}
    finally:
        ended_by_itself = emulator.ended()
        emulator.end()
        emulator.wait()
        if not ended_by_itself:
            emulator.log.unlink(missing_ok=True)


def wait_for(child: Child, ready: Callable[[], bool], seconds: float) -> None:
    give_up_at = time.monotonic() + seconds
    while not ready():
        if child.ended() or time.monotonic() > give_up_at:
            ended = "ended before it was ready" if child.ended() else f"took over {seconds:.0f} s"
            child.end()
            child.wait()
            say.raise_if_disk_is_full(ROOT)
            raise say.Failure(
                f"The {child.name} {ended}. Its last words:\n{child.last_words()}",
                f"read {child.log.relative_to(ROOT)}, then run the same command again; when it "
                "happens twice, `make clean` begins anew.",
            )
        time.sleep(0.05)


def answers(address: str) -> bool:
    try:
        DIRECT.open(address, timeout=1).close()
    except urllib.error.HTTPError:
        return True
    except (OSError, http.client.HTTPException):
        return False
    return True
