"""A function's configuration may not set the environment variables that Lambda sets itself.

AWS refuses them (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).

LocalStack 4.14.0 accepts them, and the function then runs with them: AWS_ACCESS_KEY_ID, for one,
would move it into another account.

The change: one more check beside LocalStack's own, of the size of all variables.
"""

import hashlib
import inspect

from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.services.lambda_.provider import LambdaProvider

RESERVED = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
}

MEND = "fidelity/lambda_reserved_variables.py"
PATCHED = {LambdaProvider._verify_env_variables: "3e04075eb990"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

verify_size = LambdaProvider._verify_env_variables


def verify_size_and_names(env_vars):
    verify_size(env_vars)
    if reserved := sorted(RESERVED & env_vars.keys()):
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}",
            Type="User",
        )


LambdaProvider._verify_env_variables = staticmethod(verify_size_and_names)
