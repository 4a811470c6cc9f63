"""A Lambda function's configuration: what AWS refuses."""

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior


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
