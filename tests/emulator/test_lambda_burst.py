"""The mend of bursts: an environment that is added while another invocation looks for one."""

import json
import subprocess

import pytest

from tests.emulator.running import ROOT

PROGRAM = """
import json, runpy, sys
from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.services.lambda_.invocation.execution_environment import InvalidStatusException

if sys.argv[1:]:
    runpy.run_path(sys.argv[1])


class Environment:
    initialization_type = "on-demand"

    def __init__(self, busy):
        self.busy = busy

    def reserve(self):
        if self.busy:  # meanwhile another invocation starts an environment of its own
            service.environments["version"][object()] = Environment(busy=True)
            raise InvalidStatusException("busy")

    def release(self):
        pass


service = AssignmentService()
try:
    with service.get_environment("version", None, "on-demand"):
        pass
except Exception:
    pass  # there is no environment yet, and none can be started for no function
service.environments["version"].update({1: Environment(busy=True), 2: Environment(busy=False)})
try:
    with service.get_environment("version", None, "on-demand") as found:
        print(json.dumps("found" if not found.busy else "busy"))
except RuntimeError as error:
    print(json.dumps(str(error)))
"""


def look_for_an_environment(home, *mend) -> str:
    ran = subprocess.run(
        [home / "venv" / "bin" / "python", "-c", PROGRAM, *mend],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("mend", "outcome"),
    [
        ([], "dictionary changed size during iteration"),
        ([ROOT / "emulator" / "fidelity" / "lambda_burst.py"], "found"),
    ],
    ids=["stock", "mended"],
)
def test_an_environment_is_found_while_others_are_added(home, mend, outcome):
    assert look_for_an_environment(home, *mend) == outcome
