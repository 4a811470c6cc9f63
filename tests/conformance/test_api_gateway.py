"""API Gateway's REST APIs: integrations, their limits, their failures, canaries."""

import json
import threading
import time
from urllib.parse import parse_qs

import pytest
from botocore.exceptions import ClientError

from coursekit.cloud.guard import REGION
from tests.conformance.behavior import behavior
from tests.conformance.held import HeldFunction
from tests.conformance.rest_api import RestApi, http_server, to_function
from tests.conformance.versions import publish_old_and_new

SERVICE = "API Gateway REST APIs"
GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
INTEGRATIONS = "https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"
ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html"
CANARY = GUIDE + "canary-release.html"
TIMED_OUT = (504, {"message": "Endpoint request timed out"})
INTERNAL = {"message": "Internal server error"}
FORM = "application/x-www-form-urlencoded"
SAYS = """
def handler(event, context):
    return {"statusCode": 200, "body": %r}
"""


@behavior(
    service=SERVICE,
    aws="An integration that takes longer than its timeout, 29 s by default, is answered with 504"
    " `Endpoint request timed out`, while the function runs on to its end.",
    source=INTEGRATIONS,
    labs=["twenty-nine-second-wall", "synchronous-request-response", "backend-for-frontend"],
    mend="apigateway_integration_timeout.py",
    stock="It waits for as long as the function takes.",
)
def test_a_function_slower_than_the_integration_timeout_gets_504_and_runs_on(cloud):
    held = HeldFunction(cloud)
    api = RestApi(cloud)
    api.proxy("job", held.function, timeoutInMillis=300)
    api.deploy()
    began = time.monotonic()
    answer = api.call("job", "POST")
    assert time.monotonic() - began >= 0.3
    assert (answer.status, answer.content) == TIMED_OUT
    held.let_go()
    held.wait_until_done()


@behavior(
    service=SERVICE,
    aws="The integration timeout holds for AWS integrations with mapping templates, too.",
    source=INTEGRATIONS,
    labs=["twenty-nine-second-wall"],
    mend="apigateway_integration_timeout.py",
    stock="It waits for as long as the service takes.",
)
def test_an_aws_integration_slower_than_its_timeout_gets_504(cloud):
    held = HeldFunction(cloud)
    api = RestApi(cloud)
    api.route("job", type="AWS", timeoutInMillis=300, **to_function(held.function.arn))
    api.answer("job", 200)
    api.deploy()
    answer = api.call("job", "POST", {})
    assert (answer.status, answer.content) == TIMED_OUT
    held.let_go()
    held.wait_until_done()


@behavior(
    service=SERVICE,
    aws="The integration timeout holds for HTTP integrations, too.",
    source=INTEGRATIONS,
    labs=["strangler-fig", "backend-for-frontend"],
    mend="apigateway_integration_timeout.py",
    stock="It waits for as long as the server takes.",
)
def test_an_http_server_slower_than_the_integration_timeout_gets_504(cloud):
    may_go_on = threading.Event()

    def legacy(*_):
        may_go_on.wait(20)
        return 200, "late"

    with http_server(legacy) as address:
        api = RestApi(cloud)
        for path, kind in (("plain", "HTTP"), ("proxy", "HTTP_PROXY")):
            settings = {"integrationHttpMethod": "GET", "uri": address, "timeoutInMillis": 300}
            api.route(path, type=kind, **settings)
        api.answer("plain", 200)
        api.deploy()
        answers = [api.call(path) for path in ("plain", "proxy")]
        may_go_on.set()
    assert [(answer.status, answer.content) for answer in answers] == [TIMED_OUT] * 2


