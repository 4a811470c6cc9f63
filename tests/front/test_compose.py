"""docker-compose.yml runs the LocalStack that serve.py runs, for this machine alone."""

import ast
import copy
import importlib
import ipaddress
import re
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from coursekit.cloud.emulator import VERSION
from coursekit.paths import ROOT
from manage.processes import LOCALSTACK_PORT, LOCALSTACK_VERSION

COMPOSE = ROOT / "docker-compose.yml"
EMULATOR = ROOT / "emulator"
FIDELITY = EMULATOR / "fidelity"
HOOKS = "/etc/localstack/init/ready.d"
# LocalStack's own needs
IN_THE_IMAGE = {"botocore", "localstack", "moto", "requests", "rolo", "urllib3", "werkzeug"}
COMPOSE_FILE = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def problems(compose: dict) -> list[str]:
    """What in this Compose file would reach further, or run otherwise, than the course may."""
    found = []
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            host = str(port).rpartition(":")[0].rpartition(":")[0]
            if not host or not ipaddress.ip_address(host.strip("[]")).is_loopback:
                found.append(f"{name} is published on other than loopback: {port}")
        if service.get("network_mode") == "host" or service.get("privileged"):
            found.append(f"{name} is not kept in its container")
        for volume in service.get("volumes", []):
            if isinstance(volume, str):
                if volume != "${DOCKER_SOCK:-/var/run/docker.sock}:/var/run/docker.sock":
                    found.append(f"{name} mounts {volume}")
            elif volume["type"] != "bind" or not volume.get("read_only"):
                found.append(f"{name} may write to {volume['source']}, or keeps a volume")
            elif not (ROOT / volume["source"]).exists():
                found.append(f"{name} mounts what does not exist: {volume['source']}")
    localstack = compose["services"]["localstack"]
    if localstack["image"] != f"localstack/localstack:{VERSION}":
        found.append(f"the image is {localstack['image']}, the labs need {VERSION}")
    mounted = {
        volume["target"]: (ROOT / volume["source"]).resolve()
        for volume in localstack["volumes"]
        if isinstance(volume, dict)
    }
    if mounted.get(HOOKS) != FIDELITY.resolve():
        found.append(f"the ready-hooks are {mounted.get(HOOKS)}, not {FIDELITY}")
    check = localstack["healthcheck"]["test"]
    if mounted.get(check[2]) != EMULATOR / "ready.py" or check[3:] != [str(LOCALSTACK_PORT), HOOKS]:
        found.append(f"the health check is not ready.py's: {check}")
    if [ROOT / path for path in localstack["env_file"]] != [EMULATOR / "localstack.env"]:
        found.append("the settings are not those that serve.py reads")
    if not any(path.startswith("/var/lib/localstack:") for path in localstack.get("tmpfs", [])):
        found.append("the image's own volume would outlive `docker compose down`")
    if compose.get("volumes"):
        found.append("a named volume outlives `docker compose down`")
    return found


def schema_errors(compose: dict) -> list[str]:
    """What the Compose specification's own schema says against it."""
    schema = get_builtin_schema("vendor.compose-spec")
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [error.message for error in validator.iter_errors(compose)]


def test_it_follows_the_compose_schema():
    assert schema_errors(COMPOSE_FILE) == []


def test_a_file_against_the_schema_is_seen():
    wrong = copy.deepcopy(COMPOSE_FILE)
    wrong["services"]["localstack"]["health_check"] = {}
    assert "health_check" in schema_errors(wrong)[0]


def test_it_is_for_this_machine_alone_and_runs_what_serve_runs():
    assert problems(COMPOSE_FILE) == []


def change(**settings):
    return lambda compose: compose["services"]["localstack"].update(settings)


def mount(**changes):
    return lambda compose: compose["services"]["localstack"]["volumes"][0].update(changes)


