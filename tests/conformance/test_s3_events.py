"""S3's notifications: what an event says about the object."""

import json
from datetime import UTC, datetime

from tests.conformance.behavior import behavior

SERVICE = "S3 event notifications"
STRUCTURE = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html"
)
KEY = "2026 orders/größe+1=a&b.json"


def bucket_to_queue(cloud, **rule: object):
    """A bucket whose events go to a queue, without the test event that S3 sends first."""
    s3, queue = cloud.client("s3"), cloud.queue()
    name = f"orders-{cloud.account}"
    s3.create_bucket(Bucket=name)
    rule = {"QueueArn": queue.arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]} | rule
    configuration = {"QueueConfigurations": [rule]}
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=configuration)
    (test_event,) = queue.receive(1)
    assert json.loads(test_event["Body"])["Event"] == "s3:TestEvent"
    return s3, name, queue


def receive_records(queue, count: int) -> list[dict]:
    """So many event records, in the order of their sequencers."""
    bodies = [json.loads(message["Body"]) for message in queue.receive(count)]
    records = [record for body in bodies for record in body["Records"]]
    return sorted(records, key=lambda record: record["s3"]["object"]["sequencer"])


@behavior(
    service=SERVICE,
    aws="The key in an event is encoded as a form is: a space is `+`, a plus sign `%2B`.",
    source=STRUCTURE,
    labs=["asynchronous-event-driven", "dlq-vs-destinations"],
    mend="s3_events.py",
    stock="A space is `%20`.",
)
def test_the_key_in_an_event_is_form_encoded(cloud):
    s3, bucket, queue = bucket_to_queue(cloud)
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"{}")
    (record,) = receive_records(queue, 1)
    assert record["s3"]["object"]["key"] == "2026+orders/gr%C3%B6%C3%9Fe%2B1%3Da%26b.json"


@behavior(
    service=SERVICE,
    aws="An event on EventBridge carries the key as it is.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html",
    labs=["asynchronous-event-driven"],
    mend="s3_events.py",
    stock="The key is percent-encoded there, too.",
)
def test_the_key_in_an_eventbridge_event_is_plain(cloud):
    s3, events, queue = cloud.client("s3"), cloud.client("events"), cloud.queue()
    bucket = f"orders-{cloud.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    events.put_rule(Name="all", EventPattern='{"source": ["aws.s3"]}')
    events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": queue.arn}])
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"{}")
    (message,) = queue.receive(1)
    event = json.loads(message["Body"])
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["bucket"] == {"name": bucket}
    assert event["detail"]["object"]["key"] == KEY
    assert int(event["detail"]["object"]["sequencer"], 16) > 0


@behavior(
    service=SERVICE,
    aws="Of two events of one key, the later has the greater sequencer.",
    source=STRUCTURE,
    labs=["asynchronous-event-driven", "missing-idempotency"],
    mend="s3_events.py",
    stock="Every event has the same sequencer.",
)
def test_the_later_event_of_a_key_has_the_greater_sequencer(cloud):
    s3, bucket, queue = bucket_to_queue(cloud)
    for body in (b"1", b"22", b"333"):
        s3.put_object(Bucket=bucket, Key="order", Body=body)
    s3.delete_object(Bucket=bucket, Key="order")
    records = receive_records(queue, 4)
    assert len({record["s3"]["object"]["sequencer"] for record in records}) == 4
    assert [record["s3"]["object"].get("size") for record in records] == [1, 2, 3, None]
    assert records[3]["eventName"] == "ObjectRemoved:Delete"


@behavior(
    service=SERVICE,
    aws="An event names event, time, bucket, and the object's size, eTag and, in a versioned"
    " bucket, version.",
    source=STRUCTURE,
    labs=["asynchronous-event-driven"],
)
def test_an_event_describes_the_object(cloud):
    s3, bucket, queue = bucket_to_queue(cloud)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    began = datetime.now(UTC)
    put = s3.put_object(Bucket=bucket, Key="order", Body=b"{}")
    (record,) = receive_records(queue, 1)
    assert record["eventVersion"].split(".")[0] == "2"
    assert record["eventSource"] == "aws:s3"
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["awsRegion"] == "us-east-1"
    assert abs((datetime.fromisoformat(record["eventTime"]) - began).total_seconds()) < 60
    assert record["s3"]["bucket"]["name"] == bucket
    assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{bucket}"
    described = record["s3"]["object"]
    assert described["size"] == 2
    assert described["eTag"] == put["ETag"].strip('"')
    assert described["versionId"] == put["VersionId"]


@behavior(
    service=SERVICE,
    aws="A prefix and a suffix choose the keys that are notified.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
    "notification-how-to-filtering.html",
    labs=["asynchronous-event-driven"],
)
def test_prefix_and_suffix_choose_the_keys(cloud):
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".json"}]
    s3, bucket, queue = bucket_to_queue(cloud, Filter={"Key": {"FilterRules": rules}})
    for key in ("in/a.csv", "out/a.json", "a.json", "in/a.json"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    (record,) = receive_records(queue, 1)
    assert record["s3"]["object"]["key"] == "in/a.json"


@behavior(
    service=SERVICE,
    aws="S3 invokes a function asynchronously: a failing one is tried three times, with the same"
    " request id.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html",
    labs=["asynchronous-event-driven"],
)
def test_an_upload_invokes_a_function_three_times_when_it_fails(cloud):
    function = cloud.function(
        "import json\n"
        "def handler(event, context):\n"
        "    key = event['Records'][0]['s3']['object']['key']\n"
        "    print(json.dumps({'key': key, 'request': context.aws_request_id}))\n"
        "    raise ValueError('poison')\n"
    )
    s3, bucket = cloud.client("s3"), f"orders-{cloud.account}"
    s3.create_bucket(Bucket=bucket)
    function.client.add_permission(
        FunctionName=function.name,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
    )
    rule = {"LambdaFunctionArn": function.arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    s3.put_object(Bucket=bucket, Key="poison", Body=b"x")
    records = function.wait_for_records(3)
    assert [record["key"] for record in records] == ["poison"] * 3
    assert len({record["request"] for record in records}) == 1


@behavior(
    service=SERVICE,
    aws="A notification to a function is refused until the function's resource policy allows S3"
    " to invoke it.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html",
    labs=["asynchronous-event-driven"],
    differs="Resource policies of functions are not looked at: the notification is accepted.",
)
def test_a_notification_to_a_function_without_permission_is_refused(cloud):
    function = cloud.function("def handler(event, context): pass\n")
    s3, bucket = cloud.client("s3"), f"orders-{cloud.account}"
    s3.create_bucket(Bucket=bucket)
    rule = {"LambdaFunctionArn": function.arn, "Events": ["s3:ObjectCreated:*"]}
    try:
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
        )
    except s3.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidArgument"
    else:
        raise AssertionError("the notification was accepted")
