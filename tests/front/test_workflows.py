"""What GitHub, Dependabot, editors and Binder read: well formed, harmless, and only the verbs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from coursekit.paths import ROOT
from manage import check
from manage.__main__ import OPTIONS, VERBS
from manage.processes import LOCALSTACK_PORT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
ACTIONS = sorted(GITHUB.glob("actions/*/action.yml"))
DEVCONTAINER = ROOT / ".devcontainer" / "devcontainer.json"
BINDER = ROOT / ".binder"
SCHEMAS = {
    **{path: "vendor.github-workflows" for path in WORKFLOWS},
    **{path: "vendor.github-actions" for path in ACTIONS},
    GITHUB / "dependabot.yml": "vendor.dependabot",
}
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
OWN = re.compile(r"uses: \./\.github/actions/[\w-]+$")
# A development container is described by a short list; a word beside it is a slip of the pen.
DEVCONTAINER_KEYS = {
    *("name", "image", "features", "hostRequirements", "onCreateCommand", "postStartCommand"),
    *("forwardPorts", "portsAttributes", "otherPortsAttributes"),
}


def read(path: Path) -> dict:
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # `on` stays a word


def schema_errors(content: dict, name: str) -> list[str]:
    schema = get_builtin_schema(name)
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [error.message for error in validator.iter_errors(content)]


def commands_of(workflow: dict) -> str:
    """All shell text of a workflow's jobs, with what `env` and the matrix put into it."""
    rows = []
    for job in workflow["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        for step in job["steps"]:
            text = step.get("run", "")
            for name, value in step.get("env", {}).items():
                key = re.search(r"matrix\.(\w+)", value)
                values = matrix.get(key[1], []) if key else []
                text = text.replace(f'"${name}"', ",".join(values) or "x")
            rows.append(text)
    return "\n".join(rows)


def verb_problems(text: str) -> list[str]:
    """Verbs, options and checks in shell text that `make` does not have."""
    found = []
    options = {option.partition("=")[0] for option in OPTIONS}
    checks = check.all_names() | {"links", "facts", "audit"}
    for line in re.findall(r"(?:^|[;&|]\s*|- )make ([^\n;&|]*)", text, re.MULTILINE):
        verb, *words = line.split()
        found += [verb] if verb not in VERBS else []
        for word in words:
            name, _, value = word.partition("=")
            found += [name] if name not in options else []
            if name == "STAGE":
                found += sorted(set(value.strip("\"'").split(",")) - checks)
    return found


def job_problems(workflow: dict) -> list[str]:
    """What in the jobs would have more rights, or more time, than it needs."""
    found = [] if workflow.get("permissions") == {} else ["permissions do not begin with none"]
    found += [] if "concurrency" in workflow else ["runs may pile up: no concurrency group"]
    if "pull_request_target" in workflow["on"]:
        found.append("strangers' code would run with our rights")
    for name, job in workflow["jobs"].items():
        if "permissions" not in job:
            found.append(f"{name} does not say what it may do")
        if int(job.get("timeout-minutes", 360)) > 90:
            found.append(f"{name} may run for hours")
        for right, kind in job.get("permissions", {}).items():
            if kind == "write" and any("checkout" in s.get("uses", "") for s in job["steps"]):
                found.append(f"{name} runs the project's code and may write {right}")
    return found


def pin_problems(text: str) -> list[str]:
    """Actions that are not pinned by a commit with its version beside it."""
    uses = re.findall(r"uses: .*$", text, re.MULTILINE)
    return [line for line in uses if not PINNED.match(line) and not OWN.match(line)]


def zizmor(path: Path) -> list[str]:
    """The names of what zizmor finds, without the network."""
    program = Path(sys.executable).with_name("zizmor")
    told = subprocess.run(
        [program, "--offline", "--no-config", "--min-severity=medium", "--format=json-v1", path],
        env={"PATH": os.environ["PATH"], "HOME": str(path.parent)},
        capture_output=True,
        text=True,
    )
    assert told.stdout.startswith("["), told.stderr
    return sorted({finding["ident"] for finding in json.loads(told.stdout)})


def without_comments(text: str) -> str:
    """JSON as devcontainer.json has it, whose comments stand on lines of their own."""
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def test_there_are_files_to_look_at():
    names = {path.stem for path in WORKFLOWS}
    assert names == {"docker", "main", "pull-request", "weekly"}
    assert ACTIONS


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_they_follow_their_schemas(path):
    content = yaml.safe_load(path.read_text("utf-8"))
    if True in content:  # YAML 1.1 reads `on` as true
        content["on"] = content.pop(True)
    assert schema_errors(content, SCHEMAS[path]) == []


@pytest.mark.parametrize(
    ("content", "schema"),
    [
        ({"on": "push", "jobs": {"a": {"steps": [{"run": "x"}]}}}, "vendor.github-workflows"),
        ({"name": "x", "description": "y"}, "vendor.github-actions"),
        (
            {"version": 2, "updates": [{"package-ecosystem": "pip", "directory": "/"}]},
            "vendor.dependabot",
        ),
    ],
)
def test_what_a_schema_forbids_is_seen(content, schema):
    assert schema_errors(content, schema)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_verbs_that_exist(path):
    text = commands_of(read(path))
    assert "make " in text
    assert verb_problems(text) == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("make brew", ["brew"]),
        ("true && make brew", ["brew"]),
        ("make test LAB=vtf", ["LAB"]),
        ("make test STAGE=lint,brew", ["brew"]),
    ],
)
def test_a_verb_that_is_not_there_is_seen(text, seen):
    assert verb_problems(text) == seen


