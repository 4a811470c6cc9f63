"""What fidelity/ mends in LocalStack, seen from outside."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.emulator.running import ACCOUNT, wait_until


def make_queue(emulator, **attributes):
    sqs = emulator.client("sqs")
    name = f"queue-{time.time_ns()}"
    attributes = {key: str(value) for key, value in attributes.items()}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs, url, f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


def map_queue(function, arn, **settings):
    client = function.lambda_client
    mapping = client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName=function.name, BatchSize=1, **settings
    )["UUID"]
    wait_until(lambda: client.get_event_source_mapping(UUID=mapping)["State"] == "Enabled")
    return mapping


def test_batches_of_a_standard_queue_run_side_by_side(emulator):
    sqs, url, arn = make_queue(emulator, VisibilityTimeout=30)
    function = emulator.function(
        "import time\n"
        "def handler(event, context):\n    print('at', time.time())\n    time.sleep(1)\n"
    )
    for number in range(4):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    map_queue(function, arn)
    lines = []

    def all_have_begun():
        lines[:] = [line for line in function.log_messages() if line.startswith("at ")]
        return len(lines) == 4

    wait_until(all_have_begun)
    starts = [float(line.split()[1]) for line in lines]
    assert max(starts) - min(starts) < 0.9, "one waited for another"


def test_a_mapping_is_refused_when_the_visibility_timeout_is_shorter_than_the_function_s(emulator):
    _, _, arn = make_queue(emulator, VisibilityTimeout=2)
    function = emulator.function("def handler(event, context): pass\n", Timeout=3)
    with pytest.raises(ClientError, match="visibility timeout: 2 seconds is less than"):
        map_queue(function, arn)


def test_a_handler_slower_than_its_visibility_timeout_gets_its_message_twice(emulator):
    sqs, url, arn = make_queue(emulator, VisibilityTimeout=1)
    function = emulator.function(
        "import time\n"
        "def handler(event, context):\n"
        "    print('count', event['Records'][0]['attributes']['ApproximateReceiveCount'])\n"
        "    time.sleep(2)\n",
        Timeout=1,
    )
    map_queue(function, arn)
    function.lambda_client.update_function_configuration(FunctionName=function.name, Timeout=5)
    wait_until(
        lambda: (
            function.lambda_client.get_function(FunctionName=function.name)["Configuration"][
                "LastUpdateStatus"
            ]
            == "Successful"
        )
    )
    sqs.send_message(QueueUrl=url, MessageBody="order")
    wait_until(lambda: sum("count" in line for line in function.log_messages()) >= 2)


def test_archived_events_are_replayed(emulator):
    events = emulator.client("events")
    sqs, url, arn = make_queue(emulator)
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/orders"
    events.create_event_bus(Name="orders")
    archive = events.create_archive(ArchiveName="orders", EventSourceArn=bus)["ArchiveArn"]
    events.put_rule(Name="all", EventBusName="orders", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="all", EventBusName="orders", Targets=[{"Id": "queue", "Arn": arn}])
    entry = {
        "Source": "shop",
        "DetailType": "order",
        "Detail": '{"n": 1}',
        "EventBusName": "orders",
    }
    events.put_events(Entries=[entry])

    def bodies():
        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    (first,) = wait_until(bodies)
    now = datetime.now(UTC)
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=now - timedelta(minutes=5),
        EventEndTime=now + timedelta(minutes=1),
        Destination={"Arn": bus},
    )
    (again,) = wait_until(bodies)
    assert again["replay-name"] == "again"
    assert again["detail"] == first["detail"]


def test_payloads_over_the_limits_are_refused(emulator):
    function = emulator.function("def handler(event, context): return len(event)\n")

    def invoke(kind, size):
        payload = b'"' + b"x" * (size - 2) + b'"'
        return function.lambda_client.invoke(
            FunctionName=function.name, InvocationType=kind, Payload=payload
        )["StatusCode"]

    for kind, limit, accepted, words in (
        ("RequestResponse", 6 * 1024 * 1024, 200, "must be smaller than 6291456 bytes"),
        ("Event", 1024 * 1024, 202, r"1048577 byte .* \(limit 1048576 bytes\)"),
    ):
        assert invoke(kind, limit) == accepted
        with pytest.raises(ClientError, match=words) as refused:
            invoke(kind, limit + 1)
        assert refused.value.response["Error"]["Code"] == "RequestEntityTooLargeException"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_environment_variables_are_refused_when_reserved_or_over_four_kilobytes(emulator):
    code = "import os\ndef handler(event, context): return os.environ['GREETING']\n"

    def deploy(**variables):
        return emulator.function(code, Environment={"Variables": variables})

    assert deploy(GREETING="Grüße, 漢字").invoke()[0] == "Grüße, 漢字"
    with pytest.raises(ClientError, match="exceeded the 4KB limit"):
        deploy(GREETING="x" * 4_090)
    with pytest.raises(ClientError, match="Reserved keys used in this request: AWS_REGION"):
        deploy(GREETING="x", AWS_REGION="eu-west-1")