@behavior(
    service=SERVICE,
    aws="An integration's timeout is 50 ms to 29 s; anything else is refused unless the account's"
    " quota was raised.",
    source=INTEGRATIONS,
    labs=["twenty-nine-second-wall"],
    mend="apigateway_integration_timeout.py",
    stock="Any number is accepted.",
)
def test_an_integration_timeout_outside_of_50_ms_to_29_s_is_refused(cloud):
    api = RestApi(cloud)
    words = "Timeout should be between 50 ms and 29000 ms"
    for number, refused in enumerate((49, 29_001)):
        with pytest.raises(ClientError, match=words) as error:
            api.route(f"refused-{number}", type="MOCK", timeoutInMillis=refused)
        assert error.value.response["Error"]["Code"] == "BadRequestException"
    api.route("shortest", type="MOCK", timeoutInMillis=50)
    api.route("longest", type="MOCK", timeoutInMillis=29_000)
    operation = {"op": "replace", "path": "/timeoutInMillis", "value": "30000"}
    with pytest.raises(ClientError, match=words):
        api.client.update_integration(**api.where["longest"], patchOperations=[operation])
    assert api.client.get_integration(**api.where["longest"])["timeoutInMillis"] == 29_000


@behavior(
    service=SERVICE,
    aws="A proxy integration hands the whole request to the function and takes status, headers and"
    " body from its answer.",
    source=GUIDE + "set-up-lambda-proxy-integrations.html",
    labs=["synchronous-request-response", "strangler-fig", "backend-for-frontend"],
)
def test_a_proxy_integration_passes_the_request_and_the_answer_on(cloud):
    function = cloud.function(
        "import json\n"
        "def handler(event, context):\n"
        "    kept = {key: event[key] for key in ('httpMethod', 'path', 'body', 'resource')}\n"
        "    kept['key'] = event['headers']['Idempotency-Key']\n"
        "    kept['query'] = event['queryStringParameters']\n"
        "    return {'statusCode': 201, 'headers': {'Location': '/orders/1'},\n"
        "            'body': json.dumps(kept)}\n"
    )
    api = RestApi(cloud)
    api.proxy("orders", function)
    api.deploy()
    answer = api.call("orders?dry=yes", "POST", {"n": 1}, **{"Idempotency-Key": "a"})
    assert answer.status == 201
    assert answer.headers["Location"] == "/orders/1"
    assert answer.content == {
        **{"httpMethod": "POST", "path": "/orders", "body": '{"n": 1}', "resource": "/orders"},
        **{"key": "a", "query": {"dry": "yes"}},
    }


@behavior(
    service=SERVICE,
    aws="A function that answers in another form than the proxy integration asks for gets 502"
    " `Internal server error`.",
    source=ERRORS,
    labs=["synchronous-request-response"],
)
def test_a_malformed_answer_of_a_proxied_function_is_502(cloud):
    function = cloud.function(
        "import json\ndef handler(event, context): return json.loads(event['body'])['answer']\n"
    )
    api = RestApi(cloud)
    api.proxy("orders", function)
    api.deploy()
    malformed = ("created", ["created"], {"status": 201}, {"order": 1, "statusCode": 201})
    for malformed_answer in malformed:
        answer = api.call("orders", "POST", {"answer": malformed_answer})
        assert (answer.status, answer.content) == (502, INTERNAL), malformed_answer
    well_formed = {"statusCode": 201, "body": "created"}
    assert api.call("orders", "POST", {"answer": well_formed}).status == 201


@behavior(
    service=SERVICE,
    aws="The body that a proxied function answers must be text: an object is malformed, 502.",
    source=GUIDE + "set-up-lambda-proxy-integrations.html",
    labs=["synchronous-request-response"],
    mend="apigateway_lambda_errors.py",
    stock="500 with the text of a Python error.",
)
def test_an_answer_whose_body_is_not_text_is_502(cloud):
    function = cloud.function(
        "def handler(event, context): return {'statusCode': 200, 'body': {'order': 1}}\n"
    )
    api = RestApi(cloud)
    api.proxy("orders", function)
    api.deploy()
    answer = api.call("orders")
    assert (answer.status, answer.content) == (502, INTERNAL)


@behavior(
    service=SERVICE,
    aws="A proxied function that raises an error, or times out, is answered with 502, and API"
    " Gateway does not try it again.",
    source=ERRORS,
    labs=["synchronous-request-response", "synchronous-microservices"],
)
def test_a_failing_proxied_function_is_502_and_not_retried(cloud):
    function = cloud.function(
        "import json, time\n"
        "def handler(event, context):\n"
        "    print(json.dumps({'path': event['path']}))\n"
        "    if event['path'] == '/slow': time.sleep(10)\n"
        "    raise RuntimeError('no')\n",
        Timeout=1,
    )
    api = RestApi(cloud)
    api.proxy("raises", function)
    api.proxy("slow", function)
    api.deploy()
    for path in ("raises", "slow"):
        answer = api.call(path)
        assert (answer.status, answer.content) == (502, INTERNAL)
    assert [record["path"] for record in function.wait_for_records(2)] == ["/raises", "/slow"]