@pytest.mark.parametrize(
    ("harm", "seen"),
    [
        (change(ports=["4566:4566"]), "other than loopback"),
        (change(ports=["0.0.0.0:4566:4566"]), "other than loopback"),
        (change(ports=["192.168.1.7:4566:4566"]), "other than loopback"),
        (change(network_mode="host"), "not kept in its container"),
        (change(image="localstack/localstack:latest"), "the labs need 4.14.0"),
        (change(env_file=[]), "settings are not those"),
        (change(tmpfs=[]), "outlive"),
        (change(volumes=["./x:/var/lib/localstack"]), "mounts ./x"),
        (change(healthcheck={"test": ["CMD", "curl", "-f", "localhost:4566"]}), "health check"),
        (mount(source="./emulator"), "ready-hooks"),
        (mount(source="./emulator/nowhere"), "does not exist"),
        (mount(read_only=False), "may write"),
        (lambda compose: compose.update(volumes={"data": {}}), "named volume"),
    ],
)
def test_harm_is_seen(harm, seen):
    harmed = copy.deepcopy(COMPOSE_FILE)
    harm(harmed)
    assert any(seen in problem for problem in problems(harmed))


@pytest.fixture
def serve(monkeypatch):
    """emulator/serve.py, which starts LocalStack without Docker."""
    monkeypatch.syspath_prepend(EMULATOR)
    yield importlib.import_module("serve")
    for name in ("serve", "ready"):
        sys.modules.pop(name, None)


def test_serve_takes_the_same_mends_and_the_same_settings(serve, tmp_path):
    (tmp_path / "programs.json").write_text('{"java": "java", "node": "node"}')
    state = serve.fresh_state(tmp_path, 4566)
    copied = {path.name: path.read_bytes() for path in (state / HOOKS.strip("/")).iterdir()}
    assert copied == {path.name: path.read_bytes() for path in FIDELITY.glob("*.py")}
    lines = (EMULATOR / "localstack.env").read_text(encoding="utf-8").splitlines()
    told = {f"{name}={value}" for name, value in serve.settings(tmp_path, state, 4566).items()}
    assert {line for line in lines if line and not line.startswith("#")} <= told


def test_one_version_everywhere():
    lock = (EMULATOR / "requirements.txt").read_text(encoding="utf-8")
    assert f"localstack-core=={VERSION}" in lock
    assert LOCALSTACK_VERSION == VERSION


def hook_problems(folder: Path) -> list[str]:
    """What LocalStack would do otherwise with these ready-hooks in Docker than in host mode.

    LocalStack runs every `.py` and every `.sh` below the folder and leaves other files alone;
    serve.py copies the `.py` files at its top. It runs them with `exec`, which sets no `__file__`.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".sh" or (path.suffix == ".py" and path.parent != folder):
            found.append(f"{path.name}: would run in Docker only")
        elif path.suffix == ".py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            if "__file__" in names:
                found.append(f"{path.name}: __file__ is not defined in a ready-hook")
            found += [
                f"{path.name}: the image may not have {module}"
                for module in sorted(imported(tree) - sys.stdlib_module_names - IN_THE_IMAGE)
            ]
    return found


def imported(tree: ast.AST) -> set[str]:
    """The top-level packages that a module imports anywhere."""
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return {module.partition(".")[0] for module in modules}


def test_every_mend_runs_in_both_ways():
    assert list(FIDELITY.glob("*.py"))
    assert hook_problems(FIDELITY) == []


@pytest.mark.parametrize(
    ("name", "source", "seen"),
    [
        ("mend.py", "from process_executor import executor", "process_executor"),
        ("mend.py", "def late():\n    import coursekit.cloud", "coursekit"),
        ("mend.py", 'raise RuntimeError(f"{__file__}")', "__file__"),
        ("mend.sh", "true", "in Docker only"),
        ("more/mend.py", "", "in Docker only"),
    ],
)
def test_a_mend_that_runs_in_one_way_only_is_seen(tmp_path, name, source, seen):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(source)
    assert len(hook_problems(tmp_path)) == 1
    assert seen in hook_problems(tmp_path)[0]


def test_settings_are_plain_enough_for_both_readers():
    lines = (EMULATOR / "localstack.env").read_text(encoding="utf-8").splitlines()
    settings = [line for line in lines if line and not line.startswith("#")]
    assert "DISABLE_EVENTS=1" in settings
    assert [line for line in settings if not re.fullmatch(r"[A-Z_]+=[\w.]+", line)] == []
