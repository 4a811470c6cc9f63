"""Serves a folder on loopback as GitHub Pages does: compressed, and kept for ten minutes."""

import contextlib
import functools
import gzip
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMPRESSED = ("text/", "image/svg", "application/json", "application/javascript")


class Compressed(SimpleHTTPRequestHandler):
    """One file at a time, gzipped where that helps."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a file or with 404."""
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            self.send_error(404)
            return
        kind, content = self.guess_type(str(file)), file.read_bytes()
        self.send_response(200)
        if kind.startswith(COMPRESSED):
            content = gzip.compress(content, mtime=0)
            self.send_header("Content-Encoding", "gzip")
            kind += "; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that is closed in the middle of a page is no error."""


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of a folder while it is served."""
    server = Server(("127.0.0.1", 0), functools.partial(Compressed, directory=str(folder)))
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
