"""Step Functions: what a Standard workflow keeps, what an Express one lacks, how both fail."""

import json
import os
import time
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until

SERVICE = "Step Functions"
GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg/"
API = "https://docs.aws.amazon.com/step-functions/latest/apireference/"
ERRORS = GUIDE + "concepts-error-handling.html"
# 300 s on AWS: as long as the emulator was told to make them. See fidelity/express_limit.py.
EXPRESS_LIMIT_SECONDS = int(os.environ.get("STEP_FUNCTIONS_EXPRESS_LIMIT_SECONDS") or 10)
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")

COUNTS_AND_FAILS = """
import json, time
class Busy(Exception):
    pass
def handler(event, context):
    print(json.dumps({"at": time.time(), "event": event}))
    raise Busy("later")
"""


class Machine:
    """A state machine of one definition, and its executions."""

    def __init__(self, cloud, states, kind="STANDARD", **definition):
        self.client = cloud.client("stepfunctions")
        definition = {"StartAt": next(iter(states)), "States": states} | definition
        self.arn = self.client.create_state_machine(
            name=f"machine-{kind}",
            definition=json.dumps(definition),
            roleArn=cloud.role_arn,
            type=kind,
        )["stateMachineArn"]

    def start(self, data=None, **arguments) -> str:
        return self.client.start_execution(
            stateMachineArn=self.arn, input=json.dumps(data or {}), **arguments
        )["executionArn"]

    def describe(self, execution: str) -> dict:
        return self.client.describe_execution(executionArn=execution)

    def end_of(self, execution: str, seconds: float = 20) -> dict:
        """What DescribeExecution says when it has ended."""
        return wait_until(
            lambda: (found := self.describe(execution))["status"] in ENDED and found, seconds
        )

    def run(self, data=None) -> dict:
        return self.end_of(self.start(data))

    def run_sync(self, data=None, **arguments) -> dict:
        return self.client.start_sync_execution(
            stateMachineArn=self.arn, input=json.dumps(data or {}), **arguments
        )

    def history(self, execution: str) -> list[dict]:
        return self.client.get_execution_history(executionArn=execution)["events"]


def invoke(function, **fields) -> dict:
    """A Task state that invokes the function with the state's input."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function.name, "Payload.$": "$"},
        "End": True,
    } | fields


def wait_for_token(queue, **fields) -> dict:
    """A Task state that sends its token to the queue and waits."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue.url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
    } | fields


def token_from(queue) -> str:
    (message,) = queue.receive(1)
    return json.loads(message["Body"])["token"]


PASSES = {"Pass": {"Type": "Pass", "End": True}}


def waits(seconds: int) -> dict:
    return {"Wait": {"Type": "Wait", "Seconds": seconds, "End": True}}


@behavior(
    service=SERVICE,
    aws="Starting a Standard execution again with the same name and input, while it runs, gives the"
    " one that runs; with another input it is refused.",
    source=API + "API_StartExecution.html",
    labs=["sale", "orchestration", "saga", "missing-idempotency"],
)
def test_a_standard_execution_starts_once_for_each_name(cloud):
    machine = Machine(cloud, waits(30))
    first = machine.start({"order": 1}, name="order-1")
    assert machine.start({"order": 1}, name="order-1") == first
    with pytest.raises(ClientError) as refused:
        machine.start({"order": 2}, name="order-1")
    assert refused.value.response["Error"]["Code"] == "ExecutionAlreadyExists"


@behavior(
    service=SERVICE,
    aws="The name of a Standard execution that has ended is refused, also with the same input.",
    source=API + "API_StartExecution.html",
    labs=["sale", "missing-idempotency"],
)
def test_the_name_of_an_ended_execution_is_refused(cloud):
    machine = Machine(cloud, PASSES)
    machine.end_of(machine.start({"order": 1}, name="order-1"))
    with pytest.raises(ClientError) as refused:
        machine.start({"order": 1}, name="order-1")
    assert refused.value.response["Error"]["Code"] == "ExecutionAlreadyExists"