def test_a_check_that_the_matrix_names_is_seen():
    job = {
        "strategy": {"matrix": {"stage": ["labs", "brew"]}},
        "steps": [{"env": {"S": "${{ matrix.stage }}"}, "run": 'make test STAGE="$S" PORT=4566'}],
    }
    assert verb_problems(commands_of({"jobs": {"docker": job}})) == ["brew"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_have_the_rights_they_need_and_no_more(path):
    assert job_problems(read(path)) == []


CHECKOUT = [{"uses": "actions/checkout@x"}]
GOOD_JOB = {"permissions": {"contents": "read"}, "timeout-minutes": "5", "steps": CHECKOUT}
GOOD = {"on": {}, "permissions": {}, "concurrency": "x", "jobs": {"a": GOOD_JOB}}


@pytest.mark.parametrize(
    ("harm", "seen"),
    [
        ({"permissions": "write-all"}, "begin with none"),
        ({"concurrency": None}, "pile up"),
        ({"on": {"pull_request_target": {}}}, "strangers' code"),
        ({"jobs": {"a": {"steps": [], "timeout-minutes": "5"}}}, "what it may do"),
        ({"jobs": {"a": {"steps": [], "permissions": {}}}}, "for hours"),
        ({"jobs": {"a": GOOD_JOB | {"permissions": {"issues": "write"}}}}, "may write issues"),
    ],
)
def test_too_many_rights_are_seen(harm, seen):
    assert job_problems(GOOD) == []
    harmed = {name: value for name, value in (GOOD | harm).items() if value is not None}
    (problem,) = job_problems(harmed)
    assert seen in problem


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.parent.name)
def test_actions_are_pinned_by_commit(path):
    assert pin_problems(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "uses: actions/checkout@v6",
        "uses: actions/checkout@main",
        f"uses: actions/checkout@{'a' * 40}",
        f"uses: actions/checkout@{'a' * 39} # v6.0.2",
    ],
)
def test_a_loose_pin_is_seen(line):
    assert pin_problems(f"      - {line}") == [line]
    assert pin_problems(f"      - uses: actions/checkout@{'a' * 40} # v6.0.2") == []


def test_zizmor_finds_nothing():
    assert zizmor(GITHUB) == []


def test_zizmor_finds_text_of_strangers_in_a_command(tmp_path):
    (tmp_path / "w.yml").write_text(
        "on: issues\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - run: echo ${{ github.event.issue.title }}\n"
    )
    assert "template-injection" in zizmor(tmp_path / "w.yml")


def devcontainer_problems(container: dict) -> list[str]:
    """What a development container has that we do not know, or does that is no verb."""
    found = sorted(container.keys() - DEVCONTAINER_KEYS)
    commands = [value for key, value in container.items() if key.endswith("Command")]
    found += verb_problems("\n".join(commands))
    if not any("docker-in-docker" in name for name in container.get("features", {})):
        found.append("its Docker is the host's: neither folders nor loopback are the container's")
    if LOCALSTACK_PORT in container.get("forwardPorts", []):
        found.append("LocalStack is for this machine alone")
    return found


def test_the_development_container():
    container = json.loads(without_comments(DEVCONTAINER.read_text("utf-8")))
    assert devcontainer_problems(container) == []


@pytest.mark.parametrize(
    ("harm", "seen"),
    [
        ({"postCreateComand": "true"}, "postCreateComand"),
        ({"onCreateCommand": "make brew"}, "brew"),
        ({"features": {}}, "the host's"),
        ({"forwardPorts": [4566]}, "this machine alone"),
    ],
)
def test_a_wrong_development_container_is_seen(harm, seen):
    container = json.loads(without_comments(DEVCONTAINER.read_text("utf-8")))
    (problem,) = devcontainer_problems(container | harm)
    assert seen in problem


def binder_problems(folder: Path) -> list[str]:
    """What Binder would not run, or would run with another version than the course's."""
    script, wanted = folder / "postBuild", folder / "requirements.txt"
    found = [] if os.access(script, os.X_OK) else ["postBuild cannot be run"]
    found += [] if script.read_bytes().startswith(b"#!") else ["postBuild names no shell"]
    found += verb_problems(script.read_text("utf-8"))
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    lines = [line for line in wanted.read_text("utf-8").splitlines() if line[:1] not in "#"]
    return found + [line for line in lines if f"{line} \\\n" not in lock]


def test_binder():
    assert binder_problems(BINDER) == []


def test_a_wrong_binder_is_seen(tmp_path):
    (tmp_path / "postBuild").write_text("make brew\n")
    (tmp_path / "requirements.txt").write_text("# x\njupyterlab-widgets==1.0.0\n")
    assert binder_problems(tmp_path) == [
        *("postBuild cannot be run", "postBuild names no shell", "brew"),
        "jupyterlab-widgets==1.0.0",
    ]
