"""A lab on a real emulator: accounts, clean starts, functions, and the emulator's end."""

import signal
import socket
import time

import pytest

from coursekit.cloud import waiting
from coursekit.cloud.accounts import lease_account
from coursekit.cloud.errors import LabError, LabTimeout

OPEN = "from coursekit import cloud; lab = cloud.open_lab('sample'); "


def test_two_copies_get_different_accounts(kernel):
    first = kernel.start(OPEN + "print(lab.account); input()")
    assert "ready" in first.stdout.readline()
    account = first.stdout.readline()
    status, output = kernel.run(OPEN + "print(lab.account); print(lab.other_account().account)")
    assert status == 0, output
    accounts = [account.strip(), *output.split("\n")[1:3]]
    assert len(set(accounts)) == 3
    assert all(len(each) == 12 and each.isdecimal() for each in accounts)


def test_killed_kernel_frees_its_account_and_the_next_run_starts_empty(kernel):
    half_done = """
lab.client("sqs").create_queue(QueueName="guests")
queue = f"arn:aws:sqs:{lab.region}:{lab.account}:guests"
lab.deploy_function(function_name="greeter", handler_file="sample/greeter.py")
lab.client("lambda").create_event_source_mapping(FunctionName="greeter", EventSourceArn=queue)
lab.client("sns").create_topic(Name="topic")
lab.client("s3").create_bucket(Bucket=f"bucket-{lab.account}")
lab.client("s3").put_object(Bucket=f"bucket-{lab.account}", Key="a", Body=b"a")
lab.client("events").put_rule(Name="rule", EventPattern='{"source": ["a"]}')
lab.client("events").put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": queue}])
print(lab.account)
"""
    killed = kernel.start(OPEN + half_done + "input()")
    killed.stdout.readline()
    account = killed.stdout.readline().strip()
    assert account.isdecimal(), killed.communicate()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    listing = """
print("queues", lab.client("sqs").list_queues().get("QueueUrls", []))
print("mappings", lab.client("lambda").list_event_source_mappings()["EventSourceMappings"])
print("functions", lab.client("lambda").list_functions()["Functions"])
print("topics", lab.client("sns").list_topics()["Topics"])
print("buckets", lab.client("s3").list_buckets()["Buckets"])
print("rules", lab.client("events").list_rules()["Rules"])
"""
    status, output = kernel.run(OPEN + listing + half_done)
    assert status == 0, output
    assert output.count("[]") == 6, output
    assert output.splitlines()[-1] == account, "the account was not freed"


def test_deploy_again_changes_the_function(kernel):
    status, output = kernel.run(
        OPEN
        + """
import json
deploy = lambda **more: lab.deploy_function(
    function_name="greeter", handler_file="sample/greeter.py", **more)
greet = lambda: lab.client("lambda").invoke(
    FunctionName="greeter", Payload=json.dumps({"Records": [{"body": "Ada"}]}))
assert deploy() == deploy(environment={"GREETING": "hello"}, timeout=5, Tags={"a": "b"})
greet()
records = lab.wait_for_records("greeter", lambda records: records, what="a greeting")
print([record["greeting"] for record in records])
print([line.split()[0] for line in lab.log_lines("greeter") if line[0] != "{"])
print(lab.client("lambda").get_function_configuration(FunctionName="greeter")["Timeout"])
"""
    )
    assert status == 0, output
    assert "['hello']\n" in output
    assert "['START', 'END', 'REPORT']\n5\n" in output


def test_unknown_names_propose_known_ones(kernel):
    _, output = kernel.run("from coursekit import cloud; cloud.open_lab('smaple')")
    assert "there is no lab 'smaple'" in output
    assert "Did you mean 'sample'?" in output
    _, output = kernel.run(
        OPEN + "lab.deploy_function(function_name='f', handler_file='../../../etc/hosts')"
    )
    assert "there is no handler" in output
    assert "sample/greeter.py" in output


FORWARD = """
import socket, sys, threading
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1])
def copy(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    target.close()
while True:
    inside, _ = server.accept()
    outside = socket.create_connection(("{host}", {port}))
    for pair in ((inside, outside), (outside, inside)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
"""


@pytest.mark.parametrize("during", ["between two calls", "during a call"])
def test_emulator_killed_in_the_middle(kernel, address, during):
    """A forwarding process stands for the emulator, so that the others keep theirs."""
    forward = kernel.start(
        FORWARD.replace("{host}", address.host).replace("{port}", str(address.port))
    )
    port = int(forward.stdout.readline())
    lab = kernel.start(
        OPEN
        + """
from IPython.core.interactiveshell import InteractiveShell
queue_url = lab.client("sqs").create_queue(QueueName="guests")["QueueUrl"]
print("go", flush=True)
InteractiveShell.instance(user_ns=globals()).run_cell(
    'while True: lab.client("sqs").receive_message(QueueUrl=queue_url, WaitTimeSeconds=SECONDS)'
    .replace("SECONDS", "20" if input() == "during a call" else "0"))
""",
        LOCALSTACK_HOST=f"127.0.0.1:{port}",
    )
    assert "ready" in lab.stdout.readline()
    assert lab.stdout.readline() == "go\n"
    lab.stdin.write(during + "\n")
    lab.stdin.flush()
    time.sleep(0.5)  # into the loop
    forward.kill()
    started = time.monotonic()
    output, _ = lab.communicate(timeout=10)
    assert time.monotonic() - started < 5
    assert "EmulatorError: the emulator on 127.0.0.1" in output
    assert "make start" in output
    assert "Restart Kernel and Run All Cells" in output
    assert len(output.splitlines()) <= 5, output


