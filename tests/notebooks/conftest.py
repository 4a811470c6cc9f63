"""The tests' own labs, and the command line that works on labs."""

import os
import shutil
import subprocess
import sys

import pytest

from coursekit.notebooks.surroundings import emulator as running_emulator
from coursekit.paths import ROOT, TESTS

LABS = TESTS / "notebooks" / "labs"


@pytest.fixture(scope="session")
def address():
    """The emulator of LOCALSTACK_HOST, or one of the tests' own."""
    with running_emulator() as where:
        yield where


@pytest.fixture
def labs(tmp_path):
    """A copy of the tests' labs, to be damaged."""
    return shutil.copytree(LABS, tmp_path / "labs")


@pytest.fixture
def notebooks(labs):
    """Run `python -m coursekit.notebooks …` on that copy: exit code and output."""

    def run(*arguments, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "coursekit.notebooks", *arguments],
            cwd=ROOT,
            env=os.environ | {"COURSEKIT_LABS": str(labs)} | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    return run