@behavior(
    service=SERVICE,
    aws="When Lambda refuses the invocation, for example because the function is throttled, the"
    " client gets 500 `Internal server error`, not 429.",
    source=ERRORS,
    labs=["instant-unlimited-scaling", "queue-based-load-leveling"],
    mend="apigateway_lambda_errors.py",
    stock="502 from a proxy integration; 200 with Lambda's error as the body from another.",
)
def test_a_throttled_function_behind_an_api_is_500(cloud):
    function = cloud.function(SAYS % "done")
    api = RestApi(cloud)
    api.proxy("proxy", function)
    api.route("mapped", type="AWS", **to_function(function.arn))
    api.answer("mapped", 200)
    api.deploy()
    assert [api.call(path, "POST", {}).status for path in ("proxy", "mapped")] == [200, 200]
    function.client.put_function_concurrency(
        FunctionName=function.name, ReservedConcurrentExecutions=0
    )
    for path in ("proxy", "mapped"):
        answer = api.call(path, "POST", {})
        assert (answer.status, answer.content) == (500, INTERNAL), path


@behavior(
    service=SERVICE,
    aws="Without a proxy, a function's error is matched by the pattern of an integration response,"
    " and anything unmatched is a success.",
    source=GUIDE + "handle-errors-in-lambda-integration.html",
    labs=["synchronous-request-response"],
)
def test_without_a_proxy_an_error_is_what_its_pattern_says(cloud):
    function = cloud.function(
        "def handler(event, context):\n    raise KeyError(event['missing'])\n"
    )
    api = RestApi(cloud)
    api.route("orders", type="AWS", **to_function(function.arn))
    api.answer("orders", 200)
    api.answer("orders", 404, ".*order.*", '{"lost": $input.json("$.errorMessage")}')
    api.deploy()
    answer = api.call("orders", "POST", {"missing": "order 1"})
    assert (answer.status, answer.content) == (404, {"lost": "'order 1'"})
    answer = api.call("orders", "POST", {"missing": "customer"})
    assert (answer.status, answer.content["errorType"]) == (200, "KeyError")


@behavior(
    service=SERVICE,
    aws="An AWS integration with the header X-Amz-Invocation-Type: 'Event' invokes a function"
    " asynchronously: the client has its 202 before the function ends.",
    source=GUIDE + "set-up-lambda-integration-async.html",
    labs=["twenty-nine-second-wall"],
)
def test_a_function_behind_an_api_can_be_invoked_asynchronously(cloud):
    held = HeldFunction(cloud)
    api = RestApi(cloud)
    header = {"integration.request.header.X-Amz-Invocation-Type": "'Event'"}
    to_held = to_function(held.function.arn)
    api.route("job", type="AWS", requestParameters=header, **to_held)
    api.answer("job", 202)
    api.deploy()
    answer = api.call("job", "POST", {})
    assert answer.status == 202
    held.let_go()  # only now
    held.wait_until_done()


@behavior(
    service=SERVICE,
    aws="An AWS integration puts a request on a queue without any function.",
    source=GUIDE + "integration-request-basic-setup.html",
    labs=["twenty-nine-second-wall", "queue-based-load-leveling"],
)
def test_an_api_puts_a_request_on_a_queue(cloud):
    queue = cloud.queue()
    name = queue.arn.rpartition(":")[2]
    api = RestApi(cloud)
    api.route(
        "orders",
        type="AWS",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:sqs:path/{cloud.account}/{name}",
        credentials=cloud.role_arn,
        requestParameters={"integration.request.header.Content-Type": f"'{FORM}'"},
        requestTemplates={
            "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
        },
        passthroughBehavior="NEVER",
    )
    api.answer("orders", 202, template='{"accepted": true}')
    api.deploy()
    answer = api.call("orders", "POST", {"n": 1})
    assert (answer.status, answer.content) == (202, {"accepted": True})
    (message,) = queue.receive(1)
    assert json.loads(message["Body"]) == {"n": 1}