@behavior(
    service=SERVICE,
    aws="Express executions of one name run as often as they are started: nothing makes them"
    " unique.",
    source=GUIDE + "choosing-workflow-type.html",
    labs=["sale", "missing-idempotency"],
)
def test_express_executions_of_one_name_all_run(cloud):
    function = cloud.function(
        "import json, time\n"
        "def handler(event, context): print(json.dumps({'at': time.time(), **event}))\n"
    )
    machine = Machine(cloud, {"Charge": invoke(function)}, "EXPRESS")
    for _ in range(2):
        machine.start({"order": 1}, name="order-1")
    assert len(function.wait_for_records(2)) == 2


@behavior(
    service=SERVICE,
    aws="An Express execution has no history and no description to ask for.",
    source=GUIDE + "choosing-workflow-type.html",
    labs=["sale"],
)
def test_an_express_execution_has_no_history(cloud):
    machine = Machine(cloud, PASSES, "EXPRESS")
    execution = machine.start()
    for ask in (machine.history, machine.describe):
        with pytest.raises(ClientError) as refused:
            ask(execution)
        assert refused.value.response["Error"]["Code"] in ("InvalidArn", "ValidationException")


@behavior(
    service=SERVICE,
    aws="Executions of an Express workflow cannot be listed.",
    source=API + "API_ListExecutions.html",
    labs=["sale"],
)
def test_express_executions_are_not_listed(cloud):
    machine = Machine(cloud, PASSES, "EXPRESS")
    machine.start()
    with pytest.raises(ClientError) as refused:
        machine.client.list_executions(stateMachineArn=machine.arn)
    assert refused.value.response["Error"]["Code"] == "StateMachineTypeNotSupported"


@behavior(
    service=SERVICE,
    aws="An Express workflow writes to CloudWatch Logs what its log level names: with ERROR what"
    " failed, with ALL every step.",
    source=GUIDE + "cw-logs.html",
    labs=["sale"],
)
def test_an_express_workflow_logs_what_its_level_names(cloud):
    cloud.client("logs").create_log_group(logGroupName="express")
    group = {"logGroupArn": cloud.arn("logs", "log-group:express:*")}
    goes_well = {"Variable": "$.goes", "StringEquals": "well", "Next": "Well"}
    states = {
        "Which": {"Type": "Choice", "Choices": [goes_well], "Default": "Badly"},
        "Well": {"Type": "Succeed"},
        "Badly": {"Type": "Fail", "Error": "Declined"},
    }
    machine = Machine(cloud, states, "EXPRESS")

    def logged_at(level: str) -> list[tuple[str, str]]:
        """The type of each event, and which execution it is of, for one that fails and one not."""
        machine.client.update_state_machine(
            stateMachineArn=machine.arn,
            loggingConfiguration={
                "level": level,
                "includeExecutionData": True,
                "destinations": [{"cloudWatchLogsLogGroup": group}],
            },
        )
        names = {f"{goes}-{level}": goes for goes in ("badly", "well")}
        for name, goes in names.items():
            machine.run_sync({"goes": goes}, name=name)
        events = cloud.client("logs").filter_log_events(logGroupName="express")["events"]
        lines = [json.loads(event["message"]) for event in events]
        return [
            (line["type"], names[name])
            for line in lines
            for name in names
            if f":{name}:" in line["execution_arn"]
        ]

    at_error = logged_at("ERROR")
    assert ("ExecutionFailed", "badly") in at_error
    assert {goes for _, goes in at_error} == {"badly"}
    assert {("ExecutionStarted", "well"), ("ExecutionSucceeded", "well")} <= set(logged_at("ALL"))
    assert logged_at("OFF") == []


@behavior(
    service=SERVICE,
    aws="An Express definition with a callback, with .sync or with an activity is refused when it"
    " is created; a wait longer than its limit is not.",
    source=GUIDE + "choosing-workflow-type.html",
    labs=["sale"],
)
def test_an_express_definition_may_not_ask_for_what_express_lacks(cloud):
    queue = cloud.queue()
    awaits = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": cloud.arn("states", "stateMachine:other")},
        "End": True,
    }
    activity = {"Type": "Task", "Resource": cloud.arn("states", "activity:work"), "End": True}
    for state in (wait_for_token(queue), awaits, activity):
        with pytest.raises(ClientError) as refused:
            Machine(cloud, {"Task": state}, "EXPRESS")
        assert refused.value.response["Error"]["Code"] == "InvalidDefinition"
    assert Machine(cloud, waits(EXPRESS_LIMIT_SECONDS + 5), "EXPRESS").arn


