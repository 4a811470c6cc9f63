"""Fetch public pages: one request each, many at once, and what went wrong in words."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

SECONDS = 30
MAXIMUM_BYTES = 20_000_000
AT_ONCE = 8
HEADERS = {"User-Agent": "serverless-broken-on-purpose (looks whether its links still lead there)"}


@dataclass(frozen=True)
class Answer:
    """What an address answered. `status` is 0 where nobody did; then `problem` says why."""

    url: str
    status: int
    content: bytes = b""
    kind: str = ""  # the content type, without its parameters
    problem: str = ""


def fetch(url: str) -> Answer:
    """One GET, redirects followed. Raises nothing."""
    try:
        request = urllib.request.Request(url, headers=HEADERS)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            content = answer.read(MAXIMUM_BYTES)
            return Answer(url, answer.status, content, answer.headers.get_content_type())
    except urllib.error.HTTPError as error:
        error.close()
        return Answer(url, error.code, problem=f"{error.code} {error.reason}")
    except urllib.error.URLError as error:
        return Answer(url, 0, problem=str(error.reason))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(url, 0, problem=str(error) or type(error).__name__)


def fetch_all(urls: Iterable[str]) -> dict[str, Answer]:
    """The answers by address; each is asked once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {answer.url: answer for answer in pool.map(fetch, sorted(set(urls)))}
