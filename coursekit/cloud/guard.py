"""Keep a lab away from every real account: loopback only, whatever the environment says.

`guard_process` works on the whole process, so that a plain `boto3.client("s3")` typed by the
reader is as safe as a client of the lab.
"""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ConnectionError as BotocoreConnectionError
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session

from coursekit.cloud.errors import EmulatorError, LabError, NotLoopbackError

REGION = "us-east-1"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_FILES = {
    "AWS_CONFIG_FILE": Path("~/.aws/config"),
    "AWS_SHARED_CREDENTIALS_FILE": Path("~/.aws/credentials"),
}
_HARMLESS = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PAGER", "AWS_EC2_METADATA_DISABLED"}
_set_by_us: dict[str, str] = {}


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address can only be this machine."""
    if not host:
        return False
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        # Queue URLs look like sqs.us-east-1.localhost.localstack.cloud: public DNS, so not trusted.
        return False


def ignored_settings(environment: Mapping[str, str]) -> list[str]:
    """Names of the settings that point at real AWS accounts or at other machines; never values."""
    names = [
        name
        for name, value in environment.items()
        if name.startswith("AWS_")
        and name not in _HARMLESS
        and value != os.devnull
        and _set_by_us.get(name) != value
    ]
    names += [
        name
        for name in environment
        if name.upper() in _PROXIES and environment[name] and not _bypasses(environment)
    ]
    for variable, usual in _FILES.items():
        if variable not in environment and usual.expanduser().is_file():
            names.append(str(usual))
    return sorted(set(names))


def guard_process(endpoint: str, account: str) -> list[str]:
    """Point everything in this process at the emulator; return the names of what is ignored."""
    ignored = ignored_settings(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    settings = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        **dict.fromkeys(_FILES, os.devnull),
    }
    os.environ.update(settings)
    _set_by_us.update(settings)
    if not _bypasses(os.environ):
        for name in ("NO_PROXY", "no_proxy"):
            others = os.environ.get(name, "")
            os.environ[name] = ",".join(filter(None, ["127.0.0.1,localhost,::1", others]))
    boto3.DEFAULT_SESSION = None  # one made before may hold the real settings
    if not getattr(URLLib3Session.send, "loopback_only", False):
        URLLib3Session.send = _loopback_only(URLLib3Session.send)
    return ignored


def _bypasses(environment: Mapping[str, str]) -> bool:
    """Whether the proxies are already told to leave loopback alone."""
    return any(
        "127.0.0.1" in environment.get(name, "").split(",") for name in ("NO_PROXY", "no_proxy")
    )


def _loopback_only(send):  # noqa: ANN001
    """Wrap botocore's only way out, so that no client, however made, leaves this machine."""

    def guarded_send(self, request):  # noqa: ANN001
        address = urlsplit(request.url)
        if not is_loopback(address.hostname):
            raise NotLoopbackError(
                f"stopped a request to {address.hostname}: labs talk to the emulator on this "
                "machine and to nothing else. Use lab.client(...), without an endpoint_url."
            )
        try:
            return send(self, request)
        except LabError:
            raise
        except (BotocoreConnectionError, HTTPClientError) as error:
            raise EmulatorError(
                f"the emulator on {address.netloc} stopped answering ({type(error).__name__}). "
                "Start it again with `make start`, then run this notebook from the top: "
                "Kernel > Restart Kernel and Run All Cells."
            ) from error

    guarded_send.loopback_only = True
    return guarded_send