@behavior(
    service=SERVICE,
    aws="StartSyncExecution waits for an Express workflow and answers with its output; a Standard"
    " one is refused.",
    source=API + "API_StartSyncExecution.html",
    labs=["sale"],
)
def test_an_express_workflow_answers_its_caller(cloud):
    answer = Machine(cloud, PASSES, "EXPRESS").run_sync({"order": 1})
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"order": 1})
    with pytest.raises(ClientError) as refused:
        Machine(cloud, PASSES).run_sync()
    assert refused.value.response["Error"]["Code"] == "StateMachineTypeNotSupported"


@behavior(
    service=SERVICE,
    aws="StartSyncExecution tells what is billed: the duration in steps of 100 ms, and memory.",
    source=API + "API_StartSyncExecution.html",
    labs=["sale"],
    differs="The answer says nothing of it.",
)
def test_a_synchronous_execution_tells_what_is_billed(cloud):
    answer = Machine(cloud, PASSES, "EXPRESS").run_sync()
    assert "billingDetails" in answer


@behavior(
    service=SERVICE,
    aws="An Express execution ends after five minutes: TIMED_OUT, States.Timeout.",
    source=GUIDE + "service-quotas.html",
    labs=["sale"],
    mend="express_limit.py",
    stock="It runs on to its end.",
)
def test_an_express_workflow_ends_at_its_limit(cloud):
    machine = Machine(cloud, waits(EXPRESS_LIMIT_SECONDS + 5), "EXPRESS")
    answer = machine.run_sync()
    assert (answer["status"], answer.get("error")) == ("TIMED_OUT", "States.Timeout")
    took = (answer["stopDate"] - answer["startDate"]).total_seconds()
    assert EXPRESS_LIMIT_SECONDS <= took < EXPRESS_LIMIT_SECONDS + 5


@behavior(
    service=SERVICE,
    aws="A workflow that runs longer than its TimeoutSeconds ends as TIMED_OUT.",
    source=GUIDE + "statemachine-structure.html",
    labs=["orchestration"],
)
def test_a_workflow_s_own_timeout_ends_it(cloud):
    machine = Machine(cloud, waits(30), TimeoutSeconds=1)
    execution = machine.start()
    assert machine.end_of(execution)["status"] == "TIMED_OUT"
    assert machine.history(execution)[-1]["type"] == "ExecutionTimedOut"


@behavior(
    service=SERVICE,
    aws="The history of a Standard execution tells each step in order, with its input and output.",
    source=API + "API_GetExecutionHistory.html",
    labs=["orchestration", "sale", "saga"],
)
def test_the_history_tells_each_step(cloud):
    states = {
        "First": {"Type": "Pass", "Result": {"paid": True}, "Next": "Second"},
        "Second": {"Type": "Succeed"},
    }
    machine = Machine(cloud, states)
    execution = machine.start({"order": 1})
    machine.end_of(execution)
    events = machine.history(execution)
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    assert json.loads(events[2]["stateExitedEventDetails"]["output"]) == {"paid": True}


