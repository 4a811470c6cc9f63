"""A Lambda function's configuration: what AWS refuses, what is reserved, what is kept ready."""

import time

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until

CONCURRENCY = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
PROVISIONED = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"


@behavior(
    service="Lambda",
    aws="A function's environment variables may hold any text up to 4 KB in all, and none of the"
    " names that Lambda reserves.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    mend="lambda_reserved_variables.py",
    stock="Reserved names are accepted, and the function runs with them.",
)
def test_environment_variables_are_refused_when_reserved_or_over_four_kilobytes(cloud):
    code = "import os\ndef handler(event, context): return os.environ['GREETING']\n"

    def deploy(**variables):
        return cloud.function(code, Environment={"Variables": variables})

    assert deploy(GREETING="Grüße, 漢字").invoke()["Payload"] == "Grüße, 漢字"
    with pytest.raises(ClientError, match="exceeded the 4KB limit"):
        deploy(GREETING="x" * 4_090)
    with pytest.raises(ClientError, match="Reserved keys used in this request: AWS_REGION"):
        deploy(GREETING="x", AWS_REGION="eu-west-1")


@behavior(
    service="Lambda",
    aws="Of an account's concurrency 100 executions stay for the functions without a reservation:"
    " reserving more is refused.",
    source=CONCURRENCY,
    labs=["instant-unlimited-scaling"],
)
def test_reserving_so_much_that_fewer_than_100_are_left_is_refused(cloud):
    function = cloud.function("def handler(event, context): pass\n")
    limit = function.client.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]

    def reserve(count):
        function.client.put_function_concurrency(
            FunctionName=function.name, ReservedConcurrentExecutions=count
        )

    with pytest.raises(ClientError, match=r"minimum value of \[100\]") as refused:
        reserve(limit - 99)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    reserve(limit - 100)


@behavior(
    service="Lambda",
    aws="What a function reserves is taken from the account's unreserved concurrency, and is given"
    " back with the reservation.",
    source=CONCURRENCY,
    labs=["instant-unlimited-scaling"],
)
def test_a_reservation_lowers_what_is_left_for_the_others(cloud):
    function = cloud.function("def handler(event, context): pass\n")
    client = function.client

    def left():
        limits = client.get_account_settings()["AccountLimit"]
        return limits["ConcurrentExecutions"] - limits["UnreservedConcurrentExecutions"]

    assert left() == 0
    client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=8)
    assert left() == 8
    client.delete_function_concurrency(FunctionName=function.name)
    assert left() == 0


@behavior(
    service="Lambda",
    aws="Provisioned concurrency of a version starts environments and initializes them before it is"
    " READY. Who calls the version, or an alias that points to it, finds one of them; other calls"
    " do not.",
    source=PROVISIONED,
    labs=["synchronous-request-response"],
)
def test_provisioned_environments_are_initialized_before_the_first_call(cloud):
    function = cloud.function(
        "import os, time\n"
        "initialized = time.time()\n"
        "def handler(event, context):\n"
        "    return [os.environ['AWS_LAMBDA_INITIALIZATION_TYPE'], initialized]\n"
    )
    client = function.client
    version = client.publish_version(FunctionName=function.name)["Version"]
    of_version = {"FunctionName": function.name, "Qualifier": version}
    client.get_waiter("published_version_active").wait(**of_version, WaiterConfig={"Delay": 1})
    client.put_provisioned_concurrency_config(**of_version, ProvisionedConcurrentExecutions=2)

    def is_ready():
        found = client.get_provisioned_concurrency_config(**of_version)
        return found["Status"] == "READY" and found["AvailableProvisionedConcurrentExecutions"] == 2

    wait_until(is_ready, 60)
    ready = time.time()
    client.create_alias(FunctionName=function.name, Name="live", FunctionVersion=version)
    for qualifier in (version, "live"):
        kind, initialized = function.invoke(Qualifier=qualifier)["Payload"]
        assert kind == "provisioned-concurrency"
        assert initialized < ready
    kind, initialized = function.invoke()["Payload"]
    assert kind == "on-demand"
    assert initialized > ready


@behavior(
    service="Lambda",
    aws="Provisioned concurrency belongs to a version or an alias: for $LATEST it is refused.",
    source=PROVISIONED,
    labs=["synchronous-request-response"],
)
def test_provisioned_concurrency_of_the_latest_code_is_refused(cloud):
    function = cloud.function("def handler(event, context): pass\n")
    with pytest.raises(ClientError) as refused:
        function.client.put_provisioned_concurrency_config(
            FunctionName=function.name, Qualifier="$LATEST", ProvisionedConcurrentExecutions=1
        )
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
