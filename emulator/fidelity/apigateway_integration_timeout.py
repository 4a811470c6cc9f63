"""A REST API gives up on an integration after timeoutInMillis.

AWS answers 504 `Endpoint request timed out` when any integration takes longer than its timeout,
29,000 ms where none is set; what was called runs on. PutIntegration and UpdateIntegration refuse
less than 50 ms, and more than 29,000 ms unless the account's quota was raised
(https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html).

LocalStack 4.14.0 keeps the number, any number, and waits for as long as it takes.

The change: every integration is called in a thread of its own, for which the request waits so
long and no longer; and the two operations check the number.
"""

import functools
import hashlib
import inspect
import threading
from concurrent.futures import Future, wait

from localstack.aws.api.apigateway import BadRequestException
from localstack.services.apigateway.legacy.provider import ApigatewayProvider
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    IntegrationTimeoutError,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.integration import (
    REST_API_INTEGRATIONS,
    IntegrationHandler,
)

SHORTEST_MS = 50
LONGEST_MS = 29_000

MEND = "fidelity/apigateway_integration_timeout.py"
PATCHED = {
    IntegrationHandler.__call__: "18432b85ec73",
    ApigatewayProvider.put_integration: "df2aeb1d62b4",
    ApigatewayProvider.update_integration: "5629b0586308",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

put_integration = ApigatewayProvider.put_integration
update_integration = ApigatewayProvider.update_integration


class WithinLimit:
    """An integration, given up after its timeout; the call itself goes on."""

    def __init__(self, integration):
        self.integration = integration

    def invoke(self, context):
        answer = Future()

        def call():
            try:
                answer.set_result(self.integration.invoke(context))
            except Exception as error:
                answer.set_exception(error)

        threading.Thread(target=call, daemon=True).start()
        limit = int(context.integration.get("timeoutInMillis") or LONGEST_MS)
        if not wait([answer], limit / 1000).done:
            raise IntegrationTimeoutError("Endpoint request timed out")
        return answer.result()


@functools.wraps(put_integration)
def put_integration_within_limits(self, context, request, **keywords):
    check(request.get("timeoutInMillis"))
    return put_integration(self, context, request, **keywords)


@functools.wraps(update_integration)
def update_integration_within_limits(self, *arguments, patch_operations=None, **keywords):
    for operation in patch_operations or []:
        if operation["path"] == "/timeoutInMillis":
            check(operation.get("value"))
    return update_integration(self, *arguments, patch_operations=patch_operations, **keywords)


def check(milliseconds):
    if milliseconds is not None and not SHORTEST_MS <= int(milliseconds) <= LONGEST_MS:
        raise BadRequestException(f"Timeout should be between {SHORTEST_MS} ms and {LONGEST_MS} ms")


for kind, integration in REST_API_INTEGRATIONS.items():
    REST_API_INTEGRATIONS[kind] = WithinLimit(integration)
ApigatewayProvider.put_integration = put_integration_within_limits
ApigatewayProvider.update_integration = update_integration_within_limits