@behavior(
    service=SERVICE,
    aws="Retry tries again MaxAttempts times, the pause growing by BackoffRate.",
    source=ERRORS,
    labs=["orchestration", "saga", "step-functions-replaces-lambda"],
)
def test_a_failing_task_is_retried_with_growing_pauses(cloud):
    function = cloud.function(COUNTS_AND_FAILS)
    retry = {"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 2}
    machine = Machine(cloud, {"Task": invoke(function, Retry=[retry])})
    ended = machine.run()
    assert (ended["status"], ended["error"]) == ("FAILED", "Busy")
    at = [record["at"] for record in function.wait_for_records(3)]
    assert len(at) == 3
    assert at[1] - at[0] >= 1
    assert at[2] - at[1] >= 2


@behavior(
    service=SERVICE,
    aws="Retry and Catch take an error by its name; the first that names it, or States.ALL, is"
    " followed, and gets error and cause.",
    source=ERRORS,
    labs=["orchestration", "saga", "step-functions-replaces-lambda"],
)
def test_an_error_is_caught_by_its_name(cloud):
    function = cloud.function(COUNTS_AND_FAILS)
    catch = [
        {"ErrorEquals": ["Declined"], "Next": "Wrong"},
        {"ErrorEquals": ["Busy"], "ResultPath": "$.problem", "Next": "Right"},
        {"ErrorEquals": ["States.ALL"], "Next": "Wrong"},
    ]
    states = {
        "Task": invoke(function, Catch=catch),
        "Right": {"Type": "Succeed"},
        "Wrong": {"Type": "Fail"},
    }
    ended = Machine(cloud, states).run({"order": 1})
    assert ended["status"] == "SUCCEEDED"
    output = json.loads(ended["output"])
    assert output["order"] == 1
    assert output["problem"]["Error"] == "Busy"
    assert json.loads(output["problem"]["Cause"])["errorMessage"] == "later"


@behavior(
    service=SERVICE,
    aws="A task that takes longer than its TimeoutSeconds fails with States.Timeout, which can be"
    " caught.",
    source=ERRORS,
    labs=["orchestration", "step-functions-replaces-lambda"],
)
def test_a_task_s_timeout_can_be_caught(cloud):
    function = cloud.function("import time\ndef handler(event, context): time.sleep(5)\n")
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}]
    task = invoke(function, TimeoutSeconds=1, Catch=catch)
    ended = Machine(cloud, {"Task": task, "Late": {"Type": "Succeed"}}).run()
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"])["Error"] == "States.Timeout"


@behavior(
    service=SERVICE,
    aws="A task that waits for its token goes on when SendTaskSuccess brings it, however late.",
    source=GUIDE + "connect-to-resource.html",
    labs=["orchestration"],
)
def test_a_token_takes_the_execution_on(cloud):
    queue = cloud.queue()
    machine = Machine(cloud, {"Approve": wait_for_token(queue)})
    execution = machine.start()
    token = token_from(queue)
    assert machine.describe(execution)["status"] == "RUNNING"
    machine.client.send_task_success(taskToken=token, output='{"approved": true}')
    assert json.loads(machine.end_of(execution)["output"]) == {"approved": True}


