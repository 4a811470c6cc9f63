"""SNS to HTTP endpoints: the confirmation, the delivery policy, the dead-letter queue."""

import json
from urllib.parse import parse_qs, urlsplit

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until
from tests.conformance.publishing import Endpoint, Topic, bodies, endpoint, redrive

SERVICE = "SNS to HTTP endpoints"
GUIDE = "https://docs.aws.amazon.com/sns/latest/dg/"
MEND = "sns_http_retries.py"
STOCK = "One attempt, whatever the delivery policy says; then the dead-letter queue."
SCALE = "Waits are 30 times shorter: 20 seconds last two thirds of one."


def subscribe(topic: Topic, shop: Endpoint, **attributes: object) -> None:
    """Subscribe an endpoint, and confirm as it would."""
    topic.subscribe(shop.url, "http", **attributes)
    request = wait_until(lambda: shop.requests)[0]
    token = json.loads(request["body"])["Token"]
    topic.client.confirm_subscription(TopicArn=topic.arn, Token=token)


@behavior(
    service=SERVICE,
    aws="An endpoint is first sent a SubscriptionConfirmation with a token and a SubscribeURL;"
    " until it has confirmed it gets no message.",
    source=f"{GUIDE}SendMessageToHttp.prepare.html",
    labs=["fire-and-forget"],
)
def test_an_endpoint_gets_nothing_until_it_has_confirmed(cloud):
    topic, queue = Topic(cloud), cloud.queue()
    topic.subscribe(queue.arn)
    with endpoint(200) as shop:
        topic.subscribe(shop.url, "http")
        request = wait_until(lambda: shop.requests)[0]
        body = json.loads(request["body"])
        assert request["x-amz-sns-message-type"] == body["Type"] == "SubscriptionConfirmation"
        assert parse_qs(urlsplit(body["SubscribeURL"]).query)["Token"] == [body["Token"]]
        topic.publish("before")
        queue.receive(1)
        topic.client.confirm_subscription(TopicArn=topic.arn, Token=body["Token"])
        topic.publish("after")
        (sent,) = wait_until(shop.notifications)
        assert json.loads(sent["body"])["Message"] == "after"
        assert sent["x-amz-sns-topic-arn"] == topic.arn


@behavior(
    service=SERVICE,
    aws="Where an endpoint answers 5xx or 429, or not at all, the delivery is retried: three times,"
    " 20 seconds apart, unless a delivery policy says otherwise. Then the message goes to the"
    " subscription's dead-letter queue.",
    source=f"{GUIDE}sns-message-delivery-retries.html",
    labs=["fire-and-forget", "eventbridge-vs-sns"],
    mend=MEND,
    stock=STOCK,
    scaled=SCALE,
)
def test_a_delivery_is_retried_three_times_and_then_goes_to_the_dead_letter_queue(cloud):
    topic, dead = Topic(cloud), cloud.queue()
    with endpoint(200, 503) as shop:
        subscribe(topic, shop, RedrivePolicy=redrive(dead))
        sent = topic.publish("order")
        assert [message["MessageId"] for message in bodies(dead.receive(1))] == [sent]
        assert len(shop.notifications()) == 4
        assert {told["x-amz-sns-message-id"] for told in shop.notifications()} == {sent}


@behavior(
    service=SERVICE,
    aws="A subscription's delivery policy sets the number of retries, and how many come at once and"
    " with the shortest wait; the message arrives when the endpoint answers well again.",
    source=f"{GUIDE}sns-message-delivery-retries.html",
    labs=["fire-and-forget"],
    mend=MEND,
    stock=STOCK,
    scaled=SCALE,
)
def test_a_delivery_policy_decides_how_often_an_endpoint_is_tried(cloud):
    topic, dead = Topic(cloud), cloud.queue()
    retries = {
        "numRetries": 5,
        "numNoDelayRetries": 2,
        "numMinDelayRetries": 1,
        "minDelayTarget": 1,
        "maxDelayTarget": 4,
        "backoffFunction": "exponential",
    }
    with endpoint(200, 503, 503, 429, 500, 503, 200) as shop:
        policy = {"healthyRetryPolicy": retries}
        subscribe(topic, shop, DeliveryPolicy=policy, RedrivePolicy=redrive(dead))
        topic.publish("order")
        wait_until(lambda: len(shop.notifications()) == 6)
    assert dead.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="Any other error of an endpoint, a 404 for example, is for ever: it is not retried, and the"
    " message goes to the dead-letter queue at once.",
    source=f"{GUIDE}sns-message-delivery-retries.html",
    labs=["fire-and-forget"],
)
def test_an_endpoint_that_answers_404_is_not_tried_again(cloud):
    topic, dead = Topic(cloud), cloud.queue()
    with endpoint(200, 404) as shop:
        subscribe(topic, shop, RedrivePolicy=redrive(dead))
        sent = topic.publish("order")
        assert [message["MessageId"] for message in bodies(dead.receive(1))] == [sent]
        assert len(shop.notifications()) == 1


@behavior(
    service=SERVICE,
    aws="While one endpoint is down and retried, the topic's other subscribers get their copies at"
    " once.",
    source=f"{GUIDE}sns-message-delivery-retries.html",
    labs=["fire-and-forget", "fan-out"],
)
def test_an_endpoint_that_is_down_holds_nobody_else_up(cloud):
    topic, queue = Topic(cloud), cloud.queue()
    topic.subscribe(queue.arn)
    # The longest policy: here two minutes, and copies that wait for them do not come in time.
    retries = {"numRetries": 90, "minDelayTarget": 40, "maxDelayTarget": 40}
    with endpoint(200, 503) as shop:
        subscribe(topic, shop, DeliveryPolicy={"healthyRetryPolicy": retries})
        sent = [topic.publish(str(number)) for number in range(12)]
        received = bodies(queue.receive(12))
        assert {message["MessageId"] for message in received} == set(sent)
        topic.client.delete_topic(TopicArn=topic.arn)  # it ends the retries