@behavior(
    service=SERVICE,
    aws="An AWS integration starts an execution of a state machine and answers before it ends.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/tutorial-api-gateway.html",
    labs=["twenty-nine-second-wall"],
)
def test_an_api_starts_a_state_machine(cloud):
    machines = cloud.client("stepfunctions")
    states = {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}
    machine = machines.create_state_machine(
        name="job",
        definition=json.dumps({"StartAt": "Wait", "States": states}),
        roleArn=cloud.role_arn,
    )["stateMachineArn"]
    api = RestApi(cloud)
    template = f'{{"stateMachineArn": "{machine}", "input": "$util.escapeJavaScript($input.body)"}}'
    api.route(
        "jobs",
        type="AWS",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:states:action/StartExecution",
        credentials=cloud.role_arn,
        requestTemplates={"application/json": template},
    )
    api.answer("jobs", 202)
    api.deploy()
    answer = api.call("jobs", "POST", {"n": 1})
    assert answer.status == 202
    execution = machines.describe_execution(executionArn=answer.content["executionArn"])
    assert execution["status"] == "RUNNING"
    assert json.loads(execution["input"]) == {"n": 1}


@behavior(
    service=SERVICE,
    aws="An HTTP proxy integration passes method, body and answer through to a server outside AWS,"
    " errors of its own included.",
    source=GUIDE + "setup-http-integrations.html",
    labs=["strangler-fig", "backend-for-frontend"],
)
def test_an_http_proxy_integration_stands_in_front_of_a_server(cloud):
    def legacy(method, path, body, _headers):
        return (503 if "report" in path else 200), f"{method} {path} {body.decode()}"

    with http_server(legacy) as address:
        api = RestApi(cloud)
        for path in ("orders", "report"):
            uri = f"{address}/legacy/{path}"
            api.route(path, type="HTTP_PROXY", integrationHttpMethod="ANY", uri=uri)
        api.deploy()
        answer = api.call("orders", "POST", {"n": 1})
        assert (answer.status, answer.body) == (200, b'POST /legacy/orders {"n": 1}')
        assert api.call("report").status == 503


@behavior(
    service=SERVICE,
    aws="An HTTP proxy integration passes the query string and the client's own headers on, and"
    " gives the server's body back byte for byte.",
    source=GUIDE + "setup-http-integrations.html",
    labs=["backend-for-frontend", "strangler-fig"],
)
def test_an_http_proxy_integration_passes_query_and_headers_and_leaves_the_body_alone(cloud):
    asked = []
    text = '{ "island":"Ærø",  "price": 1.50,\n"names": ["a", "b"] }\n'

    def service(_method, path, _body, headers):
        asked.append((path, headers["Caller"], headers["Screen"]))
        return 200, text

    with http_server(service) as address:
        api = RestApi(cloud)
        uri = f"{address}/legacy"
        api.route("sailings", method="GET", type="HTTP_PROXY", integrationHttpMethod="GET", uri=uri)
        api.deploy()
        headers = {"Caller": "phone", "Screen": "friday phone 1"}
        answer = api.call("sailings?day=2026-11-27&at=17%3A00", **headers)
    assert (answer.status, answer.body) == (200, text.encode())
    ((asked_for, caller, screen),) = asked
    path, _, query = asked_for.partition("?")
    assert (path, caller, screen) == ("/legacy", "phone", "friday phone 1")
    assert parse_qs(query) == {"day": ["2026-11-27"], "at": ["17:00"]}


@behavior(
    service=SERVICE,
    aws="The text that a proxied function gives as its body reaches the client unchanged.",
    source=GUIDE + "set-up-lambda-proxy-integrations.html",
    labs=["backend-for-frontend", "synchronous-request-response"],
)
def test_the_body_of_a_proxied_function_reaches_the_client_unchanged(cloud):
    text = '{ "island":"Ærø",  "price": 1.50,\n"names": ["a", "b"] }\n'
    api = RestApi(cloud)
    api.proxy("home", cloud.function(SAYS % text))
    api.deploy()
    answer = api.call("home")
    assert (answer.status, answer.body) == (200, text.encode())


