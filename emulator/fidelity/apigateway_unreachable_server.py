"""A server behind an HTTP integration that cannot be reached is answered with 504.

AWS answers INTEGRATION_FAILURE, 504 `Network error communicating with endpoint`, when no connection
comes about or it breaks; API_CONFIGURATION_ERROR, 500, is for an address that is none
(https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html).

LocalStack 4.14.0 answers 500 `Internal server error` to both.

The change: what is not about the server's name becomes 504.
"""

import hashlib
import inspect

import requests
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    ApiConfigurationError,
    IntegrationFailureError,
)
from localstack.services.apigateway.next_gen.execute_api.integrations.http import (
    RestApiHttpIntegration,
    RestApiHttpProxyIntegration,
)
from urllib3.exceptions import NameResolutionError

MEND = "fidelity/apigateway_unreachable_server.py"
PATCHED = {
    RestApiHttpIntegration.invoke: "7d0424a7b27f",
    RestApiHttpProxyIntegration.invoke: "0f0b6f3dbc66",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )


def or_504(invoke):
    def invoke_or_504(self, context):
        try:
            return invoke(self, context)
        except ApiConfigurationError as failure:
            reason = failure.__cause__ or failure.__context__
            if isinstance(reason, requests.exceptions.ConnectionError) and has_a_name(reason):
                words = "Network error communicating with endpoint"
                raise IntegrationFailureError(words, status_code=504) from reason
            raise

    return invoke_or_504


def has_a_name(error):
    """Whether the server's name led to an address."""
    wrapped = error.args[0] if error.args else None
    return not isinstance(getattr(wrapped, "reason", None), NameResolutionError)


for integration in (RestApiHttpIntegration, RestApiHttpProxyIntegration):
    integration.invoke = or_504(integration.invoke)