@behavior(
    service=SERVICE,
    aws="SendTaskFailure fails the waiting task with the error that it names.",
    source=API + "API_SendTaskFailure.html",
    labs=["orchestration"],
)
def test_a_token_can_fail_the_task(cloud):
    queue = cloud.queue()
    machine = Machine(cloud, {"Approve": wait_for_token(queue)})
    execution = machine.start()
    machine.client.send_task_failure(taskToken=token_from(queue), error="Declined", cause="no")
    ended = machine.end_of(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Declined", "no")


@behavior(
    service=SERVICE,
    aws="A waiting task that sends no heartbeat within HeartbeatSeconds fails; the error is caught"
    " as States.HeartbeatTimeout or as States.Timeout.",
    source=ERRORS,
    labs=["orchestration"],
    mend="heartbeat_timeout.py",
    stock="Only States.Timeout is caught.",
)
def test_a_missing_heartbeat_fails_the_task(cloud):
    def approve(error, then):
        catch = [{"ErrorEquals": [error], "Next": then}]
        return wait_for_token(cloud.queue(), HeartbeatSeconds=1, Catch=catch)

    states = {
        "First": approve("States.HeartbeatTimeout", "Second"),
        "Second": approve("States.Timeout", "Nobody"),
        "Nobody": {"Type": "Succeed"},
    }
    assert Machine(cloud, states).run()["status"] == "SUCCEEDED"


@behavior(
    service=SERVICE,
    aws="A heartbeat is accepted as soon as the worker has the token, with and without"
    " HeartbeatSeconds.",
    source=API + "API_SendTaskHeartbeat.html",
    labs=["orchestration"],
    mend="heartbeat_before_wait.py",
    stock="InvalidToken, until the state waits, and always where there is no HeartbeatSeconds.",
)
def test_a_heartbeat_may_be_the_first_thing(cloud):
    queue = cloud.queue()
    limits = {"Limited": {"HeartbeatSeconds": 60}, "Free": {}}
    branches = [
        {"StartAt": name, "States": {name: wait_for_token(queue, **limit)}}
        for number in range(10)
        for name, limit in ((f"{kind}{number}", limit) for kind, limit in limits.items())
    ]
    machine = Machine(cloud, {"All": {"Type": "Parallel", "Branches": branches, "End": True}})
    execution = machine.start()
    answered = 0
    while answered < len(branches):
        for message in queue.receive(1):  # all that are there, as soon as there is one
            token = json.loads(message["Body"])["token"]
            machine.client.send_task_heartbeat(taskToken=token)
            machine.client.send_task_success(taskToken=token, output="{}")
            answered += 1
    assert machine.end_of(execution)["status"] == "SUCCEEDED"


@behavior(
    service=SERVICE,
    aws="Heartbeats keep a waiting task alive.",
    source=API + "API_SendTaskHeartbeat.html",
    labs=["orchestration"],
)
def test_heartbeats_keep_a_task_alive(cloud):
    queue = cloud.queue()
    machine = Machine(cloud, {"Approve": wait_for_token(queue, HeartbeatSeconds=3)})
    execution = machine.start()
    token = token_from(queue)
    begin = time.monotonic()

    def beat():
        machine.client.send_task_heartbeat(taskToken=token)
        return time.monotonic() - begin > 5

    wait_until(beat)
    machine.client.send_task_success(taskToken=token, output="{}")
    assert machine.end_of(execution)["status"] == "SUCCEEDED"


@behavior(
    service=SERVICE,
    aws="Parallel runs its branches side by side and gives their outputs in the order of the"
    " branches; one that fails ends all.",
    source=GUIDE + "state-parallel.html",
    labs=["orchestration", "saga", "step-functions-replaces-lambda"],
)
def test_branches_run_side_by_side(cloud):
    def branch(state):
        return {"StartAt": "State", "States": {"State": state}}

    def parallel(last):
        first = {"Type": "Wait", "Seconds": 3, "Next": "End"}
        slow = {"StartAt": "Slow", "States": {"Slow": first, "End": last}}
        return {"All": {"Type": "Parallel", "Branches": [slow, slow], "End": True}}

    machine = Machine(cloud, parallel({"Type": "Pass", "Result": 1, "End": True}))
    ended = machine.run()
    assert json.loads(ended["output"]) == [1, 1]
    assert duration(ended) < 5.5
    fails = branch({"Type": "Fail", "Error": "Declined"})
    waits_long = branch({"Type": "Wait", "Seconds": 30, "End": True})
    states = {"All": {"Type": "Parallel", "Branches": [fails, waits_long], "End": True}}
    machine.client.update_state_machine(
        stateMachineArn=machine.arn, definition=json.dumps({"StartAt": "All", "States": states})
    )
    ended = machine.run()
    assert (ended["status"], ended["error"]) == ("FAILED", "Declined")
    assert duration(ended) < 15


def duration(ended: dict) -> float:
    first: datetime = ended["startDate"]
    return (ended["stopDate"] - first).total_seconds()


@behavior(
    service=SERVICE,
    aws="Map runs its steps for each item, as many at once as MaxConcurrency allows, and keeps the"
    " order of the items.",
    source=GUIDE + "state-map-inline.html",
    labs=["orchestration", "step-functions-replaces-lambda"],
)
def test_map_runs_its_steps_for_each_item(cloud):
    def machine_of(most):
        return {
            "Each": {
                "Type": "Map",
                "MaxConcurrency": most,
                "ItemProcessor": {"StartAt": "Wait", "States": waits(1)},
                "End": True,
            }
        }

    machine = Machine(cloud, machine_of(1))
    one_by_one = machine.run([3, 1, 2])
    machine.client.update_state_machine(
        stateMachineArn=machine.arn,
        definition=json.dumps({"StartAt": "Each", "States": machine_of(3)}),
    )
    at_once = machine.run([3, 1, 2])
    assert json.loads(one_by_one["output"]) == json.loads(at_once["output"]) == [3, 1, 2]
    assert duration(one_by_one) >= 3
    assert duration(at_once) < duration(one_by_one)


@behavior(
    service=SERVICE,
    aws="A workflow calls other services without a function: by an optimized integration or by any"
    " action of the SDK.",
    source=GUIDE + "supported-services-awssdk.html",
    labs=["step-functions-replaces-lambda"],
)
def test_a_workflow_calls_services_without_a_function(cloud):
    queue = cloud.queue()
    cloud.client("dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.order"}}},
        "ResultPath": None,
        "Next": "Get",
    }
    get = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem",
        "Parameters": {"TableName": "orders", "Key": {"id": {"S.$": "$.order"}}},
        "ResultPath": "$.found",
        "Next": "Send",
    }
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue.url, "MessageBody.$": "$.found.Item.id.S"},
        "End": True,
    }
    ended = Machine(cloud, {"Put": put, "Get": get, "Send": send}).run({"order": "order-1"})
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert queue.receive(1)[0]["Body"] == "order-1"


