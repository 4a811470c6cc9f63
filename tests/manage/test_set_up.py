"""The environments are made once, repair themselves, and say what keeps them from being made."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from manage.paths import ROOT
from tests.manage.conftest import (
    SECONDS,
    borrow_environments,
    borrow_scripts,
    copy_sources,
    wait_until,
)

MAKE_COURSE = """
import sys
from manage import environment, say
from manage.__main__ import report
try:
    environment.{what}()
except say.Failure as failure:
    sys.exit(report(failure))
"""
STEP = "  The course's environment (once; some 200 MB are fetched) …\n"
SCRIPTS_STEP = "  Installing the scripts of the book's pages (once) …\n"
CLOSED = "http://127.0.0.1:9"  # a proxy that is not there: nothing can be fetched
NO_NETWORK = {name: CLOSED for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")} | {
    "NO_PROXY": "",
    "UV_HTTP_RETRIES": "0",
}


def find_uv():
    candidates = (
        os.environ.get("COURSE_UV"),
        ROOT / ".course/bootstrap/bin/uv",
        shutil.which("uv"),
    )
    return str(next(path for path in candidates if path and os.path.exists(path)))


class Folder:
    """A copy of the course's sources whose lock asks for one small package."""

    def __init__(self, root):
        copy_sources(root)
        self.root = root
        self.lock = root / "requirements.txt"
        self.venv = root / ".course" / "venv"
        self.package = self.venv / "lib/python3.13/site-packages/iniconfig/__init__.py"
        borrow_scripts(root)
        block = r"^iniconfig==[^\n]*\n(?:    --hash[^\n]*\n?)+"
        self.lock.write_text(re.search(block, self.lock.read_text(), re.MULTILINE)[0])

    def start(self, what="make_course", **changes):
        return subprocess.Popen(
            [sys._base_executable, "-c", MAKE_COURSE.format(what=what)],
            cwd=self.root,
            env=os.environ | {"COURSE_UV": find_uv()} | changes,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def set_up(self, what="make_course", **changes):
        """Exit code and what was said."""
        process = self.start(what, **changes)
        output, _ = process.communicate(timeout=SECONDS)
        return process.returncode, output


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "the course of Zoë")


def delete_a_file(folder):
    folder.package.unlink()


def cut_a_file(folder):
    content = folder.package.read_bytes()
    folder.package.unlink()  # it may be a link into uv's cache
    folder.package.write_bytes(content[:100])


def delete_all_packages(folder):
    shutil.rmtree(folder.package.parents[1])


def lose_python(folder):
    python = folder.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python")


def be_a_file(folder):
    shutil.rmtree(folder.venv)
    folder.venv.write_text("")


def be_interrupted(folder):
    (folder.venv / "made-from.txt").unlink()
    folder.package.unlink()


@pytest.mark.parametrize(
    "damage",
    [delete_a_file, cut_a_file, delete_all_packages, lose_python, be_a_file, be_interrupted],
)
def test_damage_is_repaired_and_then_nothing_is_done(folder, damage):
    assert folder.set_up()[0] == 0
    good = folder.package.read_bytes()
    assert folder.set_up() == (0, "")
    damage(folder)
    status, output = folder.set_up(**NO_NETWORK)  # what was fetched before needs no network
    assert (status, output.startswith(STEP)) == (0, True), output
    assert folder.package.read_bytes() == good
    assert folder.set_up(**NO_NETWORK) == (0, "")


def test_no_network_and_nothing_fetched(folder, tmp_path):
    status, output = folder.set_up(**NO_NETWORK, UV_CACHE_DIR=str(tmp_path / "empty"))
    assert status == 1
    assert "uv pip did not succeed. It said:" in output
    assert "What to do: check the network, then run the same command again" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("change", [("sha256:", "sha256:00"), ("==", "=")])
def test_edited_lock_is_refused(folder, change):
    folder.lock.write_text(folder.lock.read_text().replace(*change))
    status, output = folder.set_up()
    assert status == 1
    assert "the lock requirements.txt is broken: take it back with" in output, output
    assert "git checkout requirements.txt" in output


@pytest.mark.parametrize("name", ["requirements.txt", "package-lock.json"])
def test_edited_lock_of_the_emulator_is_refused(folder, name):
    borrow_environments(folder.root)
    lock = folder.root / "emulator" / name
    if name == "requirements.txt":
        (folder.root / ".course" / "emulator" / "venv").unlink()
        lock.write_text(folder.lock.read_text().replace("sha256:", "sha256:00"))
    else:
        (folder.root / ".course" / "emulator" / "libraries").unlink()
        lock.write_text(lock.read_text().replace('"integrity": "sha512-', '"integrity": "sha512-A'))
    status, output = folder.set_up("make_emulator")
    assert status == 1
    assert "could not install" in output
    assert "git checkout emulator" in output, output
    assert "Traceback" not in output


