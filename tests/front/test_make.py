"""`make` answers a beginner: what there is, what it takes, and where it does not run."""

import subprocess

import pytest

from coursekit.paths import ROOT
from manage.__main__ import OPTIONS, VERBS
from manage.paths import clean_environment


def make(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *words],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("words", [(), ("help",), ("start", "ARGS=--help"), ("test", "ARGS=-h")])
def test_help_lists_every_verb_and_option_and_starts_nothing(words):
    run = make(*words)
    assert run.returncode == 0
    assert all(f"make {verb}" in run.stdout for verb in VERBS)
    assert all(option in run.stdout for option in OPTIONS)


def test_an_unknown_verb_gets_the_list():
    run = make("brew")
    assert run.returncode == 2
    assert run.stderr.startswith("There is no `make brew`.")
    assert "make start" in run.stderr


def test_an_unknown_option_is_refused():
    run = make("start", "ARGS=--brew")
    assert run.returncode == 2
    assert "unknown option: --brew" in run.stderr


def test_windows_is_sent_to_wsl():
    run = make("start", "OS=Windows_NT")
    assert run.returncode == 2
    assert "wsl --install" in run.stderr
