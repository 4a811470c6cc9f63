"""LocalStack stays as it was: many invocations and many functions leave nothing behind."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil

from tests.emulator.running import HOME, ROOT, wait_until

MEGABYTE = 1 << 20


def test_a_thousand_invocations_leave_no_memory_no_handles_and_no_files(emulator):
    localstack = emulator.find("process_executor.launch")
    fork_server = emulator.find("zygote.py", "-X").parent()
    function = emulator.function(
        "import os, tempfile\n"
        "def handler(event, context):\n"
        "    if event == 'crash': os._exit(1)\n"
        "    tempfile.NamedTemporaryFile(delete=False).close()\n"
        "    return tempfile.gettempdir()\n"
    )
    folder, _ = function.invoke()

    def look():
        names = [name for _, _, files in os.walk(localstack.cwd()) for name in files]
        return (
            localstack.memory_info().rss / MEGABYTE,
            localstack.num_fds(),
            fork_server.num_fds(),
            localstack.num_threads(),
            len([name for name in names if not name.startswith("tmp")]),  # not the handler's own
        )

    for event in (["crash"] * 5) + ([None] * 195):  # what is made once is made here
        function.invoke(event)
    before = look()
    for event in (["crash"] * 25) + ([None] * 775):
        function.invoke(event)
    memory, handles, fork_server_handles, threads, files = (
        after - earlier for after, earlier in zip(look(), before, strict=True)
    )
    assert memory < 6, "it grew by 16 MB when each invocation's thread was kept"
    assert handles <= 3
    assert fork_server_handles <= 0
    assert threads <= 3
    assert files <= 1
    function.lambda_client.delete_function(FunctionName=function.name)
    wait_until(lambda: not os.path.exists(folder))


def test_fifty_functions_answer_and_leave_no_process_thread_or_file_when_deleted(emulator):
    localstack = emulator.find("process_executor.launch")

    def deploy(number):
        return emulator.function(
            "import os, tempfile\n"
            f"def handler(event, context): return [{number}, os.getpid(), tempfile.gettempdir()]\n",
            f"one-of-fifty-{number}",
        )

    def delete(function):
        function.lambda_client.delete_function(FunctionName=function.name)

    one_more = deploy(50)  # what LocalStack opens for its first function stays open
    folder = one_more.invoke()[0][2]
    delete(one_more)
    wait_until(lambda: not os.path.exists(folder))
    before = len(emulator.tree()), localstack.num_threads(), localstack.num_fds()

    with ThreadPoolExecutor(5) as pool:
        functions = list(pool.map(deploy, range(50)))
        answers = list(pool.map(lambda function: function.invoke()[0], functions))
        numbers, processes, folders = zip(*answers, strict=True)
        assert numbers == tuple(range(50))
        assert len(set(processes)) == len(set(folders)) == 50
        assert all(map(psutil.pid_exists, processes)), "each is kept for its next event"
        list(pool.map(delete, functions))

    def is_as_before():
        now = len(emulator.tree()), localstack.num_threads(), localstack.num_fds()
        # LocalStack keeps the threads of its pools, made at its first calls side by side
        fewer = now[0] <= before[0] and now[1] <= before[1] + 15 and now[2] <= before[2] + 5
        # a process ends a moment before its folder goes
        return fewer and not any(map(os.path.exists, folders))

    wait_until(is_as_before, seconds=30)  # it ends a few functions at a time


def test_the_benchmark_measures_and_says_whether_the_goals_are_met(home):
    sizes = ("--starts", "1", "--cold", "1", "--warm", "2", "--count", "5")
    run = subprocess.run(
        [sys.executable, ROOT / "emulator/bench.py", "--home", HOME, *sizes],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert run.returncode in (0, 1), run.stderr
    for row in ("start to first answered call", "cold, with boto3", "warm", "ten functions"):
        line = next(line for line in run.stdout.splitlines() if line.startswith(f"{row} "))
        p50, p95 = map(float, line.split()[-2:])
        assert 0 < p50 <= p95
    assert ("All goals met." in run.stdout) == (run.returncode == 0)
    assert ("NOT MET: " in run.stdout) == (run.returncode == 1)


def test_the_benchmark_says_when_it_cannot_measure(tmp_path):
    run = subprocess.run(
        [sys.executable, ROOT / "emulator/bench.py", "--home", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 2
    assert run.stderr == "Could not measure: LocalStack ended before it answered.\n"