@behavior(
    service=SERVICE,
    aws="Answers are compressed only where the API has a minimumCompressionSize, and the client"
    " takes it.",
    source=GUIDE + "api-gateway-gzip-compression-decompression.html",
    labs=["backend-for-frontend"],
)
def test_without_a_minimum_compression_size_nothing_is_compressed(cloud):
    text = json.dumps(["the same again"] * 1000)
    with http_server(lambda *_: (200, text)) as address:
        api = RestApi(cloud)
        api.proxy("function", cloud.function(SAYS % text))
        api.route("server", type="HTTP_PROXY", integrationHttpMethod="GET", uri=address)
        api.deploy()
        for path in ("function", "server"):
            answer = api.call(path, **{"Accept-Encoding": "gzip, deflate"})
            assert (answer.status, answer.body.decode()) == (200, text)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            assert "content-encoding" not in headers
            assert int(headers["content-length"]) == len(text)


@behavior(
    service=SERVICE,
    aws="A server behind an HTTP integration that cannot be reached is answered with 504"
    " `Network error communicating with endpoint`.",
    source=GUIDE + "supported-gateway-response-types.html",
    labs=["strangler-fig"],
    mend="apigateway_unreachable_server.py",
    stock="500 `Internal server error`.",
)
def test_a_server_that_is_gone_is_504(cloud):
    with http_server(lambda *_: (200, "")) as address:
        pass
    api = RestApi(cloud)
    api.route("orders", type="HTTP_PROXY", integrationHttpMethod="GET", uri=address)
    api.deploy()
    answer = api.call("orders")
    assert (answer.status, answer.content) == (
        504,
        {"message": "Network error communicating with endpoint"},
    )


@behavior(
    service=SERVICE,
    aws="A change of a route is not live until the API is deployed again.",
    source=GUIDE + "how-to-deploy-api.html",
    labs=["strangler-fig"],
)
def test_a_changed_route_is_live_only_after_a_deployment(cloud):
    old, new = cloud.function(SAYS % "old"), cloud.function(SAYS % "new")
    api = RestApi(cloud)
    api.proxy("orders", old)
    first = api.deploy()
    put_route(api, new)
    assert api.call("orders").body == b"old"
    api.deploy()
    assert api.call("orders").body == b"new"
    api.patch_stage({"op": "replace", "path": "/deploymentId", "value": first})
    assert api.call("orders").body == b"old", "the stage was not rolled back"


def put_route(api: RestApi, function) -> None:
    """Point /orders at another function."""
    api.client.put_integration(**api.where["orders"], type="AWS_PROXY", **to_function(function.arn))


def stage_with_canary(cloud, share: float) -> RestApi:
    """A stage whose /orders says old, with a canary that says new."""
    old, new = cloud.function(SAYS % "old"), cloud.function(SAYS % "new")
    api = RestApi(cloud)
    api.proxy("orders", old)
    api.deploy()
    put_route(api, new)
    api.deploy(canarySettings={"percentTraffic": share, "useStageCache": False})
    return api


@behavior(
    service=SERVICE,
    aws="A stage with a canary sends that share of its calls, at random, to the canary's"
    " deployment.",
    source=CANARY,
    labs=["strangler-fig"],
)
def test_a_canary_takes_its_share_of_the_calls(cloud):
    api = stage_with_canary(cloud, 50)
    answers = [api.call("orders").body for _ in range(100)]
    assert 19 <= answers.count(b"new") <= 81  # outside by chance once in 10 ** 10 runs
    assert set(answers) == {b"old", b"new"}
    api.patch_stage({"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0"})
    assert {api.call("orders").body for _ in range(10)} == {b"old"}
    api.patch_stage({"op": "replace", "path": "/canarySettings/percentTraffic", "value": "100"})
    assert {api.call("orders").body for _ in range(10)} == {b"new"}


