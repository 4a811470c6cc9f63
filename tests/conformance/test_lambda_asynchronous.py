"""Lambda functions called asynchronously: retries, and where an event goes in the end.

The emulator waits 2 s and 4 s before the second and the third attempt, where AWS waits one and two
minutes (LAMBDA_RETRY_BASE_DELAY in emulator/localstack.env).
"""

import itertools
import json
from datetime import datetime

from tests.conformance.behavior import behavior
from tests.conformance.held import HeldFunction
from tests.conformance.publishing import Bus

SERVICE = "Lambda asynchronous invocations"
GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/"
RETRIES = GUIDE + "invocation-async-error-handling.html"
RECORDS = GUIDE + "invocation-async-retain-records.html"
FAILS = """
import json, time
class Poison(Exception): pass
def handler(event, context):
    print(json.dumps({"at": time.time(), "request": context.aws_request_id}))
    raise Poison("no")
"""


def send(function, event: object) -> str:
    """Invoke asynchronously; returns the request's id."""
    answer = function.invoke(event, InvocationType="Event")
    assert (answer["StatusCode"], answer["Payload"]) == (202, None)
    return answer["ResponseMetadata"]["RequestId"]


def set_outcome(function, retries: int = 0, **destinations: str) -> None:
    """How often it is tried again, and where the record of the outcome goes."""
    function.client.put_function_event_invoke_config(
        FunctionName=function.name,
        MaximumRetryAttempts=retries,
        DestinationConfig={name: {"Destination": arn} for name, arn in destinations.items()},
    )


def switch_off(function) -> None:
    function.client.put_function_concurrency(
        FunctionName=function.name, ReservedConcurrentExecutions=0
    )


@behavior(
    service=SERVICE,
    aws="A failing event is tried three times, with the same request id; the second wait is twice"
    " the first (1 and 2 minutes; in the emulator 2 and 4 seconds).",
    source=RETRIES,
    labs=["asynchronous-event-driven", "dlq-vs-destinations", "missing-idempotency"],
)
def test_a_failing_event_is_tried_three_times_with_one_request_id(cloud):
    function = cloud.function(FAILS)
    request = send(function, {"n": 1})
    records = function.wait_for_records(3)
    assert [record["request"] for record in records] == [request] * 3
    first, second, third = (record["at"] for record in records)
    assert second - first > 1.9
    assert third - second > 3.9


@behavior(
    service=SERVICE,
    aws="MaximumRetryAttempts of 0 leaves one attempt.",
    source=RETRIES,
    labs=["asynchronous-event-driven", "dlq-vs-destinations"],
)
def test_without_retries_there_is_one_attempt(cloud):
    queue, function = cloud.queue(), cloud.function(FAILS)
    set_outcome(function, retries=0, OnFailure=queue.arn)
    send(function, {"n": 1})
    (message,) = queue.receive(1)
    assert json.loads(message["Body"])["requestContext"]["approximateInvokeCount"] == 1
    assert len(function.wait_for_records(1)) == 1


@behavior(
    service=SERVICE,
    aws="The record of an on-failure destination holds the request, why it was given up, how often"
    " it ran, and the error with its stack trace.",
    source=RECORDS,
    labs=["dlq-vs-destinations", "asynchronous-event-driven"],
)
def test_an_on_failure_destination_gets_the_event_and_the_error(cloud):
    queue, function = cloud.queue(), cloud.function(FAILS)
    set_outcome(function, retries=1, OnFailure=queue.arn)
    request = send(function, {"n": 1})
    (message,) = queue.receive(1)
    record = json.loads(message["Body"])
    assert record["version"] == "1.0"
    assert datetime.fromisoformat(record["timestamp"])
    assert record["requestContext"] == {
        "requestId": request,
        "functionArn": f"{function.arn}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 2,
    }
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    error = record["responsePayload"]
    assert (error["errorType"], error["errorMessage"]) == ("Poison", "no")
    assert "in handler" in error["stackTrace"][-1]


@behavior(
    service=SERVICE,
    aws="An on-success destination gets the request and the function's answer.",
    source=RECORDS,
    labs=["dlq-vs-destinations"],
)
def test_an_on_success_destination_gets_the_answer(cloud):
    queue, failures = cloud.queue(), cloud.queue()
    function = cloud.function("def handler(event, context): return {'paid': event['n']}\n")
    set_outcome(function, OnSuccess=queue.arn, OnFailure=failures.arn)
    request = send(function, {"n": 1})
    (message,) = queue.receive(1)
    record = json.loads(message["Body"])
    assert record["requestContext"] == {
        "requestId": request,
        "functionArn": f"{function.arn}:$LATEST",
        "condition": "Success",
        "approximateInvokeCount": 1,
    }
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"paid": 1}
    assert failures.counts() == {"visible": 0, "in_flight": 0}


