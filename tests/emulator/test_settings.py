"""Every setting is one that LocalStack 4.14.0 or a mend reads: others are ignored in silence."""

import ast
import re

import pytest
import yaml

from tests.emulator.running import HOME, ROOT

PACKAGE = HOME / "venv/lib/python3.13/site-packages/localstack"


def is_read(name: str) -> bool:
    """Whether config.py or a file of fidelity/ looks the name up, not merely lists it."""
    look_up = r"(getenv|\.get|is_env_true|is_env_not_false|eval_log_type|parse_boolean_env)"
    readers = [PACKAGE / "config.py", *(ROOT / "emulator/fidelity").glob("*.py")]
    return any(re.search(rf'{look_up}\(\s*"{name}"', file.read_text("utf-8")) for file in readers)


def settings() -> set[str]:
    shared = (ROOT / "emulator/localstack.env").read_text(encoding="utf-8").splitlines()
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return {line.partition("=")[0] for line in shared if line and not line.startswith("#")} | set(
        compose["services"]["localstack"]["environment"]
    )


def test_localstack_reads_every_setting(home):
    assert sorted(name for name in settings() if not is_read(name)) == []


@pytest.mark.parametrize("name", ["LAMBDA_RETRY_BASE_DELAY_SECONDS", "DISABLE_EVENT"])
def test_a_setting_that_it_ignores_is_seen(home, name):
    assert not is_read(name)


def test_compose_fetches_the_image_that_localstack_runs_functions_in(home):
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    runtimes = ast.parse((PACKAGE / "services/lambda_/runtimes.py").read_text(encoding="utf-8"))
    images = {
        key.attr: value.value
        for node in ast.walk(runtimes)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Attribute) and isinstance(value, ast.Constant)
    }
    fetched = compose["services"]["lambda-image"]["image"]
    assert fetched == f"public.ecr.aws/lambda/{images['python3_13']}"
