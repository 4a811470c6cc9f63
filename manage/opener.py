"""Opens a page in the browser, outside of the course's family of processes.

`make start` ends everything below it; a browser that it opened must stay. So the opener is forked
twice, before the course adopts orphans, into a session of its own, and waits for the address.
"""

import contextlib
import os
import sys
import webbrowser


class Opener:
    """Fork it first; later `open` an address, or `close` without one."""

    def __init__(self) -> None:
        read, self.pipe = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                if os.fork() == 0:
                    os.setsid()
                    os.close(self.pipe)
                    wait_and_open(read)
            finally:
                os._exit(0)
        os.close(read)
        os.waitpid(child, 0)

    def open(self, address: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self.pipe, address.encode())
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.pipe)


def wait_and_open(read: int) -> None:
    with os.fdopen(read) as pipe:
        address = pipe.read()
    if address:
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # browsers are talkative
            os.dup2(silence, stream)
        webbrowser.open(address)


def has_display() -> bool:
    return sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
