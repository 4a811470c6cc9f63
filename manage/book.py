"""Builds the book into `_build/html`, with every warning an error."""

import hashlib
import subprocess

from manage import environment, say
from manage.paths import BOOK, HTML, LOGS, PYTHON, ROOT, clean_environment

STAMP = BOOK / "sources.sha256"
SOURCES = ("_config.yml", "_toc.yml", "book", "labs", "coursekit", "requirements.txt")


def build() -> int:
    """Build the book. Raises Failure with the warnings when it does not build clean."""
    environment.make_course()
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "book.log"
    with say.step("The book"), log.open("wb") as output:
        run = subprocess.run(
            [
                *(str(PYTHON), "-c", "from jupyter_book.cli.main import main; main()"),
                *("build", ".", "--path-output", ".", "-n", "-W", "--keep-going", "-q"),
            ],
            cwd=ROOT,
            env=clean_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if run.returncode:
        words = log.read_text(errors="replace")
        told = [row for row in words.splitlines() if "WARNING" in row or "ERROR" in row]
        raise say.Failure(
            "The book did not build clean:\n" + "\n".join(told or words.splitlines()[-15:]),
            f"mend the lines above; the whole log is {log.relative_to(ROOT)}.",
        )
    STAMP.write_text(digest())
    return 0


def build_if_stale() -> None:
    if not (HTML / "index.html").exists() or not STAMP.exists() or STAMP.read_text() != digest():
        build()


def digest() -> str:
    """SHA-256 over names and contents of everything that the book is built from."""
    total = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(file.parts):
                total.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return total.hexdigest()
