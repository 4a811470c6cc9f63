"""A poisoned environment: whatever it says, nothing leaves loopback."""

import pytest

WATCH = """
import sys
away = []

def watch(event, arguments):
    if event == "socket.connect":
        where = arguments[1]
        host = where[0] if isinstance(where, tuple) else "127.0.0.1"  # a path is this machine
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in ("127.0.0.1", "::1", "localhost", None):
        away.append(host)

sys.addaudithook(watch)
"""

POISON = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "a-token",
    "AWS_PROFILE": "work",
    "AWS_ENDPOINT_URL": "http://198.51.100.7:8000",
    "AWS_ENDPOINT_URL_SQS": "http://198.51.100.8:8000",
    "AWS_CA_BUNDLE": "/nowhere/ca.pem",
    "HTTP_PROXY": "http://198.51.100.9:3128",
    "HTTPS_PROXY": "http://198.51.100.9:3128",
    "http_proxy": "http://198.51.100.9:3128",
}


@pytest.fixture
def poisoned(kernel, tmp_path):
    """A learner's machine with a real-looking account on it."""
    kernel.drop("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "NO_PROXY", "no_proxy")
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[default]\nregion = eu-west-1\nendpoint_url = http://198.51.100.10\n"
        "[profile work]\nregion = eu-west-1\n"
    )
    keys = f"aws_access_key_id = {POISON['AWS_ACCESS_KEY_ID']}\naws_secret_access_key = secret\n"
    (folder / "credentials").write_text(f"[default]\n{keys}[work]\n{keys}")
    return kernel


def test_nothing_leaves_loopback(poisoned):
    status, output = poisoned.run(
        WATCH
        + """
from coursekit import cloud
import boto3, botocore.session

early = boto3.Session()  # made while the poison is in force
lab = cloud.open_lab("sample")
queue_url = lab.client("sqs").create_queue(QueueName="guests")["QueueUrl"]
lab.client("sqs").send_message(QueueUrl=queue_url, MessageBody="Ada")
assert lab.client("sqs").receive_message(QueueUrl=queue_url)["Messages"][0]["Body"] == "Ada"
assert boto3.client("sqs").list_queues()["QueueUrls"] == [queue_url]
boto3.client("s3").list_buckets()
assert boto3.client("sts").get_caller_identity()["Account"] == lab.account

def attempt(call):
    try:
        call()
    except Exception as error:
        print(type(error).__name__)

keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
attempt(lambda: boto3.client("s3", endpoint_url="https://s3.amazonaws.com", **keys).list_buckets())
attempt(lambda: boto3.client("sqs", endpoint_url="http://198.51.100.7").list_queues())
attempt(lambda: early.client("sqs").list_queues())
attempt(lambda: botocore.session.get_session().create_client("sns").list_topics())
attempt(lambda: lab.client("sqs").send_message(
    QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/q", MessageBody="x"))
cloud.open_lab("sample")
print("away:", away)
""",
        **POISON,
    )
    assert status == 0, output
    assert "away: []" in output
    assert output.count("NotLoopbackError") >= 2
    notice = output.splitlines()[0]
    assert notice.startswith("ignored, so that no real account is reached:")
    for name in [*POISON, "~/.aws/config", "~/.aws/credentials"]:
        assert name in notice
    for value in POISON.values():
        assert value not in output.replace("work", "") or value == "work"
    assert output.count("ignored, so that") == 1, "said twice, about settings that are gone"


def test_the_watch_sees_what_the_guard_stops(poisoned):
    """The same machine without the guard: the test above can fail."""
    _, output = poisoned.run(
        WATCH
        + """
import boto3
from botocore.config import Config
quick = Config(connect_timeout=0.2, read_timeout=0.2, retries={"total_max_attempts": 1})
try:
    boto3.client("sqs", config=quick, verify=False).list_queues()
except Exception as error:
    print(type(error).__name__)
print("away:", away)
""",
        **POISON,
    )
    assert "198.51.100" in output.partition("away:")[2], output


def test_nothing_to_ignore_nothing_said(kernel):
    status, output = kernel.run(
        "from coursekit import cloud; cloud.open_lab('sample'); cloud.open_lab('sample')"
    )
    line = "lab sample is ready: an empty account on this machine's emulator\n"
    assert (status, output) == (0, line * 2)
