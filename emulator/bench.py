"""Measures the emulator: `make bench`, or `bench.py --home HOME` with the course's Python.

Starts an emulator of its own on a free port and prints a table: start to the first answered call,
cold and warm invocations without and with boto3, ten functions at once, memory. A function prints
one line for each event, as those of the labs do.

With `--compare-ministack` MiniStack 1.5.33 is measured in the same run, from an environment of its
own in .course/ministack; the two take turns, so that a busy machine slows both. With `--count N`
one function is invoked so many times, and the table shows what has grown.

Exit code: 0 when all goals were met, 1 when one was not, 2 when something could not be measured.
"""

import argparse
import functools
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import psutil
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".course"
MINISTACK = "ministack==1.5.33"
ACCOUNT = "000000000042"
SILENT = "def handler(event, context): return event\n"
PLAIN = "def handler(event, context):\n    print('an order')\n    return event\n"
WITH_BOTO3 = "import boto3\nsqs = boto3.client('sqs')\n" + PLAIN
SLEEPING = "import time\ndef handler(event, context): time.sleep(1)\n"
MEGABYTE = 1 << 20

START = "start to first answered call"
START_PROCESSOR = "start, processor time"  # the same however busy the machine is
COLD, COLD_BOTO3, WARM = "cold", "cold, with boto3", "warm"
GOAL_START_SECONDS = 3
NOT_SLOWER_THAN_MINISTACK = (COLD, COLD_BOTO3, WARM)
GOAL_BYTES_PER_INVOCATION = 2_000  # what is kept of each: its lines in CloudWatch Logs, its metric
GOAL_LEFT_BEHIND = 5  # handles, threads or files: what is under way at the time of looking


class CannotMeasure(Exception):
    """An engine did not do what was to be measured; the message says what."""


