"""The course's own environment, made from the lock, and the emulator's beside it."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from types import ModuleType

from manage import say
from manage.paths import (
    EMULATOR_HOME,
    PYTHON,
    ROOT,
    STATE,
    UV,
    VENV,
    clean_environment,
)

LOCK = ROOT / "requirements.txt"
STAMP = VENV / "lock.sha256"


def make_course() -> None:
    """Make `.course/venv` from requirements.txt; nothing to do when its stamp is the lock's digest.

    Raises Failure when the lock was edited by hand, the network is away or the disk is full.
    """
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest() + sys.version
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == digest:
        return
    STATE.mkdir(exist_ok=True)
    with say.step("The course's environment (once, from requirements.txt)"):
        if not PYTHON.exists():
            shutil.rmtree(VENV, ignore_errors=True)
            uv("venv", "--quiet", "--python", sys.executable, str(VENV))
        uv(
            *("pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON)),
            str(LOCK.relative_to(ROOT)),
        )
        packages = VENV / "lib" / "python3.13" / "site-packages"
        (packages / "course.pth").write_text(f"{ROOT}\n", encoding="utf-8")
        STAMP.write_text(digest)


def make_emulator() -> None:
    """Make the emulator's environment in `.course/emulator` from its own locks."""
    installer = load_installer()
    try:
        installer.install(
            EMULATOR_HOME, uv=UV, python=sys.executable, report=lambda text: say.line(f"  {text}")
        )
    except installer.InstallError as error:
        raise say.Failure(*error.args[:2]) from error


def load_installer() -> ModuleType:
    """emulator/install.py by its path: the emulator is no package of the course's."""
    spec = importlib.util.spec_from_file_location(
        "emulator_install", ROOT / "emulator" / "install.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def uv(*arguments: str) -> None:
    """Run uv in the project's root; its error becomes what happened and what to do."""
    run = subprocess.run(
        [str(UV), *arguments],
        cwd=ROOT,
        env=clean_environment(UV_NO_CONFIG="1", VIRTUAL_ENV=""),
        capture_output=True,
        text=True,
    )
    if run.returncode:
        raise say.Failure(f"uv could not install.\n{run.stderr.strip()}", advice(run.stderr))


def advice(error: str) -> str:
    """What to do about an error of uv's, told by its own words."""
    text = error.lower()
    if "hash" in text or "couldn't parse" in text or "unexpected" in text:
        return (
            "a lock file does not fit what the registry gives: undo edits of requirements.txt "
            "(git checkout requirements.txt), or make it anew with `make lock`."
        )
    if "no space left" in text:
        return "free some disk space (the course needs about 2 GB), then run the same command."
    if "permission denied" in text:
        return f"make {ROOT} writable for your user, then run the same command."
    return "check the network and run the same command again: what was fetched is kept."
