"""Lambda functions called synchronously: versions, aliases, limits, failures."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.conformance.behavior import behavior
from tests.conformance.held import HeldFunction
from tests.conformance.versions import RETURNS, publish_old_and_new

SERVICE = "Lambda invocations"
GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/"
INVOKE = "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"


@behavior(
    service=SERVICE,
    aws="A published version keeps its code and settings, whatever becomes of the function.",
    source=GUIDE + "configuration-versions.html",
    labs=["strangler-fig", "synchronous-request-response"],
)
def test_a_published_version_does_not_change(cloud):
    function = publish_old_and_new(cloud)
    function.configure(Timeout=5)
    answers = [function.invoke(Qualifier=version)["Payload"] for version in ("1", "2", "$LATEST")]
    assert answers == ["old", "new", "new"]
    settings = function.client.get_function_configuration
    timeouts = [
        settings(FunctionName=function.name, Qualifier=version)["Timeout"]
        for version in ("1", "$LATEST")
    ]
    assert timeouts == [10, 5]


@behavior(
    service=SERVICE,
    aws="An alias with weights sends each call, at random, to one of its two versions, and the"
    " answer names the version that ran.",
    source=GUIDE + "configuring-alias-routing.html",
    labs=["strangler-fig"],
)
def test_an_alias_splits_its_calls_by_weight(cloud):
    function = publish_old_and_new(cloud)
    alias = {"FunctionName": function.name, "Name": "live"}
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    function.client.create_alias(**alias, FunctionVersion="1", RoutingConfig=weights)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: function.invoke(Qualifier="live"), range(60)))
    says = {"1": "old", "2": "new"}
    assert all(says[answer["ExecutedVersion"]] == answer["Payload"] for answer in answers)
    new = [answer for answer in answers if answer["Payload"] == "new"]
    assert 7 <= len(new) <= 53  # of 60 at a half each; outside by chance once in 10 ** 10 runs


@behavior(
    service=SERVICE,
    aws="One UpdateAlias with weights gives another version its share; one without takes all calls"
    " back.",
    source=GUIDE + "configuring-alias-routing.html",
    labs=["strangler-fig"],
    mend="lambda_alias_weights.py",
    stock="UpdateAlias with weights ends in an internal error.",
)
def test_an_alias_is_shifted_and_rolled_back_in_one_call_each(cloud):
    function = publish_old_and_new(cloud)
    alias = {"FunctionName": function.name, "Name": "live"}
    function.client.create_alias(**alias, FunctionVersion="1")
    weights = {"AdditionalVersionWeights": {"2": 0.9}}
    updated = function.client.update_alias(**alias, RoutingConfig=weights)
    assert (updated["FunctionVersion"], updated["RoutingConfig"]) == ("1", weights)
    # What is told by ten answers below would be wrong by chance once in 10 ** 10 runs.
    assert "new" in {function.invoke(Qualifier="live")["Payload"] for _ in range(10)}
    function.client.update_alias(**alias, RoutingConfig={"AdditionalVersionWeights": {}})
    assert {function.invoke(Qualifier="live")["Payload"] for _ in range(10)} == {"old"}


@behavior(
    service=SERVICE,
    aws="With N of reserved concurrency, a call beyond N at once is refused with 429"
    " TooManyRequestsException, which names the reason.",
    source=GUIDE + "configuration-concurrency.html",
    labs=["instant-unlimited-scaling", "queue-based-load-leveling"],
)
def test_calls_beyond_the_reserved_concurrency_are_429(cloud):
    held = HeldFunction(cloud)
    function = held.function
    function.client.put_function_concurrency(
        FunctionName=function.name, ReservedConcurrentExecutions=2
    )
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(function.invoke) for _ in range(2)]
        held.wait_until_begun(2)
        with pytest.raises(function.client.exceptions.TooManyRequestsException) as refused:
            function.invoke()
        held.let_go(2)
        assert all("FunctionError" not in answer.result() for answer in running)
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answer["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert answer["message"] == "Rate Exceeded."
    held.let_go()
    assert "FunctionError" not in function.invoke(), "there is room again"


@behavior(
    service=SERVICE,
    aws="With a reserved concurrency of 0 a function is switched off: every call is refused.",
    source=GUIDE + "configuration-concurrency.html",
    labs=["zero-operations", "instant-unlimited-scaling"],
)
def test_a_reserved_concurrency_of_zero_switches_a_function_off(cloud):
    function = cloud.function(RETURNS % "done")
    where = {"FunctionName": function.name}
    function.client.put_function_concurrency(**where, ReservedConcurrentExecutions=0)
    with pytest.raises(function.client.exceptions.TooManyRequestsException):
        function.invoke()
    function.client.delete_function_concurrency(**where)
    assert function.invoke()["Payload"] == "done"


@behavior(
    service=SERVICE,
    aws="A synchronous call that is refused by a limit never reaches the function: the log has no"
    " line of it.",
    source=GUIDE + "monitoring-metrics-types.html",
    labs=["instant-unlimited-scaling"],
)
def test_a_throttled_call_leaves_no_line_in_the_log(cloud):
    function = cloud.function(
        "import json\ndef handler(event, context): print(json.dumps({'call': event}))\n"
    )
    where = {"FunctionName": function.name}
    function.client.put_function_concurrency(**where, ReservedConcurrentExecutions=0)
    for _ in range(3):
        with pytest.raises(function.client.exceptions.TooManyRequestsException):
            function.invoke("refused")
    function.client.delete_function_concurrency(**where)
    function.invoke("let in")
    assert function.wait_for_records(1) == [{"call": "let in"}]
    assert sum("REPORT RequestId" in line for line in function.log_lines()) <= 1


@behavior(
    service=SERVICE,
    aws="A synchronous invocation takes a payload of 6 MB at most; more is refused with 413.",
    source=INVOKE,
    labs=["kinesis-vs-sqs", "synchronous-request-response"],
    mend="lambda_payload_limits.py",
    stock="A payload of any size is taken.",
)
def test_a_synchronous_payload_over_6_mb_is_refused(cloud):
    function = cloud.function("def handler(event, context): return len(event)\n")
    limit = 6 * 1024 * 1024
    function.invoke("x")  # the large ones find a warm environment
    assert function.invoke("x" * (limit - 2))["Payload"] == limit - 2  # two quotes
    words = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
    with pytest.raises(ClientError, match=words) as refused:
        function.invoke("x" * (limit - 1))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


@behavior(
    service=SERVICE,
    aws="An asynchronous invocation takes a payload of 1 MB at most; more is refused with 413.",
    source=INVOKE,
    labs=["asynchronous-event-driven"],
    mend="lambda_payload_limits.py",
    stock="A payload of any size is taken.",
)
def test_an_asynchronous_payload_over_1_mb_is_refused(cloud):
    function = cloud.function(
        "import json\ndef handler(event, context): print(json.dumps({'length': len(event)}))\n"
    )
    limit = 1024 * 1024
    answer = function.invoke("x" * (limit - 2), InvocationType="Event")
    assert answer["StatusCode"] == 202
    words = "1048577 byte payload is too large for the Event invocation type"
    with pytest.raises(ClientError, match=words) as refused:
        function.invoke("x" * (limit - 1), InvocationType="Event")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert function.wait_for_records(1) == [{"length": limit - 2}]


@behavior(
    service=SERVICE,
    aws="An error that a function raises comes back with status 200, FunctionError, and its type,"
    " message and stack trace.",
    source=GUIDE + "python-exceptions.html",
    labs=["synchronous-request-response", "dlq-vs-destinations", "orchestration"],
)
def test_a_raised_error_comes_back_with_type_message_and_stack_trace(cloud):
    function = cloud.function(
        "class OutOfStock(Exception): pass\n"
        "def handler(event, context):\n    raise OutOfStock(f'no {event}')\n"
    )
    answer = function.invoke("shoes")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    error = answer["Payload"]
    assert (error["errorType"], error["errorMessage"]) == ("OutOfStock", "no shoes")
    assert "line 3, in handler" in error["stackTrace"][-1]
    assert error["requestId"] in answer["Log"]


@behavior(
    service=SERVICE,
    aws="A function that fails while it is loaded answers each invocation with that error.",
    source=GUIDE + "python-exceptions.html",
    labs=["zero-operations"],
)
def test_an_error_at_init_comes_back_from_each_invocation(cloud):
    function = cloud.function("import no_such_module\ndef handler(event, context): pass\n")
    for _ in range(2):
        answer = function.invoke()
        assert answer["FunctionError"] == "Unhandled"
        assert answer["Payload"]["errorType"] == "Runtime.ImportModuleError"
        assert "No module named 'no_such_module'" in answer["Payload"]["errorMessage"]


@behavior(
    service=SERVICE,
    aws="A function that exceeds its timeout is ended; the answer and the log name the seconds.",
    source=GUIDE + "configuration-timeout.html",
    labs=["synchronous-microservices", "step-functions-replaces-lambda", "vtf"],
)
def test_a_function_that_exceeds_its_timeout_is_ended(cloud):
    function = cloud.function(
        "import time\ndef handler(event, context):\n    time.sleep(event)\n    return 'late'\n",
        Timeout=1,
    )
    answer = function.invoke(5)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in answer["Payload"]["errorMessage"]
    assert "Task timed out after 1.00 seconds" in answer["Log"]
    assert "Status: timeout" in answer["Log"]


@behavior(
    service=SERVICE,
    aws="The tail of the log comes with the answer where it is asked for: the last 4 KB, with a"
    " REPORT line of duration, billed duration and memory.",
    source=INVOKE,
    labs=["synchronous-request-response", "lambda-always-cheaper"],
)
def test_the_answer_carries_the_last_4_kb_of_the_log(cloud):
    function = cloud.function("def handler(event, context): print('x' * event)\n", MemorySize=256)
    cold, warm = function.invoke(1)["Log"], function.invoke(10_000)["Log"]
    assert re.match(r"START RequestId: \S+ Version: \$LATEST\nx\n", cold)
    report = (
        r"END RequestId: \S+\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 256 MB\tMax Memory Used: \d+ MB\t"
    )
    assert re.search(report + r"Init Duration: [\d.]+ ms", cold)
    assert re.search(report + r"\s*$", warm)
    assert len(warm) == 4096


@behavior(
    service=SERVICE,
    aws="An environment is initialized once and kept: what a module holds is there in the next"
    " call.",
    source=GUIDE + "lambda-runtime-environment.html",
    labs=["synchronous-request-response", "missing-idempotency"],
)
def test_an_environment_is_initialized_once_and_kept(cloud):
    function = cloud.function(
        "seen = []\ndef handler(event, context):\n    seen.append(event)\n    return seen\n"
    )
    first, second = function.invoke("a"), function.invoke("b")
    assert (first["Payload"], second["Payload"]) == (["a"], ["a", "b"])
    assert ("Init Duration" in first["Log"], "Init Duration" in second["Log"]) == (True, False)


@behavior(
    service=SERVICE,
    aws="An environment handles one event at a time: calls in parallel get environments of their"
    " own.",
    source=GUIDE + "lambda-concurrency.html",
    labs=[
        "instant-unlimited-scaling",
        "queue-based-load-leveling",
        "backend-for-frontend",
        "synchronous-request-response",
    ],
)
def test_parallel_calls_get_environments_of_their_own(cloud):
    held = HeldFunction(cloud)
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(held.function.invoke) for _ in range(4)]
        held.wait_until_begun(4)
        held.let_go(4)
    assert len({answer.result()["Payload"]["body"] for answer in running}) == 4


@behavior(
    service=SERVICE,
    aws="A client that gives up waiting does not stop the function: when the SDK tries again, it"
    " runs twice.",
    source=GUIDE + "invocation-retries.html",
    labs=["synchronous-request-response", "synchronous-microservices", "missing-idempotency"],
)
def test_a_client_that_gives_up_and_tries_again_runs_the_function_twice(cloud):
    function = cloud.function(
        "import json, time\n"
        "def handler(event, context):\n"
        "    time.sleep(1.5)\n    print(json.dumps({'request': context.aws_request_id}))\n"
    )
    impatient = cloud.new_client("lambda", read_timeout=0.5, retries={"total_max_attempts": 2})
    with pytest.raises(ReadTimeoutError):
        impatient.invoke(FunctionName=function.name)
    requests = {record["request"] for record in function.wait_for_records(2)}
    assert len(requests) == 2


@behavior(
    service=SERVICE,
    aws="A burst of calls finds or starts an environment for each, up to the concurrency limit.",
    source=GUIDE + "lambda-concurrency.html",
    labs=[
        "instant-unlimited-scaling",
        "queue-based-load-leveling",
        "orchestration",
        "backend-for-frontend",
        "synchronous-request-response",
    ],
    mend="lambda_burst.py",
    stock="On a busy machine some calls of a burst fail with an internal error.",
)
def test_a_burst_of_calls_is_answered(cloud):
    function = cloud.function("def handler(event, context):\n    return event\n")
    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(function.invoke, range(60))
    assert [answer["Payload"] for answer in answers] == list(range(60))
