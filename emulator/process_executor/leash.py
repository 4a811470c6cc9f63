"""Runs a command that ends when this process's parent has gone: `python leash.py COMMAND…`.

A program such as java does not notice that LocalStack was killed. This process notices, on every
system, by its parent's id; on Linux the kernel also ends the command when this process is killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

LOOK_EVERY_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """On Linux, be killed by the kernel when the parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def main(command: list[str]) -> int:
    parent = os.getppid()
    child = subprocess.Popen(command, preexec_fn=die_with_parent)
    signal.signal(signal.SIGTERM, lambda *_: child.kill())
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(LOOK_EVERY_SECONDS)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