class Scripts(Folder):
    """The same copy, whose scripts are its own and may be damaged."""

    def __init__(self, root):
        super().__init__(root)
        self.npm = root / ".course" / "npm"
        self.npm.unlink()
        self.script = self.npm / "node_modules" / "ts-fsrs" / "dist" / "index.umd.js"
        self.stamp = self.npm / "made-from.json"


@pytest.fixture
def scripts(tmp_path):
    return Scripts(tmp_path / "the course of Zoë")


def cut_the_script(scripts):
    scripts.script.write_bytes(scripts.script.read_bytes()[:100])


def lose_the_packages(scripts):
    shutil.rmtree(scripts.npm / "node_modules")


def be_interrupted_by_npm(scripts):
    scripts.stamp.unlink()
    scripts.script.unlink()


def hold_a_strange_stamp(scripts):
    scripts.stamp.write_text('["made_from"]')


def be_a_file_too(scripts):
    shutil.rmtree(scripts.npm)
    scripts.npm.write_text("")


@pytest.mark.parametrize(
    "damage",
    [
        cut_the_script,
        lose_the_packages,
        be_interrupted_by_npm,
        hold_a_strange_stamp,
        be_a_file_too,
    ],
)
def test_damaged_scripts_are_repaired_and_then_nothing_is_done(scripts, damage):
    status, output = scripts.set_up("make_npm")
    assert (status, SCRIPTS_STEP in output) == (0, True), output
    good = scripts.script.read_bytes()
    assert scripts.set_up("make_npm", PATH="/nonexistent") == (0, ""), "it looked for a Node"
    damage(scripts)
    status, output = scripts.set_up("make_npm", **NO_NETWORK)
    assert (status, SCRIPTS_STEP in output) == (0, True), output
    assert scripts.script.read_bytes() == good


def test_another_lock_installs_the_scripts_anew(scripts):
    assert scripts.set_up("make_npm")[0] == 0
    lock = scripts.root / "coursekit" / "book" / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert SCRIPTS_STEP in scripts.set_up("make_npm")[1]


def test_edited_lock_of_the_scripts_is_refused(scripts):
    lock = scripts.root / "coursekit" / "book" / "package-lock.json"
    lock.write_text(lock.read_text().replace('"integrity": "sha512-', '"integrity": "sha512-A'))
    status, output = scripts.set_up("make_npm")
    assert status == 1
    assert "npm could not install" in output
    assert "git checkout coursekit/book" in output, output
    assert "Traceback" not in output


def test_scripts_without_a_network_and_nothing_fetched(scripts, tmp_path):
    empty = {"npm_config_cache": str(tmp_path / "empty"), "npm_config_fetch_retries": "0"}
    status, output = scripts.set_up("make_npm", **NO_NETWORK, **empty)
    assert status == 1
    assert "What to do: check the network and run the same command again" in output, output
    assert "Traceback" not in output


def test_killed_set_up_takes_its_installer_along_and_the_next_one_goes_on(folder, tmp_path):
    """uv is stood in for by a program that hangs: the real one is done too soon to be killed."""
    hanging = tmp_path / "uv"
    hanging.write_text(f"#!/bin/sh\n[ $1 = venv ] && exec '{find_uv()}' \"$@\"\nexec sleep 600\n")
    hanging.chmod(0o755)
    process = folder.start(COURSE_UV=str(hanging))

    def sleeper():
        below = psutil.Process(process.pid).children(recursive=True)
        return [each for each in below if each.name() == "sleep"]

    wait_until(sleeper)
    below = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    _, alive = psutil.wait_procs(below, timeout=15)
    for survivor in alive:
        survivor.kill()
    assert not alive
    assert folder.set_up()[0] == 0
    assert folder.package.exists()


def test_two_set_ups_at_once_take_turns(folder, tmp_path):
    slow = tmp_path / "uv"
    slow.write_text(f"#!/bin/sh\n[ $1 = pip ] && sleep 2\nexec '{find_uv()}' \"$@\"\n")
    slow.chmod(0o755)
    first = folder.start(COURSE_UV=str(slow))
    wait_until((folder.venv / "bin").exists)
    began = time.monotonic()
    status, output = folder.set_up(COURSE_UV=str(slow))
    assert first.wait() == 0, first.communicate()
    first.communicate()
    assert (status, "Another command is setting up: waiting for it" in output) == (0, True)
    assert STEP not in output, f"made twice, the second time in {time.monotonic() - began:.1f} s"
