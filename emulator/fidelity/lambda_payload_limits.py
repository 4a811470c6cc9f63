"""An invocation is refused when its payload is too large.

AWS takes 6 MB with a synchronous invocation and 1 MB with an asynchronous one, and answers 413 to
more (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). The API reference
calls the error RequestTooLargeException; what clients report is RequestEntityTooLargeException.

LocalStack 4.14.0 takes any payload.

The change: one check before LocalStack's own invoke, through which every invocation goes, those of
event source mappings and of other services too.
"""

import hashlib
import inspect

from localstack.services.lambda_.invocation.lambda_models import RequestEntityTooLargeException
from localstack.services.lambda_.invocation.lambda_service import LambdaService

SYNCHRONOUS_BYTES = 6 * 1024 * 1024
ASYNCHRONOUS_BYTES = 1024 * 1024

PATCHED = {LambdaService.invoke: "e74d9e79ae97"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{__file__} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

invoke = LambdaService.invoke


def invoke_within_limits(self, *, payload=None, invocation_type=None, **others):
    refuse_too_large(len(payload or b""), asynchronous=invocation_type == "Event")
    return invoke(self, payload=payload, invocation_type=invocation_type, **others)


def refuse_too_large(size: int, asynchronous: bool) -> None:
    if size > SYNCHRONOUS_BYTES:
        raise RequestEntityTooLargeException(
            f"Request must be smaller than {SYNCHRONOUS_BYTES} bytes for the InvokeFunction "
            "operation"
        )
    if asynchronous and size > ASYNCHRONOUS_BYTES:
        raise RequestEntityTooLargeException(
            f"{size} byte payload is too large for the Event invocation type "
            f"(limit {ASYNCHRONOUS_BYTES} bytes)"
        )


LambdaService.invoke = invoke_within_limits
