"""`make start`: environments, emulator, book, JupyterLab, and one supervisor over all.

The supervisor holds a file lock for as long as it lives: that, not a process id, says whether the
course is running.
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import sys
import time
from typing import IO

from manage import book, environment, jupyter, leash, processes, say
from manage.opener import Opener, has_display
from manage.paths import HTML, RUN

LOCK = RUN / "start.lock"
ADDRESSES = RUN / "addresses.json"
PARTS = {  # child -> what it is called, what to do when it has ended
    "emulator": ("LocalStack", "run `make start` again, then the lab from its first cell."),
    "book-server": ("The book's server", "run `make start` again."),
    "jupyterlab": ("JupyterLab", "run `make start` again: notebooks are as you last saved them."),
}


def start(port: int = processes.LOCALSTACK_PORT, browser: bool = True) -> int:
    """Start everything and stay until Ctrl-C, `make stop`, or the end of one of its parts."""
    owner = os.getppid()  # `make`, mostly
    lock = take_lock()
    if lock is None:
        say.line("The course is running already.")
        show_addresses()
        return 0
    ADDRESSES.unlink(missing_ok=True)  # of a run that was killed
    opener = Opener() if browser and has_display() else None
    leash.adopt_orphans()
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # by nohup: to stay without a window
        signal.signal(signal.SIGHUP, interrupt)
    try:
        addresses, children = start_parts(port)
        ADDRESSES.touch(mode=0o600)  # JupyterLab's token is in it: nobody else may read it
        ADDRESSES.write_text(json.dumps(addresses))
        show_addresses()
        if opener:
            opener.open(addresses["JupyterLab"])
        watch(children, owner)
    except KeyboardInterrupt:
        say.line("\nEnding the course …")
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if opener:
            opener.close()
        ADDRESSES.unlink(missing_ok=True)
        leash.end_descendants(os.getpid())
    say.line("Everything has ended: no process and no port is left.")
    return 0


def stop() -> int:
    """End the running course, if there is one, and wait until its supervisor is gone."""
    if take_lock():
        say.line("The course is not running.")
        return 0
    with say.step("Ending the course"):
        give_up_at = time.monotonic() + 30
        while not take_lock():
            supervisor = LOCK.read_text()
            if time.monotonic() > give_up_at:
                raise say.Failure(
                    "The course did not end within 30 s.",
                    f"end it by force with `kill -9 {supervisor}`: the rest ends with it.",
                )
            ask_to_end(supervisor)
            time.sleep(0.1)
    say.line("The course has ended.")
    return 0


def ask_to_end(supervisor: str) -> None:
    """Again and again: one that just began has not written its id yet, or does not listen yet."""
    with contextlib.suppress(ProcessLookupError, ValueError):
        try:
            os.kill(int(supervisor), signal.SIGTERM)
        except PermissionError:
            raise say.Failure(
                "The course was started by another user.", f"that user ends process {supervisor}."
            ) from None


def start_parts(port: int) -> tuple[dict[str, str], list[processes.Child]]:
    """Set up and start what is not there yet. Returns the addresses and what is to be watched."""
    running = localstack_that_runs(port)
    environment.make_course()
    children = []
    if not running:
        environment.make_emulator()
        children.append(processes.begin_emulator(port))  # gets ready beside what follows
    try:
        book.build_if_stale()
    except say.Failure as failure:
        if not (HTML / "index.html").exists():
            raise
        say.line(f"\n{failure}\nUntil then the book shows what could be built.\n")
    book_port = processes.free_port(8000, 8001, 8002)
    lab_port = processes.free_port(8888, 8889, 8890)
    token = secrets.token_hex(16)
    server = [sys.executable, "-m", "manage.serve", str(HTML), str(book_port)]
    lab = processes.Child(
        "jupyterlab",
        jupyter.command(lab_port),
        JUPYTER_TOKEN=token,
        LOCALSTACK_HOST=f"127.0.0.1:{port}",
    )
    children += [processes.Child("book-server", server), lab]
    if not running:
        processes.wait_for_emulator(children[0])
    with say.step("JupyterLab"):
        processes.wait_for(
            lab, lambda: processes.answers(f"http://127.0.0.1:{lab_port}/api"), seconds=60
        )
    addresses = {
        "The book": f"http://127.0.0.1:{book_port}/",
        "JupyterLab": f"http://127.0.0.1:{lab_port}/lab?token={token}",
        "LocalStack": f"http://127.0.0.1:{port}",
    }
    return addresses, children


def localstack_that_runs(port: int) -> bool:
    """Whether the labs' LocalStack answers there. Raises Failure where anything else does."""
    version = processes.localstack_at(port)
    if version == processes.LOCALSTACK_VERSION:
        say.line(f"  LocalStack {version} answers already on port {port}: the labs use it")
        return True
    if version:
        raise say.Failure(
            f"LocalStack {version} answers on port {port}; the labs are made for "
            f"{processes.LOCALSTACK_VERSION}.",
            "end it and run `make start` again, or leave it and run `make start PORT=4567`.",
        )
    if processes.port_is_taken(port):
        raise say.Failure(
            f"Port {port} is taken by {processes.holder_of(port)}, which is not LocalStack.",
            "end that program and run `make start` again, or run `make start PORT=4567`.",
        )
    return False


def take_lock() -> IO[str] | None:
    """The supervisor's lock with our process id in it, or None where another one holds it."""
    RUN.mkdir(parents=True, exist_ok=True)
    lock = LOCK.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def show_addresses() -> None:
    try:
        addresses = json.loads(ADDRESSES.read_text())
    except (OSError, ValueError):
        say.line("It is still starting: its own window shows how far it is.")
        return
    say.line()
    for name, address in addresses.items():
        say.line(f"  {name:<11} {address}")
    say.line("\n  Begin with the book. Ctrl-C here, or `make stop` elsewhere, ends everything.")


def watch(children: list[processes.Child], owner: int) -> None:
    """Stay while all of them live. Raises Failure when one has ended."""
    while True:
        if "MAKELEVEL" in os.environ and os.getppid() != owner:
            raise KeyboardInterrupt  # `make` was killed: nobody waits for us any more
        for child in children:
            if child.ended():
                title, to_do = PARTS[child.name]
                raise say.Failure(
                    f"{title} has ended by itself, so the course ends too. Its last words:\n"
                    f"{child.last_words()}",
                    to_do,
                )
        time.sleep(0.2)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt
