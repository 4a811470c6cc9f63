"""Lambda functions behave, fail and log as on AWS."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import psutil

from tests.emulator.running import archive_of, wait_until

ECHO = "def handler(event, context): return event\n"


def test_an_event_and_its_context_reach_the_handler(emulator):
    function = emulator.function(
        "def handler(event, context):\n"
        "    left = context.get_remaining_time_in_millis()\n"
        "    return [event, context.function_name, context.invoked_function_arn, left,\n"
        "            context.memory_limit_in_mb, context.aws_request_id]\n",
        Timeout=7,
        MemorySize=256,
    )
    (event, name, arn, left, memory, request_id), log = function.invoke({"größe": "é 漢"})
    assert event == {"größe": "é 漢"}
    assert (name, arn, memory) == (function.name, function.arn, "256")
    assert 6_000 < left <= 7_000
    assert log.startswith(f"START RequestId: {request_id} Version: $LATEST\n")


def test_what_it_prints_is_in_the_tail_and_in_the_logs_line_by_line(emulator):
    function = emulator.function(
        "import logging, os, subprocess, sys\n"
        "print('at init')\n"
        "def handler(event, context):\n"
        "    print('printed')\n"
        "    os.write(1, b'written\\n')\n"
        "    subprocess.run(['echo', 'by a child'])\n"
        "    logging.getLogger().warning('logged')\n"
        "    print('to stderr', file=sys.stderr)\n"
    )
    _, log = function.invoke()
    lines = log.splitlines()
    assert lines[1:5] == ["at init", "printed", "written", "by a child"]
    assert re.fullmatch(r"\[WARNING\]\t\S+Z\t\S+\tlogged", lines[5])
    assert lines[6] == "to stderr"
    assert re.fullmatch(r"END RequestId: \S+", lines[7])
    assert re.fullmatch(
        r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        lines[8],
    )
    stored = wait_until(function.log_messages)
    assert [message.rstrip("\n") for message in stored] == lines


def test_an_environment_is_kept_and_initialised_once(emulator):
    function = emulator.function(
        "import os\ncalls = []\n"
        "def handler(event, context):\n    calls.append(1)\n    return [os.getpid(), len(calls)]\n"
    )
    (first, one), first_log = function.invoke()
    (second, two), second_log = function.invoke()
    assert (first, one, two) == (second, 1, 2)
    assert "Init Duration" in first_log
    assert "Init Duration" not in second_log


def test_parallel_events_get_environments_of_their_own(emulator):
    function = emulator.function(
        "import os, tempfile, time\n"
        "def handler(event, context):\n"
        "    time.sleep(0.5)\n    return [os.getpid(), tempfile.gettempdir()]\n"
    )
    with ThreadPoolExecutor(6) as pool:
        began = time.monotonic()
        answers = [answer for answer, _ in pool.map(lambda _: function.invoke(), range(6))]
        seconds = time.monotonic() - began
    assert len({process for process, _ in answers}) == 6
    assert len({folder for _, folder in answers}) == 6
    assert seconds < 2.5, "they ran one after the other"


def test_a_timeout_ends_the_process_and_the_next_event_finds_a_new_one(emulator):
    function = emulator.function(
        "import os, time\nprint('at init')\n"
        "def handler(event, context):\n    print('begun')\n    time.sleep(event)\n"
        "    return os.getpid()\n",
        Timeout=1,
    )
    before, _ = function.invoke(0)
    began = time.monotonic()
    error, log = function.invoke(5)
    assert 1 <= time.monotonic() - began < 2
    assert error["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Sandbox.Timedout"
    assert re.fullmatch(
        r"RequestId: \S+ Error: Task timed out after 1.00 seconds", error["errorMessage"]
    )
    assert "begun\n" in log
    assert "Task timed out after 1.00 seconds\nEND" in log
    assert log.endswith("Status: timeout\n")
    assert not psutil.pid_exists(before)
    after, log = function.invoke(0)
    assert after != before
    assert "at init\n" in log


def test_crashes_are_runtime_exit_errors(emulator):
    function = emulator.function(
        "import os, sys\n"
        "def handler(event, context):\n"
        "    print('last words')\n    eval(event)\n    return 'alive'\n"
    )
    for way, message in (
        ("sys.exit(3)", "Runtime exited with error: exit status 3"),
        ("os._exit(0)", "Runtime exited without providing a reason"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
    ):
        error, log = function.invoke(way)
        assert error["errorType"] == "Runtime.ExitError"
        assert error["errorMessage"].endswith(f"Error: {message}")
        assert "last words\n" in log
        assert log.endswith("Status: error\tError Type: Runtime.ExitError\n")
    assert function.invoke("1")[0] == "alive"


def test_a_raised_error_is_named_with_its_stack_and_the_process_lives_on(emulator):
    function = emulator.function(
        "import os\n"
        "def handler(event, context):\n"
        "    if event: raise KeyError('no such order')\n    return os.getpid()\n"
    )
    before, _ = function.invoke()
    error, log = function.invoke("raise")
    assert error["errorType"] == "KeyError"
    assert error["errorMessage"] == "'no such order'"
    assert "line 3, in handler" in error["stackTrace"][-1]
    assert "[ERROR] KeyError: 'no such order'" in log
    assert function.invoke()[0] == before


def test_a_failed_initialisation_is_reported_and_tried_again(emulator):
    for code, kind, message in (
        ("raise RuntimeError('no')\n", "RuntimeError", "no"),
        ("import nowhere\n", "Runtime.ImportModuleError", "No module named 'nowhere'"),
        ("def handler(:\n", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index'"),
        ("handle = 1\n", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'index'"),
    ):
        function = emulator.function("print('at init')\n" + code if kind[0] == "R" else code)
        for _ in range(2):
            error, log = function.invoke()
            assert error["FunctionError"] == "Unhandled"
            assert error["errorType"] == kind
            assert message in error["errorMessage"]
            assert f"[ERROR] {kind}" in log
    function = emulator.function("import os\nprint('at init')\nos._exit(7)\n")
    error, log = function.invoke()
    assert error["errorType"] == "Runtime.ExitError"
    assert "exit status 7" in error["errorMessage"]
    assert "at init\n" in log


def test_a_response_over_six_megabytes_is_an_error(emulator):
    function = emulator.function("def handler(event, context): return 'x' * event\n")
    assert len(function.invoke(6_000_000)[0]) == 6_000_000
    error, _ = function.invoke(6_400_000)
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


def test_nothing_of_the_user_reaches_a_function(emulator):
    function = emulator.function(
        "import os, sys, boto3\n"
        "def handler(event, context):\n"
        "    boto3.client('sqs').list_queues()\n"
        "    identity = boto3.client('sts').get_caller_identity()\n"
        "    return [dict(os.environ), os.getcwd(), sys.path[0], identity['Account'],\n"
        "            os.path.expanduser('~'), os.listdir('/proc/self/fd')]\n",
        Environment={"Variables": {"ORDERS": "table"}},
    )
    (variables, folder, first_path, account, user, handles), _ = function.invoke()
    assert "oison" not in json.dumps(variables).lower()
    ours = {name for name in variables if not name.startswith(("AWS_", "_AWS_", "LAMBDA_"))}
    assert ours == {
        *("ORDERS", "PATH", "LANG", "TZ", "HOME", "TMPDIR", "PYTHONUNBUFFERED"),
        *("_HANDLER", "_X_AMZN_TRACE_ID", "LOCALSTACK_HOSTNAME", "EDGE_PORT"),
    }
    assert variables["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{emulator.port}"
    assert variables["AWS_REGION"] == "us-east-1"
    assert variables["PATH"] == "/usr/local/bin:/usr/bin:/bin"
    assert variables["LAMBDA_TASK_ROOT"] == folder == first_path
    assert account == "000000000042"
    assert user == variables["TMPDIR"]
    assert len(handles) <= 7, "it inherited handles of others"


def test_what_a_function_starts_ends_with_it(emulator):
    function = emulator.function(
        "import signal, subprocess, threading, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "def handler(event, context):\n"
        "    threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "    child = subprocess.Popen(['sleep', '60'])\n"
        "    detached = 'sleep 60 >/dev/null & echo $!'\n"
        "    daemon = subprocess.check_output(['setsid', 'sh', '-c', detached], text=True)\n"
        "    return [child.pid, int(daemon)]\n"
    )
    processes, _ = function.invoke()
    more, _ = function.invoke()
    processes += more
    assert all(psutil.pid_exists(process) for process in processes), "they live between events"
    function.lambda_client.delete_function(FunctionName=function.name)
    wait_until(lambda: not any(psutil.pid_exists(process) for process in processes))


def test_a_function_that_forks_and_returns_twice_answers_each_caller_once(emulator):
    function = emulator.function(
        "import os\ndef handler(event, context):\n    os.fork()\n    return event\n"
    )
    assert [function.invoke(number)[0] for number in range(4)] == [0, 1, 2, 3]


def test_ten_megabytes_of_output_and_a_last_line_without_end(emulator):
    function = emulator.function(
        "import os\n"
        "def handler(event, context):\n"
        "    for _ in range(10): os.write(1, b'x' * 1_000_000)\n"
        "    os.write(1, b'\\n\\xff\\x00 no end')\n"
        "    return 'done'\n"
    )
    answer, tail = function.invoke()
    assert answer == "done"
    assert len(tail) <= 4096
    assert "\n\ufffd\x00 no end\nEND RequestId: " in tail
    assert function.invoke()[0] == "done"


def test_an_update_lets_the_running_event_end_on_the_old_code_and_settings(emulator):
    code = (
        "import os, time\n"
        "def handler(event, context):\n"
        "    print('begun', flush=True)\n"
        "    time.sleep(event)\n"
    )
    function = emulator.function(code + "    return ['old', os.environ.get('SIZE')]\n")
    lambda_client = function.lambda_client
    archive = archive_of(code + "    return ['new', os.environ.get('SIZE')]\n")
    updates = (
        lambda: lambda_client.update_function_code(FunctionName=function.name, ZipFile=archive),
        lambda: lambda_client.update_function_configuration(
            FunctionName=function.name, Environment={"Variables": {"SIZE": "größer"}}
        ),
    )
    answers = []
    with ThreadPoolExecutor(1) as pool:
        for update in updates:
            function.invoke(0)
            running = pool.submit(function.invoke, 2)
            time.sleep(0.5)  # it finds the warm environment and begins
            update()
            lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function.name)
            answers += [function.invoke(0)[0], running.result()[0]]
    assert answers == [["new", None], ["old", None], ["new", "größer"], ["new", None]]


def test_thirty_events_at_once(emulator):
    function = emulator.function(
        "import os, time\ndef handler(event, context):\n    time.sleep(2)\n    return os.getpid()\n"
    )
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: function.invoke()[0], range(30)))
    assert len(set(answers)) == 30


def test_a_slow_initialisation_is_tried_again_within_the_function_s_timeout(emulator):
    function = emulator.function(
        "import os, tempfile, time\n"
        "mark = os.path.join(tempfile.gettempdir(), 'mark')\n"
        "if not os.path.exists(mark):\n"
        "    open(mark, 'w').close()\n"
        "    time.sleep(60)\n"
        "time.sleep(0.5)\n"
        "def handler(event, context): return context.get_remaining_time_in_millis()\n",
        Timeout=3,
    )
    began = time.monotonic()
    left, _ = function.invoke()
    assert time.monotonic() - began > 10
    assert left < 2_500, "the second try takes from the event's own time"
