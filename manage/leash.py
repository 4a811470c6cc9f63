"""`python leash.py COMMAND…`: runs what must not outlive its owner, who holds our stdin open.

When the owner ends, however it ends, stdin reaches its end and everything below this process is
ended. On Linux the kernel helps: orphans come to this process (child subreaper), and a killed leash
takes its command along (parent-death signal).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 4
ENDED_EARLY = 128 + signal.SIGTERM  # no success: a check that was ended has not passed


def main(command: list[str]) -> int:
    adopt_orphans()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)
    ended = threading.Lock()

    def end(*_: object) -> None:
        if ended.acquire(blocking=False):
            end_descendants(os.getpid())
            os._exit(ENDED_EARLY)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to pass on, in order
    threading.Thread(target=lambda: (sys.stdin.read(), end()), daemon=True).start()
    status = wait_for(child.pid)
    end_descendants(os.getpid())
    return status if status >= 0 else 128 - status


def wait_for(command: int) -> int:
    """The command's exit code; adopted orphans are reaped meanwhile, or they would look alive."""
    while True:
        try:
            process, status = os.waitpid(-1, 0)
        except ChildProcessError:
            return ENDED_EARLY  # reaped by end_descendants, which ends this process
        if process == command:
            return os.waitstatus_to_exitcode(status)


def adopt_orphans() -> None:
    """On Linux, become the parent of grandchildren whose parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """On Linux, be killed by the kernel when the parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def end_descendants(ancestor: int) -> None:
    """End every process below `ancestor`: politely, and after four seconds by force."""
    give_up_at = time.monotonic() + GRACE_SECONDS
    for process in descendants(ancestor):
        send(process, signal.SIGTERM)
    while (rest := descendants(ancestor)) and time.monotonic() < give_up_at:
        reap()
        time.sleep(0.05)
    while rest:
        for process in rest:
            send(process, signal.SIGKILL)
        reap()
        time.sleep(0.02)
        rest = descendants(ancestor)


def descendants(ancestor: int) -> list[int]:
    """Process ids below `ancestor`, zombies left out."""
    children: dict[int, list[int]] = {}
    for process, parent in process_table():
        children.setdefault(parent, []).append(process)
    found, to_visit = [], [ancestor]
    while to_visit:
        below = children.get(to_visit.pop(), [])
        found += below
        to_visit += below
    return found


def process_table() -> list[tuple[int, int]]:
    """(process id, parent's id) of every living process."""
    if Path("/proc/self/stat").exists():
        table = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                except (OSError, ValueError):
                    continue  # it ended while we looked
                if state != "Z":
                    table.append((int(entry.name), int(parent)))
        return table
    listing = subprocess.Popen(
        ["ps", "-axo", "pid=,ppid=,stat="], stdout=subprocess.PIPE, text=True
    )
    lines, _ = listing.communicate()
    rows = [row.split() for row in lines.splitlines()]
    return [
        (int(process), int(parent))
        for process, parent, state in rows
        if "Z" not in state and int(process) != listing.pid
    ]


def send(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)


def reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
