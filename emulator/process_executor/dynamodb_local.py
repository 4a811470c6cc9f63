"""Runs DynamoDB Local on loopback only: `python dynamodb_local.py JAVA OPTION… -jar JAR ARGUMENT…`.

DynamoDB Local takes a port and no address: it listens on every address of the machine. Its server
is a Jetty whose connectors can be told a host until they start. So this makes the server as its
main class does, tells it, and starts it, through JPype, which LocalStack brings along.
"""

import re
import subprocess
import sys
from pathlib import Path

import jpype

PACKAGE = "software.amazon.dynamodb.services.local.main"


def main(java: str, *words: str) -> None:
    """Serve until the process is killed. The words are those of java's own command line."""
    at = words.index("-jar")
    options, jar, arguments = words[:at], words[at + 1], words[at + 2 :]
    jpype.startJVM(str(java_machine(java)), *options, classpath=[jar])
    runner = jpype.JClass(f"{PACKAGE}.ServerRunner")
    proxy = runner.createServerFromCommandLineArgs(arguments)
    field = proxy.getClass().getDeclaredField("server")
    field.setAccessible(True)
    for connector in field.get(proxy).getConnectors():
        connector.setHost("127.0.0.1")
    proxy.start()
    proxy.join()


def java_machine(java: str) -> Path:
    """The library of this java; on macOS the program on PATH is a stub that knows its home."""
    words = [java, "-XshowSettings:properties", "-version"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    home = Path(re.search(r"java\.home = (.+)", told)[1].strip())
    found = sorted(home.glob("lib/server/libjvm.*"))
    if not found:
        raise FileNotFoundError(f"{home} has no lib/server/libjvm: it is no Java to embed")
    return found[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