@dataclass
class Engine:
    """A running emulator and what was measured of it: seconds by name, most recent last."""

    name: str
    command: Callable[[int], tuple[list[str], dict[str, str]]]  # of a port: words, environment
    process: subprocess.Popen | None = None
    port: int = 0
    functions: boto3.client = None  # its Lambda
    seconds: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)

    def start(self) -> None:
        """Start it and measure until it has answered a real call."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.functions = self.client("lambda")
        words, environment = self.command(self.port)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": STATE}
        began = time.perf_counter()
        self.process = subprocess.Popen(words, env=environment, **quiet)
        self.wait_for_answer()
        self.seconds.setdefault(START, []).append(time.perf_counter() - began)
        used = [sum(process.cpu_times()[:2]) for process in self.processes()]
        self.seconds.setdefault(START_PROCESSOR, []).append(sum(used))

    def wait_for_answer(self) -> None:
        sqs = self.client("sqs")
        while self.process.poll() is None:
            try:
                sqs.list_queues()
                return
            except (BotoCoreError, ClientError):
                time.sleep(0.02)
        raise CannotMeasure(f"{self.name} ended before it answered.")

    def end(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def client(self, service: str) -> boto3.client:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, proxies={}, max_pool_connections=20),
        )

    def measure(self, what: str, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        self.seconds.setdefault(what, []).append(time.perf_counter() - began)

    def processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def weigh(self) -> float:
        """Megabytes of all its processes; shared pages count once where the system tells (PSS)."""
        total = 0
        for process in self.processes():
            try:
                memory = process.memory_full_info() if sys.platform == "linux" else None
                total += memory.pss if memory else process.memory_info().rss
            except psutil.Error:
                continue
        return total / MEGABYTE


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=...",
        description=__doc__.partition("\n")[0],
        epilog="Exit code: 0 all goals met, 1 one was not, 2 something could not be measured.",
    )
    parser.add_argument("--home", type=Path, default=STATE / "emulator", help="of the emulator")
    parser.add_argument("--starts", type=int, default=3, help="starts (3)")
    parser.add_argument("--cold", type=int, default=10, help="cold invocations of each kind (10)")
    parser.add_argument("--warm", type=int, default=200, help="warm invocations of each kind (200)")
    parser.add_argument(
        "--count", type=int, default=0, help="then invoke a function so often: what grows?"
    )
    parser.add_argument(
        "--compare-ministack", action="store_true", help="measure MiniStack beside it, in turns"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        engines = [Engine("LocalStack", functools.partial(localstack_command, options.home))]
        if options.compare_ministack:
            engines.append(Engine("MiniStack", functools.partial(ministack_command, scratch)))
        try:
            measure(engines, options)
            growth = soak(engines[0], options.count) if options.count else []
        except (
            *(CannotMeasure, BotoCoreError, ClientError),
            *(OSError, subprocess.SubprocessError, psutil.Error),
        ) as error:
            print(f"Could not measure: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 130
        finally:
            for engine in engines:
                engine.end()
    print_table(engines)
    missed = missed_goals(engines)
    if growth:
        print_growth(growth)
        missed += missed_by_growth(growth)
    for goal in missed:
        print(f"NOT MET: {goal}")
    if not missed:
        print("All goals met.")
    return 1 if missed else 0


def localstack_command(home: Path, port: int) -> tuple[list[str], dict[str, str]]:
    words = [sys.executable, str(ROOT / "emulator" / "serve.py"), "--with-parent"]
    return [*words, "--home", str(home), "--port", str(port)], dict(os.environ)


def ministack_command(scratch: str, port: int) -> tuple[list[str], dict[str, str]]:
    """On a leash, so that it ends with this program however that ends."""
    venv = STATE / "ministack"
    python = venv / "bin" / "python"
    if not python.exists():
        progress(f"installing {MINISTACK}")
        uv = os.environ.get("COURSE_UV", "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, venv], check=True)
        wanted = [MINISTACK, "boto3"]
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *wanted], check=True)
    leash = ROOT / "emulator" / "process_executor" / "leash.py"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": scratch,
        "TMPDIR": scratch,
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",  # processes, as here; not Docker
    }
    return [sys.executable, str(leash), str(python), "-m", "ministack"], environment


def measure(engines: list[Engine], options: argparse.Namespace) -> None:
    """Every measurement, engine by engine in turn."""
    for number in range(options.starts):
        for engine in engines:
            progress(f"start {number + 1} of {options.starts}: {engine.name}")
            engine.end()
            engine.start()
    for engine in engines:
        engine.megabytes["memory, idle"] = engine.weigh()
        for name, code in (("plain", PLAIN), ("silent", SILENT), ("with-boto3", WITH_BOTO3)):
            invoke(engine, make_function(engine, code, name))  # and what it loads at its first
    for number in range(options.cold):
        progress(f"cold invocations, {number + 1} of {options.cold}")
        for engine in engines:
            for what, code in ((COLD, PLAIN), (COLD_BOTO3, WITH_BOTO3)):
                name = make_function(engine, code, f"{what.replace(', ', '-')}-{number}")
                engine.measure(what, functools.partial(invoke, engine, name))
    for number in range(options.warm):
        progress(f"warm invocations, {number + 1} of {options.warm}")
        for engine in engines:
            engine.measure(WARM, functools.partial(invoke, engine, "plain"))
            engine.measure("warm, with boto3", functools.partial(invoke, engine, "with-boto3"))
            engine.measure("warm, prints nothing", functools.partial(invoke, engine, "silent"))
    for engine in engines:
        progress(f"ten functions at once: {engine.name}")
        names = [make_function(engine, SLEEPING, f"sleeping-{number}") for number in range(10)]
        with ThreadPoolExecutor(10) as pool:
            engine.measure(
                "ten functions of 1 s at once",
                lambda e=engine, p=pool, n=names: list(p.map(functools.partial(invoke, e), n)),
            )
        engine.megabytes["memory, in use"] = engine.weigh()


def soak(engine: Engine, count: int) -> list[dict[str, float]]:
    """Invoke one function so many times; what there was after each fifth, first to last."""
    looks = []
    invoke(engine, make_function(engine, PLAIN, "soaked"))
    for number in range(count + 1):
        if number % max(count // 5, 1) == 0:
            progress(f"soak, {number} of {count}")
            looks.append({"invocations": number} | look(engine))
        invoke(engine, "soaked")
    return looks


def look(engine: Engine) -> dict[str, float]:
    processes = engine.processes()
    localstack = max(processes, key=lambda process: process.memory_info().rss)
    state = Path(localstack.cwd())
    return {
        "bytes": localstack.memory_info().rss,
        "handles": sum(process.num_fds() for process in processes),
        "threads": localstack.num_threads(),
        "processes": len(processes),
        "files": sum(len(files) for _, _, files in os.walk(state)),
    }


def progress(what: str) -> None:
    """One line that is written over on a terminal; nothing elsewhere but steps of their own."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what} …", end="", file=sys.stderr, flush=True)