@behavior(
    service=SERVICE,
    aws="A destination that is an event bus gets the record as the detail of an event.",
    source=RECORDS,
    labs=["dlq-vs-destinations", "choreography"],
)
def test_a_destination_can_be_an_event_bus(cloud):
    queue, events = cloud.queue(), cloud.client("events")
    bus = events.create_event_bus(Name="results")["EventBusArn"]
    events.put_rule(Name="all", EventBusName="results", EventPattern='{"source": ["lambda"]}')
    target = {"Id": "queue", "Arn": queue.arn}
    events.put_targets(Rule="all", EventBusName="results", Targets=[target])
    function = cloud.function("def handler(event, context): return 'done'\n")
    set_outcome(function, OnSuccess=bus)
    send(function, {"n": 1})
    (message,) = queue.receive(1)
    event = json.loads(message["Body"])
    assert event["detail-type"] == "Lambda Function Invocation Result - Success"
    assert event["detail"]["responsePayload"] == "done"


@behavior(
    service=SERVICE,
    aws="A rule on the bus of a destination can match the answer itself, in detail.responsePayload,"
    " and pass only that on.",
    source=RECORDS,
    labs=["dlq-vs-destinations"],
)
def test_a_rule_sorts_destination_records_by_the_answer(cloud):
    bus = Bus(cloud, "decisions")
    queues = {decision: cloud.queue() for decision in ("approved", "refused")}
    for decision, queue in queues.items():
        pattern = {
            "source": ["lambda"],
            "detail": {"responsePayload": {"decision": [decision]}},
        }
        bus.rule(queue.arn, pattern, InputPath="$.detail.responsePayload")
    function = cloud.function("def handler(event, context): return event\n")
    set_outcome(function, OnSuccess=bus.arn)
    answers = [{"n": 1, "decision": "approved"}, {"n": 2, "decision": "refused"}]
    for answer in answers:
        send(function, answer)
    found = [json.loads(queue.receive(1)[0]["Body"]) for queue in queues.values()]
    assert found == answers
    assert all(queue.counts() == {"visible": 0, "in_flight": 0} for queue in queues.values())


@behavior(
    service=SERVICE,
    aws="UpdateFunctionEventInvokeConfig keeps what it does not name; PutFunctionEventInvokeConfig"
    " replaces the whole configuration.",
    source="https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html",
    labs=["dlq-vs-destinations"],
)
def test_an_update_of_the_asynchronous_configuration_keeps_the_rest_and_a_put_replaces_it(cloud):
    queue, function = cloud.queue(), cloud.function("def handler(event, context): pass\n")
    client, where = function.client, {"FunctionName": function.name}

    def settings():
        found = client.get_function_event_invoke_config(**where)
        names = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")
        destination = found.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return [found.get(name) for name in names] + [destination]

    set_outcome(function, retries=1, OnFailure=queue.arn)
    client.update_function_event_invoke_config(**where, MaximumEventAgeInSeconds=60)
    assert settings() == [1, 60, queue.arn]
    client.update_function_event_invoke_config(**where, MaximumRetryAttempts=0)
    assert settings() == [0, 60, queue.arn]
    client.put_function_event_invoke_config(**where, MaximumRetryAttempts=2)
    assert settings() == [2, None, None]


@behavior(
    service=SERVICE,
    aws="The configuration of asynchronous calls stays as it is when the function's code or its"
    " configuration is updated.",
    source=GUIDE + "invocation-async-configuring.html",
    labs=["dlq-vs-destinations"],
)
def test_an_update_of_the_code_leaves_the_asynchronous_configuration_alone(cloud):
    queue, function = cloud.queue(), cloud.function("def handler(event, context): pass\n")
    set_outcome(function, retries=0, OnFailure=queue.arn)
    function.update_code(FAILS)
    function.configure(Description="updated")
    send(function, {"n": 1})
    record = json.loads(queue.receive(1, 30)[0]["Body"])
    assert record["requestPayload"] == {"n": 1}
    assert record["requestContext"]["approximateInvokeCount"] == 1


@behavior(
    service=SERVICE,
    aws="A dead-letter queue gets the event as it was sent, with the attributes RequestID,"
    " ErrorCode and ErrorMessage, and no stack trace.",
    source=RECORDS,
    labs=["dlq-vs-destinations"],
    mend="lambda_dead_letters.py",
    stock="RequestID is made up anew.",
)
def test_a_dead_letter_queue_gets_the_event_and_three_attributes(cloud):
    queue = cloud.queue()
    function = cloud.function(FAILS, DeadLetterConfig={"TargetArn": queue.arn})
    set_outcome(function, retries=0)
    request = send(function, {"n": 1})
    (message,) = queue.receive(1)
    assert json.loads(message["Body"]) == {"n": 1}
    attributes = message["MessageAttributes"]
    found = {name: attribute["StringValue"] for name, attribute in attributes.items()}
    assert found == {"RequestID": request, "ErrorCode": "200", "ErrorMessage": "no"}


