"""A proxy that misbehaves as told: late answers, answers that break off or say something else."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Proxy:
    """Passes requests on to `target` (host:port). What it does to them may be changed at any time:

    `delay_s` waits, `cut` breaks answers off, `headers` are sent instead of the client's, `rewritten` makes
    another answer of path and answer.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.delay_s = 0.0
        self.cut = False
        self.headers: dict[str, str] = {}
        self.rewritten: Callable[[str, bytes], bytes] = lambda _path, answer: answer
        self.asked = 0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                proxy.pass_on(self)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_one

            def log_message(self, *_: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def pass_on(self, request: BaseHTTPRequestHandler) -> None:
        """Ask the target and answer with what it says, or with a part of it."""
        self.asked += 1
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        time.sleep(self.delay_s)
        connection = HTTPConnection(self.target)
        headers = {**dict(request.headers), **self.headers}
        try:
            connection.request(request.command, request.path, body, headers)
        except ConnectionError:  # away: so is the proxy
            request.close_connection = True
            return
        answer: HTTPResponse = connection.getresponse()
        content = self.rewritten(request.path, answer.read())
        connection.close()
        request.send_response(answer.status)
        request.send_header("Content-Type", answer.headers["Content-Type"] or "text/plain")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content[: len(content) // 2] if self.cut else content)
        request.close_connection = self.cut

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A client that stopped waiting is what some tests are about."""


@contextmanager
def proxied(url: str) -> Iterator[Proxy]:
    """A proxy before the server at this address."""
    proxy = Proxy(url.removeprefix("http://"))
    try:
        yield proxy
    finally:
        proxy.close()