def make_function(engine: Engine, code: str, name: str) -> str:
    name = name.replace(" ", "-")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", code)
    engine.functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/bench",
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=10,
    )
    while engine.functions.get_function(FunctionName=name)["Configuration"]["State"] != "Active":
        time.sleep(0.01)
    return name


def invoke(engine: Engine, name: str) -> None:
    answer = engine.functions.invoke(FunctionName=name, Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise CannotMeasure(f"{engine.name}: {name} failed: {payload}")


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))]


def print_table(engines: list[Engine]) -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; in seconds, or as named")
    columns = "".join(f"{engine.name + ' p50':>16}{'p95':>9}" for engine in engines)
    print(f"{'':30}{columns}" + (f"{'ratio':>9}" if len(engines) > 1 else ""))
    for what in engines[0].seconds:
        halves = [statistics.median(engine.seconds[what]) for engine in engines]
        row = "".join(
            f"{half:>16.3f}{p95(engine.seconds[what]):>9.3f}"
            for engine, half in zip(engines, halves, strict=True)
        )
        print(f"{what:30}{row}{ratio(halves)}")
    for when in engines[0].megabytes:
        sizes = [engine.megabytes[when] for engine in engines]
        print(f"{when + ', MB':30}" + "".join(f"{s:>16.0f}{'':9}" for s in sizes) + ratio(sizes))


def ratio(values: list[float]) -> str:
    """The first by the second: under 1, LocalStack needs less."""
    return f"{values[0] / values[1]:>9.2f}" if len(values) > 1 else ""


def missed_goals(engines: list[Engine]) -> list[str]:
    ours, *others = engines
    missed = []
    start = statistics.median(ours.seconds[START])
    if start >= GOAL_START_SECONDS:
        used = statistics.median(ours.seconds[START_PROCESSOR])
        busy = f"; {used:.1f} s of them worked" if used < GOAL_START_SECONDS else ""
        missed.append(f"ready in under {GOAL_START_SECONDS} s: it took {start:.1f} s{busy}")
    for other in others:
        missed += [
            f"{what}: at or under {other.name}'s"
            for what in NOT_SLOWER_THAN_MINISTACK
            if statistics.median(ours.seconds[what]) > statistics.median(other.seconds[what])
        ]
    return missed


def print_growth(looks: list[dict[str, float]]) -> None:
    print(f"\n{'invocations':>12}{'memory, MB':>12}", end="")
    print("".join(f"{name:>11}" for name in ("handles", "threads", "processes", "files")))
    for seen in looks:
        print(f"{seen['invocations']:>12}{seen['bytes'] / MEGABYTE:>12.1f}", end="")
        print("".join(f"{seen[name]:>11}" for name in ("handles", "threads", "processes", "files")))


def missed_by_growth(looks: list[dict[str, float]]) -> list[str]:
    """What grew since the first fifth, when all that is made once had been made."""
    first, last = looks[min(1, len(looks) - 1)], looks[-1]
    invocations = max(last["invocations"] - first["invocations"], 1)
    missed = []
    if (each := (last["bytes"] - first["bytes"]) / invocations) > GOAL_BYTES_PER_INVOCATION:
        missed.append(f"memory: it grew by {each:.0f} bytes with each invocation")
    missed += [
        f"{name}: they grew from {first[name]} to {last[name]}"
        for name in ("handles", "threads", "processes", "files")
        if last[name] - first[name] > GOAL_LEFT_BEHIND
    ]
    return missed


if __name__ == "__main__":
    sys.exit(main())