@behavior(
    service=SERVICE,
    aws="With a dead-letter queue and an on-failure destination, both get the event.",
    source=RECORDS,
    labs=["dlq-vs-destinations"],
)
def test_dead_letter_queue_and_destination_both_get_the_event(cloud):
    letters, records = cloud.queue(), cloud.queue()
    function = cloud.function(FAILS, DeadLetterConfig={"TargetArn": letters.arn})
    set_outcome(function, retries=0, OnFailure=records.arn)
    send(function, {"n": 1})
    bodies = [json.loads(queue.receive(1)[0]["Body"]) for queue in (letters, records)]
    assert bodies[0] == bodies[1]["requestPayload"] == {"n": 1}


@behavior(
    service=SERVICE,
    aws="An event for a function whose reserved concurrency is 0 goes to the on-failure destination"
    " without having run.",
    source=GUIDE + "configuration-concurrency.html",
    labs=["zero-operations", "instant-unlimited-scaling", "dlq-vs-destinations"],
)
def test_an_event_for_a_switched_off_function_goes_to_the_destination(cloud):
    queue, function = cloud.queue(), cloud.function(FAILS)
    set_outcome(function, retries=2, OnFailure=queue.arn)
    switch_off(function)
    send(function, {"n": 1})
    (message,) = queue.receive(1)
    record = json.loads(message["Body"])
    assert record["requestPayload"] == {"n": 1}
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert function.records() == []


@behavior(
    service=SERVICE,
    aws="An event for a function whose reserved concurrency is 0 goes to the dead-letter queue"
    " without having run.",
    source=GUIDE + "configuration-concurrency.html",
    labs=["zero-operations", "instant-unlimited-scaling", "dlq-vs-destinations"],
    mend="lambda_dead_letters.py",
    stock="The event is lost.",
)
def test_an_event_for_a_switched_off_function_goes_to_the_dead_letter_queue(cloud):
    queue = cloud.queue()
    function = cloud.function(FAILS, DeadLetterConfig={"TargetArn": queue.arn})
    switch_off(function)
    request = send(function, {"n": 1})
    (message,) = queue.receive(1)
    assert json.loads(message["Body"]) == {"n": 1}
    assert message["MessageAttributes"]["RequestID"]["StringValue"] == request


@behavior(
    service=SERVICE,
    aws="Events beyond the reserved concurrency are throttled, wait, and all run in the end.",
    source=RETRIES,
    labs=["instant-unlimited-scaling", "queue-based-load-leveling"],
)
def test_throttled_events_all_run_in_the_end(cloud):
    function = cloud.function(
        "import json, time\n"
        "def handler(event, context):\n"
        "    begun = time.time()\n    time.sleep(0.3)\n"
        "    print(json.dumps({'n': event, 'at': begun, 'end': time.time()}))\n"
    )
    function.client.put_function_concurrency(
        FunctionName=function.name, ReservedConcurrentExecutions=1
    )
    for number in range(4):
        send(function, number)
    records = function.wait_for_records(4)
    assert sorted(record["n"] for record in records) == [0, 1, 2, 3]
    pairs = itertools.pairwise(records)
    assert all(before["end"] <= after["at"] for before, after in pairs), "two ran at once"


@behavior(
    service=SERVICE,
    aws="Events that wait together run side by side, each in an environment of its own.",
    source=GUIDE + "lambda-concurrency.html",
    labs=["instant-unlimited-scaling", "queue-based-load-leveling", "dlq-vs-destinations"],
    mend="lambda_asynchronous_events.py",
    stock="Four more than the machine has processors, at most.",
)
def test_asynchronous_events_run_side_by_side(cloud):
    held = HeldFunction(cloud)
    for number in range(12):
        send(held.function, number)
    held.wait_until_begun(12)  # and not one of them may end before
    held.let_go(12)
    held.wait_until_done(12)


@behavior(
    service=SERVICE,
    aws="An update of the function delays no event that is sent after it.",
    source=GUIDE + "invocation-async.html",
    labs=["asynchronous-event-driven", "fan-out", "dlq-vs-destinations"],
    mend="lambda_events_across_updates.py",
    stock="The first event after an update may wait for a minute: the old version's poller has it.",
)
def test_an_event_right_after_an_update_runs_at_once(cloud):
    function = cloud.function(
        "import json\ndef handler(event, context):\n    print(json.dumps({'number': event}))\n"
    )
    for number in range(1, 5):
        send(function, number)
        assert [record["number"] for record in function.wait_for_records(number)][-1] == number
        function.configure(Description=f"update {number}")
