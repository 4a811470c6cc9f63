"""A function with two published versions, for what sends a share of its calls to each."""

from tests.conformance.cloud import Cloud, Function

RETURNS = "def handler(event, context): return %r\n"


def publish_old_and_new(cloud: Cloud, code: str = RETURNS) -> Function:
    """A function whose version 1 says old and whose version 2 says new, by `code` with a %r."""
    function = cloud.function(code % "old")
    function.client.publish_version(FunctionName=function.name)
    function.update_code(code % "new")
    function.client.publish_version(FunctionName=function.name)
    waiter = function.client.get_waiter("published_version_active")
    for version in ("1", "2"):
        waiter.wait(FunctionName=function.name, Qualifier=version, WaiterConfig={"Delay": 1})
    return function
