"""Whether LocalStack can serve: every mend is loaded and a real call is answered, in this order.

A service starts with its first call, so a call before the mends would start SQS without them.

The health page is no proof: it is green while every call fails. serve.py asks this module, and in
Docker it is the health check: `ready.py PORT MENDS` exits 0 when LocalStack can serve. It runs on
any Python, with nothing installed.
"""

import json
import sys
import urllib.request
from pathlib import Path

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy


class NotReady(Exception):
    """LocalStack cannot serve; the message says why."""


def answers_sqs(port: int) -> bool:
    """Whether a call to SQS is answered."""
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AmazonSQS.ListQueues",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/sqs/aws4_request",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", b"{}", headers)
    try:
        DIRECT.open(request, timeout=10).close()
    except OSError:
        return False
    return True


def mends_are_loaded(port: int, mends: Path) -> bool:
    """Whether every file in the folder `mends` was run; raises NotReady when one failed."""
    try:
        with DIRECT.open(f"http://127.0.0.1:{port}/_localstack/init/ready", timeout=10) as answer:
            hooks = json.load(answer)
    except OSError:  # it does not listen yet
        return False
    if failed := [hook["name"] for hook in hooks["scripts"] if hook["state"] == "ERROR"]:
        raise NotReady(f"These mends in {mends} failed to load: {', '.join(failed)}.")
    loaded = {hook["name"] for hook in hooks["scripts"] if hook["state"] == "SUCCESSFUL"}
    return hooks["completed"] and loaded >= {mend.name for mend in mends.glob("*.py")}


def main() -> int:
    port, mends = int(sys.argv[1]), Path(sys.argv[2])
    try:
        if mends_are_loaded(port, mends) and answers_sqs(port):
            return 0
        print("LocalStack does not answer yet, or has not loaded every mend.", file=sys.stderr)
    except (NotReady, OSError) as problem:
        print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
