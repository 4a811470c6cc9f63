"""An event that cannot be delivered is retried, and then goes to its target's dead-letter queue.

AWS retries a delivery that may yet succeed with growing waits, by default 185 times within 24
hours, or as the target's RetryPolicy says; what cannot succeed (no permission, a target that is
gone) is not retried (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html).
Then the event goes to the target's dead-letter queue, if there is one
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html). An HTTP target has five
seconds to answer.

LocalStack 4.14.0 accepts any RetryPolicy and DeadLetterConfig and uses neither: one attempt, and
the event is gone. What an HTTP target answers is written to the log alone.

The change: a failed delivery goes on in a thread of its own. Waits and ages are 30 times shorter
than on AWS, like those of Lambda's retries (2 seconds for a minute). AWS does not tell its waits;
here they double from 6 to 480 seconds of AWS's, at which 185 retries take about 24 hours.
"""

import hashlib
import inspect
import json
import logging
import random
import threading
import time

import botocore.exceptions
import requests
from localstack.aws.connect import connect_to
from localstack.services.events import target as targets
from localstack.services.events.models import ValidationException, events_stores
from localstack.services.events.rule import RuleService
from localstack.services.events.target import (
    ApiGatewayTargetSender,
    EventsApiDestinationTargetSender,
    TargetSender,
)
from localstack.utils.aws.arns import sqs_queue_url_for_arn

LOG = logging.getLogger("localstack.fidelity.eventbridge_delivery")

TIMES_FASTER = 30
FIRST_WAIT_SECONDS = 6 / TIMES_FASTER
LONGEST_WAIT_SECONDS = 480 / TIMES_FASTER
HTTP_ANSWER_SECONDS = 5
LIMITS = {"MaximumRetryAttempts": (0, 185), "MaximumEventAgeInSeconds": (60, 86_400)}

# Parts of error codes, and what AWS's dead-letter queues call them.
FOR_EVER = {
    "NotFound": "NO_RESOURCE",
    "NonExistent": "NO_RESOURCE",
    "DoesNotExist": "NO_RESOURCE",
    "AccessDenied": "NO_PERMISSIONS",
    "Authoriz": "NO_PERMISSIONS",
    "THIRD_ACCOUNT_HOP_DETECTED": "THIRD_ACCOUNT_HOP_DETECTED",
}
FOR_NOW = {"Throttl": "THROTTLING", "TooManyRequests": "THROTTLING", "Exceeded": "THROTTLING"}

MEND = "fidelity/eventbridge_delivery.py"
PATCHED = {
    TargetSender.process_event: "99ac60403731",
    ApiGatewayTargetSender.send_event: "26e5ed31afca",
    EventsApiDestinationTargetSender.send_event: "e9400c7b2c85",
    RuleService.validate_targets_input: "80279f23d7c2",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

deliver_once = TargetSender.process_event
validate = RuleService.validate_targets_input


def deliver(self, event, trace_header):
    try:
        deliver_once(self, dict(event), trace_header)
    except Exception as error:
        arguments = (self, event, trace_header, error)
        threading.Thread(target=go_on, args=arguments, daemon=True).start()


def go_on(sender, event, trace_header, error) -> None:
    """Retry as the target's policy says; in the end, bury the event."""
    policy = {name: most for name, (_, most) in LIMITS.items()}
    policy |= sender.target.get("RetryPolicy") or {}
    give_up_at = time.monotonic() + policy["MaximumEventAgeInSeconds"] / TIMES_FASTER
    retries, exhausted = 0, None
    home = targets_of_rule(sender)
    while True:
        code, may_pass = verdict(error)
        if not may_pass:
            break
        if retries >= policy["MaximumRetryAttempts"]:
            exhausted = "MaximumRetryAttempts"
            break
        longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**retries)
        wait, left = longest * random.uniform(0.5, 1), give_up_at - time.monotonic()
        time.sleep(max(0, min(wait, left)))
        if wait >= left:
            exhausted = "MaximumEventAgeInSeconds"
            break
        if targets_of_rule(sender) is not home or sender.target_id not in home:
            return  # the target was removed: a later one of the same name is another one
        retries += 1
        try:
            return deliver_once(sender, dict(event), trace_header)
        except Exception as again:
            error = again
    bury(sender, event, error, code, retries, exhausted)


