"""A copy of the course in a folder of its own, where its verbs may be run and killed."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from coursekit.notebooks.surroundings import emulator as running_emulator
from manage.paths import PYTHON, ROOT, STATE

COPIED = ("Makefile", "bootstrap.sh", "requirements.txt", "_config.yml", "_toc.yml")
COPIED_FOLDERS = ("book", "coursekit", "emulator", "labs", "manage")
READY = "Ctrl-C here"
SECONDS = 120  # a busy machine may take its time; nothing here is measured in seconds


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """A copy of the course that is set up, under a path with a space and a letter beyond ASCII."""
    root = tmp_path_factory.mktemp("manage") / "the course of Zoë"
    copy_sources(root)
    borrow_environments(root)
    borrow_scripts(root)
    # One page stands for the book: what builds it is proven elsewhere, and takes long.
    (root / "_build" / "html").mkdir(parents=True)
    (root / "_build" / "html" / "index.html").write_text("<h1>The book</h1>")
    program = "from manage import book; book.STAMP.write_text(book.digest())"
    subprocess.run([PYTHON, "-c", program], cwd=root, check=True)
    return root


def copy_sources(root: Path) -> None:
    root.mkdir()
    for name in COPIED:
        shutil.copy(ROOT / name, root)
    for name in COPIED_FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))


def borrow_environments(root: Path) -> None:
    """The environments of the real course by links, with stamps and state of the copy's own."""
    for name in ("venv", "emulator"):
        (root / ".course" / name).mkdir(parents=True)
        for entry in (STATE / name).iterdir():
            if entry.name not in ("state", "install.lock", "made-from.txt", "programs.json"):
                (root / ".course" / name / entry.name).symlink_to(entry)
    shutil.copy(STATE / "emulator" / "programs.json", root / ".course" / "emulator")
    digest, python, _, count = (STATE / "venv" / "made-from.txt").read_text().splitlines()
    (root / ".course" / "venv" / "made-from.txt").write_text(
        f"{digest}\n{python}\n{root}\n{count}\n"
    )
    if (STATE / "bootstrap").exists():
        (root / ".course" / "bootstrap").symlink_to(STATE / "bootstrap")


def borrow_scripts(root: Path) -> None:
    """What npm installed for the book's pages."""
    (root / ".course").mkdir(exist_ok=True)
    (root / ".course" / "npm").symlink_to(STATE / "npm")


@pytest.fixture(scope="session")
def address():
    """The emulator of LOCALSTACK_HOST, or one of the tests' own."""
    with running_emulator() as where:
        yield where


class Course:
    """`make start` under way in a copy."""

    def __init__(self, root: Path, port: int, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                ["make", "start", f"PORT={port}", "ARGS=--no-browser"],
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
            )
        self.seen: set[psutil.Process] = set()

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self) -> "Course":
        wait_until(lambda: READY in self.said() or self.process.poll() is not None)
        assert READY in self.said(), self.said()
        self.tree()
        return self

    def tree(self) -> set[psutil.Process]:
        """Every process that was seen below `make`, and `make` itself."""
        make = psutil.Process(self.process.pid)
        self.seen |= {make, *make.children(recursive=True)}
        return self.seen

    def find(self, *words: str) -> psutil.Process:
        """The uppermost process whose command line has all these words."""
        commands = {process: " ".join(process.cmdline()) for process in self.tree()}
        found = [p for p in commands if all(word in commands[p] for word in words)]
        return min(found, key=lambda process: len(process.parents()))

    def listens_on(self) -> set[str]:
        connections = [c for process in self.tree() for c in process.net_connections("tcp")]
        return {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}

    def addresses(self) -> dict[str, str]:
        rows = [row.rsplit(maxsplit=1) for row in self.said().splitlines() if "http://" in row]
        return {name.strip(): address for name, address in rows if address.startswith("http")}

    def assert_gone(self) -> None:
        """Nothing that was seen lives, and no port is open."""
        self.process.wait(SECONDS)
        _, alive = psutil.wait_procs(self.seen, timeout=15)
        alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
        assert not alive, [process.cmdline() for process in alive]
        for name in ("The book", "JupyterLab"):
            assert not is_open(int(self.addresses()[name].split(":")[2].partition("/")[0])), name

    def end(self) -> None:
        for process in self.seen:
            if process.is_running():
                process.kill()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def start(copy, tmp_path):
    """Run `make start` in the copy, with the machine's environment and these changes."""
    courses = []

    def start(port: int, **changes: str | None) -> Course:
        environment = {**os.environ, **changes}
        environment = {name: value for name, value in environment.items() if value is not None}
        log = tmp_path / f"start-{len(courses)}.log"
        courses.append(Course(copy, port, log, environment))
        return courses[-1]

    yield start
    for course in courses:
        course.end()


@pytest.fixture
def make(copy):
    """Run a verb in the copy to its end: exit code and what it said."""

    def make(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            ["make", *arguments],
            cwd=copy,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        return done.returncode, done.stdout + done.stderr

    return make


def wait_until(condition, seconds=SECONDS):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, f"not within {seconds} s"
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
