"""An SQS event source mapping is refused when the queue's visibility timeout is too short.

AWS refuses CreateEventSourceMapping and UpdateEventSourceMapping where the function's timeout is
longer than the queue's visibility timeout
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). It does not look again
when the function's timeout is raised or the queue's lowered afterwards.

LocalStack 4.14.0 accepts any pair.

The change: one more check at the end of LocalStack's own validation.
"""

import hashlib
import inspect

from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.aws.connect import connect_to
from localstack.services.lambda_.provider import LambdaProvider
from localstack.utils.aws.arns import parse_arn

MEND = "fidelity/sqs_mapping_visibility.py"
PATCHED = {LambdaProvider.validate_event_source_mapping: "952e4fa3cc58"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

validate = LambdaProvider.validate_event_source_mapping


def validate_with_visibility_timeout(self, context, request):
    validated = validate(self, context, request)
    _, _, _, function_version, _ = validated
    source_arn = request.get("EventSourceArn", "")
    if source_arn.split(":")[2:3] == ["sqs"]:
        function_timeout = function_version.config.timeout
        queue_timeout = visibility_timeout(source_arn)
        if queue_timeout < function_timeout:
            raise InvalidParameterValueException(
                f"Queue visibility timeout: {queue_timeout} seconds is less than "
                f"Function timeout: {function_timeout} seconds",
                Type="User",
            )
    return validated


def visibility_timeout(queue_arn: str) -> int:
    """The queue's visibility timeout in seconds."""
    queue = parse_arn(queue_arn)
    sqs = connect_to(region_name=queue["region"], aws_access_key_id=queue["account"]).sqs
    queue_url = sqs.get_queue_url(
        QueueName=queue["resource"], QueueOwnerAWSAccountId=queue["account"]
    )["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["VisibilityTimeout"])
    return int(answer["Attributes"]["VisibilityTimeout"])


LambdaProvider.validate_event_source_mapping = validate_with_visibility_timeout
