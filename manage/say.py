"""How the verbs speak: a line a step, the seconds of long ones, one message for a failure."""

import contextlib
import errno
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

FULL_BYTES = 5_000_000


class Failure(Exception):
    """Something that the user can mend: what happened, and what to do."""

    def __init__(self, what_happened: str, what_to_do: str) -> None:
        super().__init__(f"{what_happened}\nWhat to do: {what_to_do}")


def failure_of(error: OSError) -> Failure:
    """An error of the operating system's, in words that help."""
    where = f" ({error.filename})" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Failure(
                f"The disk is full{where}.",
                "free about 3 GB, then run the same command again: it goes on where it stopped.",
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Failure(
                f"Not allowed to write{where}.",
                "make the course's folder writable for your user, then run the same command again.",
            )
    return Failure(
        f"The operating system refused: {error}.",
        "run the same command again; when it happens twice, `make clean` begins anew.",
    )


def raise_if_disk_is_full(folder: Path) -> None:
    """Name the cause of a failure whose own words had no room to be written."""
    if shutil.disk_usage(folder).free < FULL_BYTES:
        raise failure_of(OSError(errno.ENOSPC, "", str(folder)))


def line(text: str = "") -> None:
    with contextlib.suppress(OSError):  # the window is gone; ending in order must go on
        print(text, flush=True)


class Step:
    """A step under way. `detail` says how far it is and is shown beside the seconds."""

    detail = ""


@contextlib.contextmanager
def step(text: str) -> Iterator[Step]:
    """Name a step; after two seconds show that it is still at work, for how long, how far."""
    under_way = Step()
    began = time.monotonic()
    done = threading.Event()
    live = sys.stdout.isatty()

    def tick() -> None:
        if done.wait(1):
            return
        while not done.wait(0.5):
            detail = f" · {under_way.detail}" if under_way.detail else ""
            print(
                f"\r\033[K  {text} … {time.monotonic() - began:.0f} s{detail}"[:100],
                end="",
                flush=True,
            )

    if live:
        ticker = threading.Thread(target=tick, daemon=True)
        ticker.start()
    else:
        line(f"  {text} …")
    try:
        yield under_way
    except BaseException:
        finish = "stopped after"
        raise
    else:
        finish = "done in"
    finally:
        done.set()
        seconds = time.monotonic() - began
        if live:
            ticker.join()
            print("\r\033[K", end="", flush=True)
        if live or seconds >= 2:
            line(f"  {text}: {finish} {seconds:.1f} s")
