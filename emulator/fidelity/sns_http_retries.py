"""A delivery to an HTTP endpoint is retried as the delivery policy says.

AWS retries where an endpoint answers 5xx or 429, or not within 15 seconds: three times, 20 seconds
apart, unless the subscription's or the topic's delivery policy says otherwise; any other error is
for ever. What has failed for good goes to the subscription's dead-letter queue
(https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html).

LocalStack 4.14.0 sends once and reads nothing of a delivery policy but its content type.

The change: a delivery has a thread of its own, which waits and sends again. Waits are 30 times
shorter than on AWS, like those of Lambda's retries. AWS shows the four backoff functions as
curves; here `linear` and `arithmetic` grow by equal steps, `geometric` and `exponential` by equal
factors. There is no jitter, and `maxReceivesPerSecond` is not looked at.
"""

import hashlib
import inspect
import json
import threading
import time
from contextvars import ContextVar

import requests
from localstack.services.sns import publisher
from localstack.services.sns.publisher import HttpTopicPublisher, TopicPublisher

TIMES_FASTER = 30
ANSWER_SECONDS = 15
DEFAULT = {"numRetries": 3, "minDelayTarget": 20, "maxDelayTarget": 20}

MEND = "fidelity/sns_http_retries.py"
PATCHED = {TopicPublisher.publish: "97b9982dcac5", HttpTopicPublisher._publish: "cc0bdb5faa42"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

# The delivery of this thread: what is published, and to whom.
delivery: ContextVar[tuple | None] = ContextVar("delivery", default=None)


def publish_on_a_thread(self, context, subscriber):
    threading.Thread(target=publish, args=(self, context, subscriber), daemon=True).start()


def publish(self, context, subscriber) -> None:
    delivery.set((context, subscriber))
    TopicPublisher.publish(self, context, subscriber)


class PatientRequests:
    """`requests` as LocalStack's publisher uses it, but a delivery is tried several times."""

    @staticmethod
    def post(url, **arguments):
        told = delivery.get()
        waits = waits_of(policy_of(*told)) if told else []
        arguments = {"timeout": ANSWER_SECONDS} | arguments
        for wait in waits:
            try:
                answer = requests.post(url, **arguments)
            except (requests.ConnectionError, requests.Timeout):
                pass
            else:
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
            time.sleep(wait / TIMES_FASTER)
            if not is_subscribed(*told):
                break
        return requests.post(url, **arguments)


def is_subscribed(context, subscriber) -> bool:
    return context.store.subscriptions.get(subscriber["SubscriptionArn"]) is subscriber


def policy_of(context, subscriber) -> dict:
    """The retry policy that counts: the subscription's, the topic's, or AWS's own."""
    topics = json.loads(context.topic_attributes.get("DeliveryPolicy") or "{}").get("http") or {}
    policy = topics.get("defaultHealthyRetryPolicy")
    if not topics.get("disableSubscriptionOverrides"):
        own = json.loads(subscriber.get("DeliveryPolicy") or "{}")
        policy = own.get("healthyRetryPolicy") or policy
    return DEFAULT | (policy or {})


def waits_of(policy: dict) -> list[float]:
    """AWS's wait in seconds before each retry, through the policy's four phases."""
    least, most = policy["minDelayTarget"], policy["maxDelayTarget"]
    at_once, early, late = (
        policy.get(name) or 0
        for name in ("numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries")
    )
    between = max(0, policy["numRetries"] - at_once - early - late)
    steps = [step / max(1, between - 1) for step in range(between)]
    if policy.get("backoffFunction") in ("geometric", "exponential") and least:
        backoff = [least * (most / least) ** step for step in steps]
    else:
        backoff = [least + (most - least) * step for step in steps]
    return [0] * at_once + [least] * early + backoff + [most] * late


HttpTopicPublisher.publish = publish_on_a_thread
publisher.requests = PatientRequests
