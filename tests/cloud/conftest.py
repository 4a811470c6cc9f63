"""An emulator, and programs that use coursekit as a notebook's kernel does."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from coursekit.notebooks.surroundings import emulator as running_emulator
from coursekit.notebooks.surroundings import kernel_environment
from coursekit.paths import TESTS

LABS = TESTS / "notebooks" / "labs"  # with the lab "sample"


@pytest.fixture(scope="session")
def address():
    """The emulator of LOCALSTACK_HOST, or one of the tests' own."""
    with running_emulator() as where:
        yield where


class Kernel:
    """Start programs in processes of their own, with a lab's environment."""

    def __init__(self, address, home: Path):
        self._environment = kernel_environment(address) | {
            "COURSEKIT_LABS": str(LABS),
            "HOME": str(home),
        }
        self._processes: list[subprocess.Popen] = []

    def start(self, program: str, **environment: str) -> subprocess.Popen:
        """Start a program; its first lines can be read while it runs."""
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", textwrap.dedent(program)],
            env=self._environment | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._processes.append(process)
        return process

    def run(self, program: str, **environment: str) -> tuple[int, str]:
        """Run a program to its end: exit code and output."""
        process = self.start(program, **environment)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def drop(self, *names: str) -> None:
        """Forget variables that the checked runs set."""
        for name in names:
            self._environment.pop(name, None)

    def end(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def kernel(address, tmp_path):
    """Programs beside the emulator, killed when the test ends."""
    kernel = Kernel(address, tmp_path)
    yield kernel
    kernel.end()


@pytest.fixture
def clean_process(monkeypatch):
    """Undo what guard_process does to this process."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    return monkeypatch