@behavior(
    service=SERVICE,
    aws="A conditional write that is refused fails its task with the service's own error name.",
    source=GUIDE + "supported-services-awssdk.html",
    labs=["saga", "step-functions-replaces-lambda"],
)
def test_a_service_s_error_has_its_name(cloud):
    missing = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem",
        "Parameters": {"TableName": "none", "Key": {"id": {"S": "1"}}},
        "Catch": [{"ErrorEquals": ["DynamoDb.ResourceNotFoundException"], "Next": "Named"}],
        "End": True,
    }
    ended = Machine(cloud, {"Get": missing, "Named": {"Type": "Succeed"}}).run()
    assert ended["status"] == "SUCCEEDED", ended.get("error")


@behavior(
    service=SERVICE,
    aws="A state's output may have 256 KiB; more ends the execution with States.DataLimitExceeded.",
    source=GUIDE + "service-quotas.html",
    labs=["step-functions-replaces-lambda", "orchestration"],
)
def test_too_large_an_output_ends_the_execution(cloud):
    function = cloud.function("def handler(event, context): return 'x' * event['size']\n")
    task = invoke(function, ResultSelector={"text.$": "$.Payload"})
    machine = Machine(cloud, {"Task": task})
    assert machine.run({"size": 250_000})["status"] == "SUCCEEDED"
    ended = machine.run({"size": 270_000})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.DataLimitExceeded")


@behavior(
    service=SERVICE,
    aws="A failed Standard execution can be redriven: it goes on at the step that failed.",
    source=GUIDE + "redrive-executions.html",
    labs=["orchestration", "saga"],
    differs="RedriveExecution is not there.",
)
def test_a_failed_execution_is_redriven(cloud):
    function = cloud.function(COUNTS_AND_FAILS)
    machine = Machine(cloud, {"Task": invoke(function)})
    execution = machine.start()
    assert machine.end_of(execution)["status"] == "FAILED"
    code = None
    try:
        machine.client.redrive_execution(executionArn=execution)
    except ClientError as refused:
        code = refused.response["Error"]["Code"]
    assert code is None


@behavior(
    service=SERVICE,
    aws="An execution's name with a space, a bracket or another special character is refused.",
    source=API + "API_StartExecution.html",
    labs=["missing-idempotency"],
    differs="Any name is accepted.",
)
def test_an_execution_name_with_forbidden_characters_is_refused(cloud):
    machine, code = Machine(cloud, PASSES), None
    try:
        machine.start(name="order 1")
    except ClientError as refused:
        code = refused.response["Error"]["Code"]
    assert code == "InvalidName"


@behavior(
    service=SERVICE,
    aws="Executions that end are events on the default bus: Standard ones only.",
    source=GUIDE + "eventbridge-integration.html",
    labs=["orchestration", "sale"],
)
def test_the_end_of_a_standard_execution_is_an_event(cloud):
    events, queue = cloud.client("events"), cloud.queue()
    pattern = {"source": ["aws.states"], "detail": {"status": ["FAILED"]}}
    events.put_rule(Name="failed", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="failed", Targets=[{"Id": "queue", "Arn": queue.arn}])
    machine = Machine(cloud, {"Fail": {"Type": "Fail", "Error": "Declined"}})
    execution = machine.start()
    (message,) = queue.receive(1)
    event = json.loads(message["Body"])
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["detail"]["executionArn"] == execution
