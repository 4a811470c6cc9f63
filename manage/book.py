"""Builds the book into `_build/html`, with every warning an error."""

import contextlib
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

from manage import environment, processes, say
from manage.paths import BOOK, HTML, LOGS, PYTHON, ROOT

STAMP = BOOK / "sources.sha256"
SOURCES = ("_config.yml", "_toc.yml", "book", "labs", "coursekit", "requirements.txt")
COLOR = re.compile(r"\x1b\[[\d;]*m")
NOT_A_SOURCE = re.compile(r"\..*|.*~|__pycache__")  # what editors, Jupyter and Python leave
LIMIT_SECONDS = 600


# The launcher script `jupyter-book` breaks where the folder's name has spaces.
COMMAND = [
    *(str(PYTHON), "-c", "from jupyter_book.cli.main import main; main()"),
    *("build", ".", "--path-output", ".", "-n", "-W", "--keep-going"),
]


def build(only_if_stale: bool = False) -> int:
    """Build the book. Raises Failure with the warnings when it does not build clean."""
    environment.make_course()
    with one_build_at_a_time():
        if not only_if_stale or is_stale():
            build_now()
    return 0


def one_build_at_a_time() -> contextlib.AbstractContextManager[None]:
    return environment.one_at_a_time("book", "Another command is building the book: waiting for it")


def build_now() -> None:
    built_from = digest()
    with say.step("The book") as step:
        run = processes.Child("book", COMMAND)
        try:
            status = wait_with_progress(run, step)
        finally:
            run.end()
            run.wait()
    if status:
        say.raise_if_disk_is_full(ROOT)
        raise not_clean(run.log)
    STAMP.write_text(built_from)


def not_clean(log: Path) -> say.Failure:
    """What Sphinx warned of, each thing once; the log's end where that is not what went wrong."""
    words = COLOR.sub("", log.read_text(errors="replace"))
    told = dict.fromkeys(row for row in words.splitlines() if "WARNING" in row or "ERROR" in row)
    return say.Failure(
        "The book did not build clean:\n" + "\n".join(told or words.splitlines()[-15:]),
        f"mend the lines above; the whole log is {log.relative_to(ROOT)}.",
    )


def wait_with_progress(run: processes.Child, step: say.Step) -> int:
    """The build's exit code; meanwhile the step shows Sphinx's own words, like "writing output"."""
    give_up_at = time.monotonic() + LIMIT_SECONDS
    while not run.ended():
        if time.monotonic() > give_up_at:
            raise say.Failure(
                f"The book was not built within {LIMIT_SECONDS} s.",
                f"see the end of {(LOGS / 'book.log').relative_to(ROOT)}, then try again.",
            )
        lines = COLOR.sub("", run.log.read_text(errors="replace")).replace("\r", "\n").split("\n")
        step.detail = next((row.strip() for row in reversed(lines) if row.strip()), "")
        time.sleep(0.2)
    return run.wait()


def build_if_stale() -> None:
    if is_stale():
        build(only_if_stale=True)


def is_stale() -> bool:
    return not (HTML / "index.html").exists() or not STAMP.exists() or STAMP.read_text() != digest()


def digest() -> str:
    """SHA-256 over names and contents of everything that the book is built from."""
    total = hashlib.sha256()
    for file in sources():
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def sources() -> Iterator[Path]:
    """Every file that the book is built from."""
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            names = file.relative_to(ROOT).parts
            if file.is_file() and not any(map(NOT_A_SOURCE.fullmatch, names)):
                yield file
