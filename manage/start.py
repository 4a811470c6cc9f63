"""`make start`: environments, emulator, book, JupyterLab, one supervisor over all. `make stop` ends it.

The supervisor holds a file lock for as long as it lives: that, not a process id, says whether the
course is running.
"""

import fcntl
import json
import os
import secrets
import signal
import sys
import time
import webbrowser
from typing import IO

from manage import book, environment, leash, processes, say
from manage.paths import EMULATOR_PORT, HTML, PYTHON, ROOT, STATE

RUN = STATE / "run"
LOCK = RUN / "start.lock"
ADDRESSES = RUN / "addresses.json"


def start(browser: bool = True) -> int:
    """Start everything and stay until Ctrl-C, `make stop`, or the end of one of its parts."""
    lock = take_lock()
    if lock is None:
        say.line("The course is running already.")
        show_addresses()
        return 0
    leash.adopt_orphans()
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    children: list[processes.Child] = []
    try:
        children = start_parts(lock)
        show_addresses()
        if browser and (sys.platform == "darwin" or os.environ.get("DISPLAY")):
            webbrowser.open(json.loads(ADDRESSES.read_text())["JupyterLab"])
        return watch(children)
    except KeyboardInterrupt:
        say.line("\nEnding the course …")
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        ADDRESSES.unlink(missing_ok=True)
        for child in children:
            child.end()
        leash.end_descendants(os.getpid())
        say.line("Everything has ended: no process and no port is left.")


def stop() -> int:
    """End the running course, if there is one, and wait until its supervisor is gone."""
    lock = take_lock()
    if lock:
        say.line("The course is not running.")
        return 0
    os.kill(int(LOCK.read_text()), signal.SIGTERM)
    with say.step("Ending the course"):
        give_up_at = time.monotonic() + 30
        while not (lock := take_lock()):
            if time.monotonic() > give_up_at:
                raise say.Failure(
                    "The course did not end within 30 s.",
                    f"end process {LOCK.read_text()} by force (kill -9); the rest ends with it.",
                )
            time.sleep(0.1)
    say.line("The course has ended.")
    return 0


def start_parts(lock: IO[str]) -> list[processes.Child]:
    environment.make_course()
    children = []
    version = processes.localstack_at(EMULATOR_PORT)
    if version is None and processes.port_is_taken(EMULATOR_PORT):
        raise say.Failure(
            f"Port {EMULATOR_PORT} is taken by something that is not LocalStack.",
            f"end that program (`lsof -i :{EMULATOR_PORT}` names it), then run `make start` again.",
        )
    if version and version != processes.LOCALSTACK_VERSION:
        raise say.Failure(
            f"LocalStack {version} answers on port {EMULATOR_PORT}; the labs are made for "
            f"{processes.LOCALSTACK_VERSION}.",
            "end it and run `make start` again, or use this project's docker-compose.yml.",
        )
    if version:
        say.line(f"  LocalStack {version} answers already on port {EMULATOR_PORT}: the labs use it")
    else:
        environment.make_emulator()
        children.append(processes.start_emulator(EMULATOR_PORT))
    book.build_if_stale()
    book_port = processes.free_port(8000)
    lab_port = processes.free_port(8888)
    token = secrets.token_hex(16)
    children.append(
        processes.Child(
            "book-server",
            [sys.executable, "-m", "manage.serve", str(HTML), str(book_port)],
        )
    )
    children.append(processes.Child("jupyterlab", jupyterlab(lab_port, token)))
    with say.step("JupyterLab"):
        processes.wait_for(
            children[-1], lambda: processes.answers(f"http://127.0.0.1:{lab_port}/api"), seconds=60
        )
    ADDRESSES.write_text(
        json.dumps(
            {
                "The book": f"http://127.0.0.1:{book_port}/",
                "JupyterLab": f"http://127.0.0.1:{lab_port}/lab?token={token}",
                "LocalStack": f"http://127.0.0.1:{EMULATOR_PORT}",
            }
        )
    )
    return children


def jupyterlab(port: int, token: str) -> list[str]:
    """The command: on loopback, on labs/, with a token, asking nothing of any other host."""
    return [
        *(str(PYTHON), "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={ROOT / 'labs'}",
        f"--IdentityProvider.token={token}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def take_lock() -> IO[str] | None:
    """The supervisor's lock with our process id in it, or None where another one holds it."""
    RUN.mkdir(parents=True, exist_ok=True)
    lock = LOCK.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    os.set_inheritable(lock.fileno(), False)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def show_addresses() -> None:
    if not ADDRESSES.exists():
        say.line("It is still starting: its own window shows how far it is.")
        return
    say.line()
    for name, address in json.loads(ADDRESSES.read_text()).items():
        say.line(f"  {name:<11} {address}")
    say.line("\n  Begin with the book. Ctrl-C here, or `make stop` elsewhere, ends everything.")


def watch(children: list[processes.Child]) -> int:
    while True:
        for child in children:
            if child.ended():
                raise say.Failure(
                    f"The {child.name} has ended by itself. Its last words:\n{child.last_words()}",
                    "run `make start` again; your notebooks are saved as you left them.",
                )
        time.sleep(0.2)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt
