"""An Express workflow ends after five minutes.

AWS ends an Express execution that runs for more than five minutes, whatever TimeoutSeconds says:
its status is TIMED_OUT and its error States.Timeout
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).

LocalStack 4.14.0 lets it run on, and names no error where a workflow's own TimeoutSeconds is over.

The change: five minutes are the timeout of every Express execution that has no shorter one.
STEP_FUNCTIONS_EXPRESS_LIMIT_SECONDS shortens them, so that a lab need not wait.
"""

import hashlib
import inspect
import os

from localstack.services.stepfunctions.asl.component.common.timeouts.timeout import TimeoutSeconds
from localstack.services.stepfunctions.asl.component.program.program import Program
from localstack.services.stepfunctions.asl.eval.program_state import ProgramTimedOut
from localstack.services.stepfunctions.backend.execution import BaseExecutionWorkerCommunication

LIMIT_SECONDS = int(os.environ.get("STEP_FUNCTIONS_EXPRESS_LIMIT_SECONDS") or 300)

MEND = "fidelity/express_limit.py"
PATCHED = {
    Program.eval: "6d701880064a",
    BaseExecutionWorkerCommunication._reflect_execution_status: "2ea0d5a8ac5e",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

evaluate = Program.eval
reflect_status = BaseExecutionWorkerCommunication._reflect_execution_status


def evaluate_within_limit(self, env):
    if not env.is_standard_workflow() and not env.is_frame():
        own = self.timeout_seconds.timeout_seconds if self.timeout_seconds else LIMIT_SECONDS
        self.timeout_seconds = TimeoutSeconds(min(own, LIMIT_SECONDS))
    evaluate(self, env)


def reflect_status_and_error(self):
    reflect_status(self)
    if isinstance(self.execution.exec_worker.env.program_state(), ProgramTimedOut):
        self.execution.error = "States.Timeout"


Program.eval = evaluate_within_limit
BaseExecutionWorkerCommunication._reflect_execution_status = reflect_status_and_error
