"""How the verbs speak: a line for each step, the seconds of long ones, one message for a failure."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """Something that the user can mend: what happened, and what to do."""

    def __init__(self, what_happened: str, what_to_do: str):
        super().__init__(f"{what_happened}\nWhat to do: {what_to_do}")


def line(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Name a step; after two seconds show that it is still at work, and how long."""
    began = time.monotonic()
    done = threading.Event()
    live = sys.stdout.isatty()

    def tick() -> None:
        if done.wait(2):
            return
        while not done.wait(1):
            if live:
                print(f"\r  {text} … {time.monotonic() - began:.0f} s", end="", flush=True)

    if not live:
        line(f"  {text} …")
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
    seconds = time.monotonic() - began
    if live:
        print("\r\033[K", end="")
    if live or seconds >= 2:
        line(f"  {text}: done in {seconds:.1f} s")
