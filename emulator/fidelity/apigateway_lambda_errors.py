"""A REST API answers 500 when Lambda refuses an invocation, 502 when a function answers wrongly.

AWS answers 500 where Lambda itself refuses, for example because the function is throttled, and 502
where the function fails or its answer is not what a proxy integration asks for; the client sees
`Internal server error` both times
(https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html). A body that is not
text is such an answer
(https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html).

LocalStack 4.14.0 answers 502 for a refusal behind a proxy integration, and hands Lambda's error on
as an answer behind any other; over a body that is an object it stumbles.

The change: both kinds of integration turn a refusal into 500, and a body must be text.
"""

import hashlib
import inspect

from botocore.exceptions import ClientError
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    IntegrationFailureError,
)
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import (
    RestApiAwsIntegration,
    RestApiAwsProxyIntegration,
)

MEND = "fidelity/apigateway_lambda_errors.py"
PATCHED = {
    RestApiAwsIntegration.invoke: "103cb15b95e4",
    RestApiAwsProxyIntegration.invoke: "6fcff821de55",
    RestApiAwsProxyIntegration._is_lambda_response_valid: "b464ce232ca7",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

invoke = RestApiAwsIntegration.invoke
invoke_proxied = RestApiAwsProxyIntegration.invoke
is_valid = RestApiAwsProxyIntegration._is_lambda_response_valid


def invoke_or_500(self, context):
    answer = invoke(self, context)
    if answer["status_code"] >= 400 and ":lambda:path/" in context.integration["uri"]:
        raise IntegrationFailureError("Internal server error", status_code=500)
    return answer


def invoke_proxied_or_500(self, context):
    try:
        return invoke_proxied(self, context)
    except IntegrationFailureError as failure:
        if isinstance(failure.__cause__, ClientError):
            failure.status_code = 500
        raise


def is_valid_with_text(lambda_response):
    return is_valid(lambda_response) and isinstance(lambda_response.get("body", ""), str | None)


RestApiAwsIntegration.invoke = invoke_or_500
RestApiAwsProxyIntegration.invoke = invoke_proxied_or_500
RestApiAwsProxyIntegration._is_lambda_response_valid = staticmethod(is_valid_with_text)
