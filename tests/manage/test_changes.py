"""Which labs a change can touch."""

import subprocess

import pytest

from manage import changes, check, say
from manage.paths import ROOT

LABS = ["saga", "vtf"]


@pytest.mark.parametrize(
    ("file", "labs"),
    [
        ("labs/mnemonics/vtf.ipynb", ["vtf"]),
        ("labs/handlers/saga/partner.py", ["saga"]),
        ("book/questions/vtf.yml", ["vtf"]),
        ("book/mnemonics/vtf.md", []),
        ("book/figures/vtf.yml", []),
        ("coursekit/book/static/course.css", []),
        ("tests/front/test_readme.py", []),
        ("README.md", []),
        (".pre-commit-config.yaml", []),
        ("coursekit/authoring/skeleton/lab.ipynb", []),
        (".github/workflows/main.yml", []),
        ("labs/mnemonics/gone.ipynb", []),
        ("book/facts.yml", LABS),
        ("coursekit/cloud/lab.py", LABS),
        ("emulator/fidelity/replay.py", LABS),
        ("emulator/requirements.txt", LABS),
        ("requirements.txt", LABS),
        ("manage/check.py", LABS),
        ("tests/nbval.cfg", LABS),
        ("something/new.py", LABS),
    ],
)
def test_labs_of_a_file(file, labs):
    assert changes.labs_of([file], LABS) == labs


def test_labs_of_some_files_together():
    files = ["README.md", "labs/mnemonics/vtf.ipynb", "labs/handlers/saga/partner.py"]
    assert changes.labs_of(files, LABS) == LABS
    assert changes.labs_of([], LABS) == []


def test_a_lab_uses_no_other_labs_functions():
    """Else a change of one lab's functions would touch another lab, and nobody would run it."""
    slugs = changes.all_labs()
    for path in ROOT.glob("labs/*/*.ipynb"):
        text = path.read_text("utf-8")
        used = [slug for slug in slugs if slug != path.stem and f'\\"{slug}/' in text]
        assert not used, f"{path.stem} uses functions of {used}"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A repository with one lab, on a branch that has left main."""

    def git(*arguments):
        identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    lab = tmp_path / "labs" / "mnemonics" / "vtf.ipynb"
    lab.parent.mkdir(parents=True)
    lab.write_text("{}")
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=one")
    git("switch", "--quiet", "--create", "branch")
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    return tmp_path


def test_what_is_not_committed_counts(clone):
    assert changes.labs_since("main") == []
    (clone / "labs/mnemonics/vtf.ipynb").write_text("{ }")
    assert changes.labs_since("main") == ["vtf"]


def test_a_new_file_counts(clone):
    (clone / "labs/handlers/vtf").mkdir(parents=True)
    (clone / "labs/handlers/vtf/new.py").write_text("")
    assert changes.labs_since("main") == ["vtf"]


def test_an_unknown_commit_is_told(clone):
    with pytest.raises(say.Failure, match=r"git merge-base .*nowhere.*\nWhat to do: name a commit"):
        changes.labs_since("nowhere")


def test_no_changed_lab_runs_no_lab(clone, capsys):
    assert check.test("labs,sabotage", since="main") == 0
    assert capsys.readouterr().out == "Labs that changed since main: none\n"


def test_named_labs_reach_the_commands():
    stages = {stage.name: stage for stage in check.lab_lane(["vtf"])}
    for name in check.OF_LABS:
        assert all(command[-1] == "vtf" for command in stages[name].commands)


def test_a_port_is_for_what_can_use_any_localstack():
    with pytest.raises(say.Failure, match="PORT is not for lint"):
        check.test("lint,labs", port=4566)


def test_a_port_where_nothing_answers_is_told():
    with (
        pytest.raises(say.Failure, match="No LocalStack answers on port 1;"),
        check.emulator_of(1),
    ):
        pass