@behavior(
    service=SERVICE,
    aws="Removing a stage's canary sends all calls to the stage's own deployment again.",
    source=CANARY,
    labs=["strangler-fig"],
)
def test_a_removed_canary_takes_no_calls(cloud):
    api = stage_with_canary(cloud, 100)
    assert api.call("orders").body == b"new"
    api.patch_stage({"op": "remove", "path": "/canarySettings"})
    assert {api.call("orders").body for _ in range(10)} == {b"old"}


@behavior(
    service=SERVICE,
    aws="Promoting a canary makes its deployment the stage's own.",
    source=GUIDE + "promote-canary-deployment.html",
    labs=["strangler-fig"],
)
def test_a_promoted_canary_is_the_stage(cloud):
    api = stage_with_canary(cloud, 10)
    canary = {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"}
    api.patch_stage(canary)
    api.patch_stage({"op": "remove", "path": "/canarySettings"})
    assert {api.call("orders").body for _ in range(10)} == {b"new"}


@behavior(
    service=SERVICE,
    aws="A canary can have stage variables of its own, which override the stage's.",
    source=CANARY,
    labs=["strangler-fig"],
)
def test_a_canary_overrides_stage_variables(cloud):
    function = cloud.function(
        "def handler(event, context):\n"
        "    return {'statusCode': 200, 'body': event['stageVariables']['store']}\n"
    )
    api = RestApi(cloud)
    api.proxy("orders", function)
    api.deploy(variables={"store": "legacy"})
    assert api.call("orders").body == b"legacy"
    overrides = {"store": "table"}
    api.deploy(canarySettings={"percentTraffic": 100.0, "stageVariableOverrides": overrides})
    assert api.call("orders").body == b"table"


@behavior(
    service=SERVICE,
    aws="An API in front of an alias follows the alias's weights at once, without a deployment of"
    " its own.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html",
    labs=["strangler-fig", "synchronous-request-response"],
    mend="lambda_alias_weights.py",
    stock="UpdateAlias with weights ends in an internal error.",
)
def test_an_api_in_front_of_an_alias_follows_its_weights(cloud):
    function = publish_old_and_new(cloud, SAYS)
    alias = {"FunctionName": function.name, "Name": "live"}
    function.client.create_alias(**alias, FunctionVersion="1")
    api = RestApi(cloud)
    api.proxy("orders", function, qualifier="live")
    api.deploy()
    assert {api.call("orders").body for _ in range(10)} == {b"old"}
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    function.client.update_alias(**alias, RoutingConfig=weights)
    answers = [api.call("orders").body for _ in range(60)]
    assert 7 <= answers.count(b"new") <= 53  # outside by chance once in 10 ** 10 runs
    function.client.update_alias(**alias, FunctionVersion="2", RoutingConfig={})
    assert {api.call("orders").body for _ in range(10)} == {b"new"}


@behavior(
    service=SERVICE,
    aws="A form's body reaches a proxied function as it was sent.",
    source=GUIDE + "set-up-lambda-proxy-integrations.html",
    differs="The form is encoded anew, so that its text may change; the labs send JSON.",
)
def test_the_body_of_a_form_reaches_the_function_as_sent(cloud):
    function = cloud.function(
        "def handler(event, context): return {'statusCode': 200, 'body': event['body']}\n"
    )
    api = RestApi(cloud)
    api.proxy("orders", function)
    api.deploy()
    form = "name=a%20b&empty=&n=1"
    answer = api.call("orders", "POST", form, **{"Content-Type": FORM})
    assert answer.body.decode() == form


@behavior(
    service=SERVICE,
    aws="An API may invoke a function only where the function's resource policy allows it;"
    " otherwise the client gets 500.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html",
    labs=[
        "synchronous-request-response",
        "strangler-fig",
        "zero-operations",
        "backend-for-frontend",
    ],
    differs="Resource policies of functions are not enforced: the call arrives.",
)
def test_an_api_without_permission_to_invoke_the_function_is_500(cloud):
    api = RestApi(cloud)
    api.proxy("orders", cloud.function(SAYS % "done"))
    api.deploy()
    answer = api.call("orders")
    assert (answer.status, answer.content) == (500, INTERNAL)
