"""A missing heartbeat is caught as States.HeartbeatTimeout, and as States.Timeout.

A task that sends no heartbeat within HeartbeatSeconds fails; Retry and Catch may name
States.HeartbeatTimeout, which is this alone, or States.Timeout, which is both ways to be late
(https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).

LocalStack 4.14.0 knows the first name and never gives it: only States.Timeout is caught.

The change: the error of a missing heartbeat answers to both names.
"""

import hashlib
import inspect

from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (  # noqa: E501
    StatesErrorNameType,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service.state_task_service_callback import (  # noqa: E501
    StateTaskServiceCallback,
)
from localstack.services.stepfunctions.asl.eval.callback.callback import HeartbeatTimeoutError

MEND = "fidelity/heartbeat_timeout.py"
PATCHED = {StateTaskServiceCallback._from_error: "1b5fce896077"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

from_error = StateTaskServiceCallback._from_error
TIMEOUT = StatesErrorName(typ=StatesErrorNameType.StatesTimeout)
HEARTBEAT_TIMEOUT = StatesErrorName(typ=StatesErrorNameType.StatesHeartbeatTimeout)


class MissingHeartbeat(StatesErrorName):
    """The error's name, which is found in an ErrorEquals that holds either."""

    def __init__(self):
        super().__init__(typ=StatesErrorNameType.StatesHeartbeatTimeout)

    def __eq__(self, other):
        return other in (TIMEOUT, HEARTBEAT_TIMEOUT)

    __hash__ = StatesErrorName.__hash__


def from_error_or_missing_heartbeat(self, env, ex):
    event = from_error(self, env=env, ex=ex)
    if isinstance(ex, HeartbeatTimeoutError):
        event.error_name = MissingHeartbeat()
    return event


StateTaskServiceCallback._from_error = from_error_or_missing_heartbeat
