"""The course's own environment, made from its locks, and the emulator's beside it."""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from manage import processes, say
from manage.paths import AUDIT, EMULATOR_HOME, NPM, PYTHON, ROOT, STATE, UV, VENV, clean_environment

LOCK = ROOT / "requirements.txt"
NPM_LOCKS = ROOT / "coursekit" / "book"
AUDIT_LOCKS = ROOT / "coursekit" / "audit"
INSTALLER = ROOT / "emulator" / "install.py"
STAMP = VENV / "made-from.txt"
WAITING = "Another command is setting up: waiting for it"


def make_course() -> None:
    """Make `.course/venv` and `.course/npm` from their locks; nothing to do where both are whole.

    Raises Failure when a lock was edited by hand, the network is away or the disk is full.
    """
    make_venv()
    make_npm()


def make_venv() -> None:
    """Python packages from requirements.txt, and the course itself."""
    digest, python = hashlib.sha256(LOCK.read_bytes()).hexdigest(), " ".join(sys.version.split())
    made_from = f"{digest}\n{python}\n{ROOT}\n"
    if is_made_from(made_from):
        return
    with one_at_a_time("set-up", WAITING):
        if is_made_from(made_from):  # by the one that we waited for
            return
        text = "The course's environment (once; some 200 MB are fetched)"
        with say.step(text) as step:
            # Another Python, a folder that was moved, or a damaged one: what is inside is stale.
            if not is_made_from(made_from, lines=slice(1, 3)):
                load_installer().remove(VENV)
                uv(step, "venv", "--python", sys._base_executable, "--no-project", str(VENV))
            STAMP.unlink(missing_ok=True)
            uv(
                step,
                *("pip", "sync", "--require-hashes", "--strict", "--python", str(PYTHON)),
                str(LOCK.relative_to(ROOT)),
            )
            packages = VENV / "lib" / "python3.13" / "site-packages"
            (packages / "course.pth").write_text(f"{ROOT}\n", encoding="utf-8")
            step.detail = "looking for fonts"
            find_fonts()
            count = load_installer().count_packages(VENV)
            STAMP.write_text(f"{made_from}{count}\n", encoding="utf-8")


def is_made_from(made_from: str, lines: slice = slice(3)) -> bool:
    """Whether the stamp says so, and every file that was installed is still there."""
    try:
        *stamp, count = STAMP.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    fits = stamp[lines] == made_from.splitlines()[lines] and count.isdecimal()
    return fits and load_installer().is_whole(VENV, int(count))


def find_fonts() -> None:
    """Let matplotlib list the machine's fonts now: where that takes long, it warns in a lab."""
    with contextlib.suppress(OSError):
        subprocess.run(
            [str(PYTHON), "-c", "import matplotlib.font_manager"],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )


def make_npm(locks: Path = NPM_LOCKS, folder: Path = NPM) -> None:
    """The scripts that the book's pages load, from coursekit/book/package-lock.json."""
    if load_installer().is_npm_whole(locks, folder):
        return
    with one_at_a_time("set-up", WAITING):
        run_installer("--npm", str(locks), str(folder))


def make_audit() -> str:
    """What audits the pages, from coursekit/audit/package-lock.json. Returns the Node to run it."""
    make_npm(AUDIT_LOCKS, AUDIT)
    return load_installer().find_node(EMULATOR_HOME)


def make_emulator() -> None:
    """Make the emulator's environment in `.course/emulator` from its own locks."""
    with one_at_a_time("set-up", WAITING):
        run_installer()


def run_installer(*arguments: str) -> None:
    """Run emulator/install.py; its error becomes what happened and what to do."""
    command = [sys._base_executable, "-I", str(INSTALLER), "--home", str(EMULATOR_HOME)]
    command += ["--uv", str(UV), "--python", sys._base_executable, *arguments]
    with tempfile.TemporaryFile("w+") as errors:
        installer = processes.on_leash(
            command, env=clean_environment(), stdout=subprocess.PIPE, stderr=errors, text=True
        )
        with ended_with_us(installer), contextlib.ExitStack() as steps:
            for row in installer.stdout:  # its next long step has begun, so the last one is done
                steps.close()
                steps.enter_context(say.step(row.strip()))
            status = installer.wait()
            errors.seek(0)
            what_happened, _, what_to_do = errors.read().strip().rpartition("\nWhat to do: ")
            if status:
                raise say.Failure(what_happened, what_to_do)


@contextlib.contextmanager
def ended_with_us(process: subprocess.Popen) -> Iterator[None]:
    """What is on a leash ends where we stop listening to it: by Ctrl-C, for example."""
    try:
        yield
    finally:
        process.stdin.close()
        process.wait()


@functools.cache
def load_installer() -> ModuleType:
    """emulator/install.py by its path: the emulator is no package of the course's."""
    spec = importlib.util.spec_from_file_location("emulator_install", INSTALLER)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def one_at_a_time(name: str, waiting: str) -> Iterator[None]:
    """Two commands in two windows must not work in the same folder at once: they take turns."""
    STATE.mkdir(exist_ok=True)
    with (STATE / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with say.step(waiting):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def uv(step: say.Step, *arguments: str) -> None:
    """Run uv in the project's root; its error becomes what happened and what to do.

    Without a network, once more with what was fetched before: uv by itself asks the index anew.
    """
    status, error = run_uv(step, *arguments)
    if status and is_about_network(error):
        status, _ = run_uv(step, *arguments, "--offline")
    if status:
        raise say.Failure(f"uv {arguments[0]} did not succeed. It said:\n{error}", advice(error))


def run_uv(step: say.Step, *arguments: str) -> tuple[int, str]:
    """uv's exit code and the end of what it said; meanwhile the step shows its last line."""
    process = processes.on_leash(
        [str(UV), *arguments],
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    told: deque[str] = deque(maxlen=12)
    with ended_with_us(process):
        for row in process.stderr:
            if row.strip():
                told.append(f"    {row.rstrip()}")
                step.detail = row.strip()
        return process.wait(), "\n".join(told)


def is_about_network(error: str) -> bool:
    signs = ("connect", "dns", "timed out", "timeout", "network", "failed to fetch", "offline")
    return any(sign in error.lower() for sign in signs)


def advice(error: str) -> str:
    """What to do about an error of uv's, told by its own words."""
    text = error.lower()
    if "no space left" in text or "quota exceeded" in text:
        return "free about 3 GB, then run the same command again: what was fetched is kept."
    if "permission denied" in text or "read-only file system" in text:
        return f"make {ROOT} writable for your user, then run the same command again."
    if any(sign in text for sign in ("certificate", "unknownissuer", "tls")):
        return (
            "the connection is not trusted: where a company's network has a certificate of its "
            "own, name its file in SSL_CERT_FILE, then run the same command again."
        )
    if is_about_network(error):
        return "check the network, then run the same command again: what was fetched is kept."
    signs = ("hash", "couldn't parse", "unexpected", "expected", "no solution")
    if any(sign in text for sign in signs):
        return (
            "the lock requirements.txt is broken: take it back with "
            "`git checkout requirements.txt`, or make it anew with `make lock`."
        )
    return "run the same command again; when it happens twice, `make clean` begins anew."
