"""One real emulator for the tests of this folder, on a free port."""

import sys

import pytest

from tests.emulator.running import HOME, Emulator, assert_gone, find_uv, free_port, load_installer


@pytest.fixture(scope="session")
def home():
    """The installed emulator; installing takes a tenth of a second when it is there."""
    load_installer().install(HOME, uv=find_uv(), python=sys.executable, report=print)
    return HOME


@pytest.fixture(scope="session")
def emulator(home, tmp_path_factory):
    """A running emulator, started with an environment of somebody who has a real account."""
    poison = tmp_path_factory.mktemp("poison")
    (poison / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAPOISON\naws_secret_access_key = poison\n"
    )
    running = Emulator(
        free_port(),
        {
            "AWS_ACCESS_KEY_ID": "AKIAPOISON",
            "AWS_PROFILE": "poison",
            "AWS_ENDPOINT_URL": "https://poison.example",
            "AWS_SHARED_CREDENTIALS_FILE": str(poison / "credentials"),
            "AWS_REGION": "eu-poison-1",
            "GATEWAY_LISTEN": "0.0.0.0:1",
            "POISON": "poison",
            "PYTHONPATH": str(poison),
        },
    )
    yield running.wait_until_ready()
    assert_gone(running.stop(), running.port)
