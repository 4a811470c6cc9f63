"""Measures the emulator: `make bench`, or `bench.py --home HOME` with the course's Python.

Starts an emulator of its own on a free port and prints a table: start to the first answered call,
cold and warm invocations without and with boto3, ten functions at once, memory. With
`--compare-ministack` MiniStack 1.5.33 is measured in the same run, from an environment of its own
in .course/ministack; the two take turns, so that a busy machine slows both.
"""

import argparse
import io
import json
import os
import socket
import statistics
import subprocess
import sys
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
PLAIN = "def handler(event, context): return event\n"
WITH_BOTO3 = "import boto3\nsqs = boto3.client('sqs')\ndef handler(event, context): return event\n"
SLEEPING = "import time\ndef handler(event, context): time.sleep(1)\n"
MEGABYTE = 1 << 20


@dataclass
class Engine:
    """A running emulator and what was measured of it: seconds by name, most recent last."""

    name: str
    process: subprocess.Popen
    port: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)

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

    def weigh(self, when: str) -> None:
        """Memory of all its processes: shared pages counted once where the system tells (PSS)."""
        total = 0
        for process in (parent := psutil.Process(self.process.pid), *parent.children(True)):
            try:
                memory = process.memory_full_info() if sys.platform == "linux" else None
                total += memory.pss if memory else process.memory_info().rss
            except psutil.Error:
                continue
        self.megabytes[when] = total / MEGABYTE


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, default=STATE / "emulator")
    parser.add_argument("--cold", type=int, default=10, help="cold starts of each kind")
    parser.add_argument("--warm", type=int, default=200, help="warm invocations")
    parser.add_argument("--compare-ministack", action="store_true")
    options = parser.parse_args()
    engines = []
    try:
        engines.append(started("LocalStack", localstack_command(options.home)))
        if options.compare_ministack:
            engines.append(started("MiniStack", ministack_command()))
        for engine in engines:
            engine.weigh("memory, idle")
        measure_invocations(engines, options.cold, options.warm)
        for engine in engines:
            engine.weigh("memory, in use")
    finally:
        for engine in engines:
            end(engine)
    print_table(engines)
    return 0


def localstack_command(home: Path) -> tuple[list[str], dict[str, str]]:
    serve = [sys.executable, str(ROOT / "emulator" / "serve.py"), "--home", str(home), "--port"]
    return serve, dict(os.environ)


def ministack_command() -> tuple[list[str], dict[str, str]]:
    venv = STATE / "ministack"
    python = venv / "bin" / "python"
    if not python.exists():
        uv = os.environ.get("COURSE_UV", "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, venv], check=True)
        wanted = [MINISTACK, "boto3"]
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *wanted], check=True)
    environment = {"PATH": os.environ["PATH"], "MINISTACK_HOST": "127.0.0.1"}
    return [str(python), "-m", "ministack", "GATEWAY_PORT="], environment


def started(name: str, command: tuple[list[str], dict[str, str]]) -> Engine:
    """Start an engine and measure until it has answered a real call."""
    (*words, port_option), environment = command
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if port_option.endswith("="):
        environment[port_option.rstrip("=")] = str(port)
    else:
        words += [port_option, str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": STATE}
    engine = Engine(name, subprocess.Popen(words, env=environment, **quiet), port)
    engine.measure("start to first answered call", lambda: wait_for_answer(engine))
    return engine


def wait_for_answer(engine: Engine) -> None:
    sqs = engine.client("sqs")
    while engine.process.poll() is None:
        try:
            sqs.list_queues()
            return
        except (BotoCoreError, ClientError):
            time.sleep(0.02)
    raise SystemExit(f"{engine.name} ended before it answered.")


def measure_invocations(engines: list[Engine], cold: int, warm: int) -> None:
    for engine in engines:  # what an engine loads at its first function is not a cold start
        invoke(engine, make_function(engine, PLAIN, "first"))
    for number in range(cold):
        for engine in engines:
            for what, code in (("cold", PLAIN), ("cold, with boto3", WITH_BOTO3)):
                name = make_function(engine, code, f"{what.replace(', ', '-')}-{number}")
                engine.measure(what, lambda e=engine, n=name: invoke(e, n))
    for _ in range(warm):
        for engine in engines:
            engine.measure("warm", lambda e=engine: invoke(e, "first"))
            engine.measure("warm, with boto3", lambda e=engine: invoke(e, "cold-with-boto3-0"))
    for engine in engines:
        names = [make_function(engine, SLEEPING, f"sleeping-{number}") for number in range(10)]
        with ThreadPoolExecutor(10) as pool:
            engine.measure(
                "ten functions of 1 s at once",
                lambda e=engine, p=pool, n=names: list(p.map(lambda name: invoke(e, name), n)),
            )


def make_function(engine: Engine, code: str, name: str) -> str:
    name = name.replace(" ", "-")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", code)
    client = engine.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/bench",
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=10,
    )
    while client.get_function(FunctionName=name)["Configuration"]["State"] != "Active":
        time.sleep(0.01)
    return name


clients: dict[int, boto3.client] = {}


def invoke(engine: Engine, name: str) -> None:
    client = clients.setdefault(engine.port, engine.client("lambda"))
    answer = client.invoke(FunctionName=name, Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise SystemExit(f"{engine.name}: {name} failed: {payload}")


def end(engine: Engine) -> None:
    engine.process.terminate()
    try:
        engine.process.wait(10)
    except subprocess.TimeoutExpired:
        engine.process.kill()


def print_table(engines: list[Engine]) -> None:
    load = os.getloadavg()[0]
    print(
        f"{os.cpu_count()} cores, load {load:.1f}; seconds: half of them and 95 of 100 were faster"
    )
    print(f"{'':30}" + "".join(f"{engine.name + ' p50':>16}{'p95':>9}" for engine in engines))
    for what in engines[0].seconds:
        row = f"{what:30}"
        for engine in engines:
            ordered = sorted(engine.seconds[what])
            p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            row += f"{statistics.median(ordered):>16.3f}{p95:>9.3f}"
        print(row)
    for when in engines[0].megabytes:
        row = "".join(f"{engine.megabytes[when]:>16.0f}{'':9}" for engine in engines)
        print(f"{when + ', MB':30}{row}")


if __name__ == "__main__":
    sys.exit(main())