def targets_of_rule(sender) -> dict | None:
    """The targets of the sender's rule, as long as there is such a rule."""
    for bus in list(events_stores[sender.account_id][sender.region].event_buses.values()):
        for rule in list(bus.rules.values()):
            if rule.arn == sender.rule_arn:
                return rule.targets
    return None


def verdict(error: Exception) -> tuple[str, bool]:
    """AWS's code for an error, and whether the delivery is worth another attempt."""
    if isinstance(error, botocore.exceptions.ClientError):
        code = error.response["Error"]["Code"]
        for names, may_pass in ((FOR_EVER, False), (FOR_NOW, True)):
            for part, told in names.items():
                if part in code:
                    return told, may_pass
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        return ("INTERNAL_ERROR", True) if status >= 500 else ("SDK_CLIENT_ERROR", False)
    if isinstance(error, requests.HTTPError):
        status = error.response.status_code
        return "ERROR_FROM_TARGET", status == 429 or status >= 500
    if isinstance(error, requests.Timeout):
        return "TIMEOUT", True
    if isinstance(error, requests.ConnectionError | botocore.exceptions.HTTPClientError):
        return "CONNECTION_FAILURE", True
    return "SDK_CLIENT_ERROR", False


def bury(sender, event, error, code, retries, exhausted) -> None:
    """Send the event to its target's dead-letter queue, or drop it where there is none."""
    queue_arn = (sender.target.get("DeadLetterConfig") or {}).get("Arn")
    LOG.info("Not delivered to %s: %s", sender.arn, error)
    if not queue_arn:
        return
    told = {
        "RULE_ARN": sender.rule_arn,
        "TARGET_ARN": sender.arn,
        "ERROR_CODE": code,
        "ERROR_MESSAGE": str(error) or code,
        "RETRY_ATTEMPTS": str(retries),
        "EXHAUSTED_RETRY_CONDITION": exhausted,
    }
    clients = connect_to(aws_access_key_id=sender.account_id, region_name=sender.region)
    try:
        clients.sqs.send_message(
            QueueUrl=sqs_queue_url_for_arn(queue_arn),
            MessageBody=json.dumps({k: v for k, v in event.items() if k != "event-bus-name"}),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": text}
                for name, text in told.items()
                if text is not None
            },
        )
    except Exception as lost:
        LOG.warning("The dead-letter queue %s takes no events: %s", queue_arn, lost)


class CheckedRequests:
    """`requests` as LocalStack's senders use it, but a failure is an exception."""

    @staticmethod
    def request(**arguments):
        answer = requests.request(**({"timeout": HTTP_ANSWER_SECONDS} | arguments))
        answer.raise_for_status()
        return answer


def validate_with_retry_policy(self, added):
    for index, target in enumerate(added, start=1):
        for name, value in (target.get("RetryPolicy") or {}).items():
            least, most = LIMITS[name]
            if not least <= value <= most:
                where = f"targets.{index}.member.retryPolicy.{name[0].lower()}{name[1:]}"
                bound = (
                    f"less than or equal to {most}"
                    if value > most
                    else f"greater than or equal to {least}"
                )
                raise ValidationException(
                    f"1 validation error detected: Value '{value}' at '{where}' failed to satisfy "
                    f"constraint: Member must have value {bound}"
                )
    return validate(self, added)


TargetSender.process_event = deliver
RuleService.validate_targets_input = validate_with_retry_policy
targets.requests = CheckedRequests
