"""How LocalStack listens, and how it launches DynamoDB Local (java) and Kinesis Mock (node).

It listens on the address that it was given: LocalStack 4.14.0 takes the port of GATEWAY_LISTEN and
listens on every address of the machine. The two programs run on a leash, from where install.py
found or fetched them. LocalStack's Java agent, which lifts DynamoDB Local's limit of 20 indexes a
table, is left out: it would have to be downloaded.
"""

import functools
import os
import sys
from pathlib import Path
from types import SimpleNamespace

from localstack.runtime.server import twisted
from localstack.services.dynamodb.packages import DynamoDBLocalPackageInstaller
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.kinesis.kinesis_mock_server import KinesisMockNodeServer
from twisted.internet.endpoints import TCP4ServerEndpoint

LOOPBACK = Path(__file__).with_name("loopback.cjs")
DYNAMODB = [sys.executable, "-I", str(Path(__file__).with_name("dynamodb_local.py"))]
LEASH = [sys.executable, "-I", str(Path(__file__).with_name("leash.py"))]


def listen_on_loopback() -> None:
    """Replace the one name through which LocalStack's server opens its port."""
    on_loopback = functools.partial(TCP4ServerEndpoint, interface="127.0.0.1")
    twisted.endpoints = SimpleNamespace(TCP4ServerEndpoint=on_loopback)


def launch_on_leash() -> None:
    """Patch the two launch commands."""
    dynamodb_command = DynamodbServer._create_shell_command
    kinesis_command = KinesisMockNodeServer._create_shell_command

    def run_java(self: DynamodbServer) -> list[str]:
        program, *arguments = dynamodb_command(self)
        if program != "java":
            raise RuntimeError(f"DynamoDB Local is launched by {program}, not by java")
        kept = [word for word in arguments if not word.startswith("-javaagent:")]
        return [*LEASH, *DYNAMODB, os.environ["EMULATOR_JAVA"], *kept]

    def run_node(self: KinesisMockNodeServer) -> tuple[list[str], dict[str, str]]:
        (program, *arguments), environment = kinesis_command(self)
        if program != "node":
            raise RuntimeError(f"Kinesis Mock is launched by {program}, not by node")
        node = [os.environ["EMULATOR_NODE"], "--require", str(LOOPBACK)]
        return [*LEASH, *node, *arguments], environment

    DynamodbServer._create_shell_command = run_java
    DynamoDBLocalPackageInstaller.get_java_env_vars = lambda self: {}
    KinesisMockNodeServer._create_shell_command = run_node
