"""The hooks before a commit run what is there, and fetch nothing."""

import importlib.util
import re
import shlex
import subprocess
import sys

import pytest
import yaml

from coursekit.content import load_chapters
from coursekit.paths import ROOT

CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
HOOKS = {hook["id"]: hook for repository in CONFIG["repos"] for hook in repository["hooks"]}
KEYS = {"id", "name", "entry", "language", "files", "types_or", "require_serial", "pass_filenames"}


def test_nothing_is_fetched():
    assert [repository["repo"] for repository in CONFIG["repos"]] == ["local"]
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_runs_a_module_of_the_courses_environment(name):
    hook = HOOKS[name]
    assert hook.keys() <= KEYS
    python, option, module, *arguments = shlex.split(hook["entry"])
    assert (python, option) == (".course/venv/bin/python", "-m")
    assert importlib.util.find_spec(module)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments, "--help"], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_the_hooks_of_labs_are_for_the_labs_and_no_other_notebook():
    labs = {chapter.lab for chapter in load_chapters().values()}
    for hook in (HOOKS["tidy-labs"], HOOKS["check-labs"]):
        found = {
            file
            for file in ROOT.glob("[a-z]*/**/*.ipynb")
            if re.search(hook["files"], file.relative_to(ROOT).as_posix())
        }
        assert found == labs


@pytest.mark.parametrize("file", ["_toc.yml", "book/facts.yml", "labs/mnemonics/vtf.ipynb"])
def test_the_content_is_checked_when_a_part_of_it_changes(file):
    assert re.search(HOOKS["check-content"]["files"], file)


def test_git_is_told_how_to_compare_notebooks():
    lines = (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    assert "*.ipynb diff=jupyternotebook merge=jupyternotebook" in lines
