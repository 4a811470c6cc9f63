"""UpdateAlias can give an alias weights.

AWS takes a routing configuration in UpdateAlias as it does in CreateAlias
(https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html).

LocalStack 4.14.0 ends in an internal error: UpdateAlias checks the weights without saying against
which version.

The change: the weights are checked beforehand, against the version that the alias will have.
"""

import functools
import hashlib
import inspect

from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.lambda_models import AliasRoutingConfig
from localstack.services.lambda_.provider import LambdaProvider

MEND = "fidelity/lambda_alias_weights.py"
PATCHED = {
    LambdaProvider.update_alias: "c57b115049a7",
    LambdaProvider._create_routing_config_model: "f3e70cacc1d3",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

update_alias = LambdaProvider.update_alias
check_weights = LambdaProvider._create_routing_config_model


@functools.wraps(update_alias)
def update_alias_with_weights(self, context, **request):
    weights = (request.get("routing_config") or {}).get("AdditionalVersionWeights")
    if weights:
        account, region = api_utils.get_account_and_region(request["function_name"], context)
        name = api_utils.get_function_name(request["function_name"], context)
        function = self._get_function(function_name=name, region=region, account_id=account)
        if alias := function.aliases.get(request["name"]):
            qualifier = request.get("function_version") or alias.function_version
            if version := function.versions.get(qualifier):
                check_weights(self, weights, version)
    return update_alias(self, context, **request)


def check_weights_or_take_them(self, weights, function_version=None):
    if function_version is None:  # UpdateAlias: they were checked
        return AliasRoutingConfig(version_weights=weights)
    return check_weights(self, weights, function_version)


LambdaProvider.update_alias = update_alias_with_weights
LambdaProvider._create_routing_config_model = check_weights_or_take_them
