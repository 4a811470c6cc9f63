"""A web server of our own on loopback, so that pages can be fetched that change and vanish."""

import http.server
import threading

import pytest


class Web:
    """Pages by path: `web.pages["/a"] = (status, content type, text)`."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.pages: dict[str, tuple[int, str, str]] = {}

    def put(self, path: str, text: str, status: int = 200, kind: str = "text/html") -> str:
        """Set a page; return its address."""
        self.pages[path] = (status, kind, text)
        return self.base + path


@pytest.fixture
def web():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, kind, text = web.pages.get(self.path, (404, "text/plain", "none"))
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield web
    server.shutdown()
    thread.join()
    server.server_close()
