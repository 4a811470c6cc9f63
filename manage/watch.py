"""`make watch`: the book on loopback, built again when a source changes, its pages reloading.

The build is that of `make book`, so an author sees what readers get, warnings included. Sources are
compared by their times: that also works for editors that replace files, and on shared folders.
"""

import contextlib
import functools
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from manage import book, say
from manage.paths import HTML, ROOT
from manage.serve import Pages, Server

PAUSE_SECONDS = 0.7
BUILDS = "/.builds"  # the address at which a page hears of builds
KEEP_ALIVE_SECONDS = 15
RELOAD = (
    f"<script>let shown; new EventSource('{BUILDS}').onmessage = ({{data}}) => "
    "{ if (shown && shown !== data) location.reload(); shown = data; }</script>\n"
).encode()
SHOWN = 5  # names of changed files; a branch that is switched changes hundreds


class Builds:
    """How often the book was built, for pages that wait for the next time."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.latest = time.time_ns()  # another one after a restart, so that open pages reload

    def finished(self) -> None:
        with self.changed:
            self.latest = time.time_ns()
            self.changed.notify_all()

    def after(self, seen: int) -> int:
        """The latest build, once it is another than this one, or when it is time for a sign."""
        with self.changed:
            self.changed.wait_for(lambda: self.latest != seen, KEEP_ALIVE_SECONDS)
            return self.latest


class LivePages(Pages):
    """The pages as they are built, each with a script that reloads it after a build."""

    def __init__(self, *arguments: object, builds: Builds, **more: object) -> None:
        self.builds = builds
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        if self.path == BUILDS:
            self.tell_builds()
        else:
            super().do_GET()

    def send_head(self) -> BinaryIO | None:
        file = Path(self.translate_path(self.path))
        if file.is_dir() and self.path.partition("?")[0].endswith("/"):
            file /= "index.html"
        if file.suffix != ".html" or not file.is_file():
            return super().send_head()
        page = file.read_bytes() + RELOAD
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return io.BytesIO(page)

    def tell_builds(self) -> None:
        """An event stream: the latest build, and each one after it, until the reader is gone."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        seen = 0
        while True:
            seen = self.builds.after(seen)
            self.wfile.write(f"data: {seen}\n\n".encode())


def watch(port: int) -> int:
    """Serve and rebuild until Ctrl-C."""
    builds = Builds()
    handler = functools.partial(LivePages, directory=str(HTML), builds=builds)
    with contextlib.suppress(KeyboardInterrupt), Server(("127.0.0.1", port), handler) as server:
        seen = sources()
        rebuild()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say.line(f"\n  The book    http://127.0.0.1:{port}/")
        say.line("\n  What you save shows as soon as it is built. Ctrl-C ends this.\n")
        for names in changes(seen):
            if not book.is_stale():
                continue  # written again as it was
            more = f" and {len(names) - SHOWN} more" * (len(names) > SHOWN)
            say.line(f"Changed: {', '.join(names[:SHOWN])}{more}")
            rebuild()
            builds.finished()
    say.line("\nNothing is watched or served any more.")
    return 0


def rebuild() -> None:
    """Build what has changed. A fault is told and left to be mended while the rest is shown."""
    try:
        book.build(only_if_stale=True)
    except say.Failure as failure:
        say.line(f"\n{failure}\nUntil then the book shows what could be built.\n")


def changes(seen: dict[str, int]) -> Iterator[list[str]]:
    """Yield the names of the sources that changed, again and again."""
    while True:
        now = after_a_pause()
        while now != seen and now != (later := after_a_pause()):
            now = later  # a save may be many writes, and a switched branch is
        names = {name for name, _ in now.items() ^ seen.items()}
        seen = now
        if names:
            yield sorted(names)


def after_a_pause() -> dict[str, int]:
    time.sleep(PAUSE_SECONDS)
    return sources()


def sources() -> dict[str, int]:
    """When each source of the book was last changed, by its name."""
    found = {}
    for file in book.sources():
        with contextlib.suppress(FileNotFoundError):  # an editor's file, gone again
            found[str(file.relative_to(ROOT))] = file.stat().st_mtime_ns
    return found