def test_lock_belongs_to_one_holder(tmp_path):
    first, second = lease_account("sample", tmp_path), lease_account("sample", tmp_path)
    assert first.account != second.account
    first.release()
    assert lease_account("sample", tmp_path).account == first.account
    assert lease_account("another", tmp_path).account[:10] != first.account[:10]


def test_too_many_copies_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.cloud.accounts.COPIES", 2)
    held = [lease_account("sample", tmp_path) for _ in range(2)]
    with pytest.raises(LabError, match="Close some"):
        lease_account("sample", tmp_path)
    assert len(held) == 2


def test_wait_gives_up_in_words(capsys):
    left = iter(range(100, 0, -1))
    with pytest.raises(LabTimeout) as caught:
        waiting.wait_until(
            lambda: next(left) < 50 and "done", "the queue is empty", 0.2, "Do this."
        )
    message = str(caught.value)
    assert message.startswith("waited 0.2 s for: the queue is empty. Last seen: ")
    assert message.endswith("Do this.")


@pytest.mark.parametrize("seconds", [0, 2.5])
def test_wait_leaves_the_same_line_however_long_it_took(monkeypatch, seconds):
    shown = []

    class Handle:
        def update(self, data, raw):
            shown.append(data["text/plain"])

    def display(data, raw, display_id):
        shown.append(data["text/plain"])
        return Handle()

    monkeypatch.setattr(waiting, "display", display)
    end = time.monotonic() + seconds
    waiting.wait_until(lambda: time.monotonic() >= end, "the end", 5, "")
    assert shown[0] == shown[-1] == "waited for: the end"
    assert any("waiting for: the end … 2 s" in text for text in shown) == (seconds > 2)


def test_port_is_only_asked_for_on_loopback(kernel):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"198.51.100.7:{silent.getsockname()[1]}"
        _, output = kernel.run(OPEN, LOCALSTACK_HOST=host)
    assert "NotLoopbackError" in output


def test_every_kind_of_thing_is_cleared_away(kernel):
    status, output = kernel.run(
        OPEN
        + """
import json
queue = f"arn:aws:sqs:{lab.region}:{lab.account}:guests"
wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}
machine = lab.client("stepfunctions").create_state_machine(
    name="m", definition=json.dumps(wait), roleArn=lab.role_arn)["stateMachineArn"]
lab.client("stepfunctions").start_execution(stateMachineArn=machine)
lab.client("dynamodb").create_table(
    TableName="table", BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
lab.client("kinesis").create_stream(StreamName="s", ShardCount=1)
lab.client("apigateway").create_rest_api(name="a")
lab.client("cloudwatch").put_metric_alarm(
    AlarmName="a", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1,
    MetricName="m", Namespace="n", Period=60, Statistic="Sum", Threshold=1)
lab.client("logs").create_log_group(logGroupName="/g")
bus = lab.client("events").create_event_bus(Name="b")["EventBusArn"]
lab.client("events").create_archive(ArchiveName="a", EventSourceArn=bus)
lab.client("secretsmanager").create_secret(Name="s", SecretString="s")
lab.client("ssm").put_parameter(Name="p", Value="v", Type="String")
lab.client("scheduler").create_schedule(
    Name="s", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"},
    Target={"Arn": queue, "RoleArn": lab.role_arn})

lab = cloud.open_lab("sample")
left = {
    "stepfunctions": lab.client("stepfunctions").list_state_machines()["stateMachines"],
    "dynamodb": lab.client("dynamodb").list_tables()["TableNames"],
    "apigateway": lab.client("apigateway").get_rest_apis()["items"],
    "cloudwatch": lab.client("cloudwatch").describe_alarms()["MetricAlarms"],
    "logs": lab.client("logs").describe_log_groups()["logGroups"],
    "buses": lab.client("events").list_event_buses()["EventBuses"][1:],
    "archives": lab.client("events").list_archives()["Archives"],
    "secrets": lab.client("secretsmanager").list_secrets()["SecretList"],
    "parameters": lab.client("ssm").describe_parameters()["Parameters"],
    "schedules": lab.client("scheduler").list_schedules()["Schedules"],
}
print({name: len(items) for name, items in left.items() if items})
lab.wait_until(
    lambda: not lab.client("kinesis").list_streams()["StreamNames"], what="the stream is gone")
"""
    )
    assert status == 0, output
    assert "\n{}\n" in output, output
