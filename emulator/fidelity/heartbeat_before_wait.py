"""A heartbeat is accepted from the moment in which the task's token is out.

SendTaskHeartbeat resets the heartbeat clock of the task that the token stands for
(https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html).
A worker that is quick beats as soon as it has the token.

LocalStack 4.14.0 sends the token first and makes what receives heartbeats after it, for a task
with HeartbeatSeconds only. A heartbeat in between, or for a task without a limit, is answered with
InvalidToken: a worker that believes it drops a task that still waits for it.

The change: such a heartbeat is accepted. Where there is a clock, it starts after that.
"""

import hashlib
import inspect

from localstack.services.stepfunctions.asl.eval.callback.callback import CallbackEndpoint

MEND = "fidelity/heartbeat_before_wait.py"
PATCHED = {CallbackEndpoint.notify_heartbeat: "838bf10119e4"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

notify_heartbeat = CallbackEndpoint.notify_heartbeat


def accept_heartbeat(self) -> bool:
    notify_heartbeat(self)
    return True


CallbackEndpoint.notify_heartbeat = accept_heartbeat
