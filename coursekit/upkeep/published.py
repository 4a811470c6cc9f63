"""`python -m coursekit.upkeep.published URL COMMIT FOLDER`: the published book, as readers get it.

Waits until the address serves the book of this commit, then follows its links into FOLDER, where
the checks of the built book can look at it.
"""

import shutil
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import html

from coursekit.upkeep.fetching import Answer, fetch, fetch_all

MARKER = "commit.txt"  # written beside the pages by who publishes them
WAIT_SECONDS = 900  # caches between the host and its readers keep a page for ten minutes
ASK_EVERY_SECONDS = 10
FOLLOWED = (
    "//a/@href | //link/@href | //script/@src | //img/@src"
    " | //meta[@http-equiv='refresh' or @http-equiv='Refresh']/@content"
)
KINDS = {
    ".html": {"text/html"},
    ".css": {"text/css"},
    ".js": {"text/javascript", "application/javascript"},
    ".svg": {"image/svg+xml"},
}


def main(url: str, commit: str, folder: str) -> int:
    """Return 0 when every page came as it should, else 1, with what did not."""
    base = url.rstrip("/") + "/"
    if not serves(base, commit, WAIT_SECONDS):
        print(f"{base} does not serve {commit} after {WAIT_SECONDS} s", file=sys.stderr)
        return 1
    problems, count = mirror(base, Path(folder))
    print("\n".join(problems) or f"{count} files came as they should", flush=True)
    return int(bool(problems))


def serves(base: str, commit: str, seconds: float) -> bool:
    """Whether the marker says this commit, at once or within so many seconds."""
    give_up_at = time.monotonic() + seconds
    while fetch(base + MARKER).content.decode(errors="replace").strip() != commit:
        if time.monotonic() > give_up_at:
            return False
        time.sleep(ASK_EVERY_SECONDS)
    return True


def mirror(base: str, folder: Path) -> tuple[list[str], int]:
    """Follow links from the first page, below `base` only: (problems, number of files)."""
    shutil.rmtree(folder, ignore_errors=True)
    problems: list[str] = []
    seen, waiting = {base}, {base}
    while waiting:
        found: set[str] = set()
        for url, answer in fetch_all(waiting).items():
            file = file_of(url, base)
            if problem := problem_of(answer, file):
                problems.append(f"{url}: {problem}")
                continue
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(answer.content)
            if answer.kind == "text/html":
                found |= links_of(answer, base)
        waiting = found - seen
        seen |= waiting
    return problems, len(seen) - len(problems)


def file_of(url: str, base: str) -> str:
    """Where a page lies below the folder; an address that ends in `/` is its index page."""
    path = unquote(urlsplit(url).path.removeprefix(urlsplit(base).path))
    return path + "index.html" if not path or path.endswith("/") else path


def problem_of(answer: Answer, file: str) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if answer.problem or answer.status != 200:
        return answer.problem or str(answer.status)
    allowed = KINDS.get(Path(file).suffix)
    if allowed and answer.kind not in allowed:
        return f"comes as {answer.kind}: a browser would not use it"
    return ""


def links_of(answer: Answer, base: str) -> set[str]:
    """Addresses below `base` that a page leads to or loads, without fragment and query."""
    tree = html.document_fromstring(answer.content)
    links = (link.split("url=")[-1] for link in tree.xpath(FOLLOWED))  # "0; url=…" leads on
    absolute = (urljoin(answer.url, link) for link in links)
    plain = (urldefrag(link)[0].partition("?")[0] for link in absolute)
    return {link for link in plain if link.startswith(base)}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
