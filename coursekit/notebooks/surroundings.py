"""What a checked run stands on: an environment without surprises, and an emulator."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from coursekit.cloud.emulator import Address, configured_address, running_services, start_emulator
from coursekit.cloud.errors import EmulatorError
from coursekit.paths import LABS, ROOT, STATE

# What may change what a lab prints, or where it connects to.
_DROPPED = ("AWS_", "PYTHON", "IPYTHON", "MPL", "NBVAL", "JUPYTER_CONFIG")
_PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}


def kernel_environment(address: Address) -> dict[str, str]:
    """The environment of a checked kernel: the machine's, without anyone's AWS settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_DROPPED) and name.upper() not in _PROXIES
    }
    ipython = STATE / "ipython"  # not the user's own start-up files
    ipython.mkdir(parents=True, exist_ok=True)
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "COURSEKIT_LABS": str(LABS),  # absolute: a kernel's folder is its notebook's
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "IPYTHONDIR": str(ipython),
        "LOCALSTACK_HOST": str(address),
        "MPLCONFIGDIR": str(STATE / "matplotlib"),  # with the list of fonts, made at set-up
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def emulator() -> Iterator[Address]:
    """The emulator named by LOCALSTACK_HOST; without it one of our own, on a free port."""
    if os.environ.get("LOCALSTACK_HOST"):
        address = configured_address()
        if running_services(address) is None:
            raise EmulatorError(
                f"LOCALSTACK_HOST is {address}, and nothing answers there. "
                "Start an emulator there, or unset LOCALSTACK_HOST: then one is started for you."
            )
        yield address
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = Address("127.0.0.1", free.getsockname()[1])
    print("starting an emulator …", flush=True)
    start_emulator(address)
    yield address  # it ends with this process
