"""A server to measure, and a client that costs next to nothing: one kept-alive socket."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

START_TIMEOUT_S = 60


class Client:
    """Sends GET requests over one connection. Raises ValueError for an answer other than 200."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, headers: str = "") -> bytes:
        """The body, as it came over the wire."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
        received = self._socket.recv(262_144)
        while b"\r\n\r\n" not in received:
            received += self._socket.recv(262_144)
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ValueError(f"{path}: {received[:400]!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        chunks, have = [body], len(body)
        while have < length:
            chunks.append(self._socket.recv(262_144))
            have += len(chunks[-1])
        return b"".join(chunks)

    def close(self) -> None:
        self._socket.close()


class Server(NamedTuple):
    """A running server and its processes."""

    port: int
    pid: int

    def processor_ms(self) -> float:
        """Processor time of all its processes so far, as Linux counts it to the nanosecond."""
        waiting, total = [self.pid], 0
        while waiting:
            folder = Path("/proc", str(waiting.pop()), "task")
            for task in folder.iterdir():
                total += int((task / "schedstat").read_text().split()[0])
                waiting += [int(child) for child in (task / "children").read_text().split()]
        return total / 1e6


@contextmanager
def serving(home: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """A server of its own over that home folder, with further settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "HANDRAIL_HOME": str(home), "HANDRAIL_PORT": str(port)}
    environ |= {"HANDRAIL_DEMO": "1", "HANDRAIL_RATE_LIMIT": "0", **settings}
    command = [sys.executable, "-m", "app.cli", "serve"]
    with (
        TemporaryFile() as log,
        subprocess.Popen(command, env=environ, stdout=log, stderr=log) as server,
    ):
        try:
            if not _started(port, server):
                log.seek(0)
                raise RuntimeError(f"the server did not start: {log.read().decode()[-2000:]}")
            yield Server(port, server.pid)
        finally:
            server.terminate()


def _started(port: int, server: "subprocess.Popen[bytes]") -> bool:
    give_up = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < give_up and server.poll() is None:
        try:
            client = Client(port)
            client.get("/healthz")
            client.close()
            return True
        except (OSError, ValueError):
            time.sleep(0.1)
    return False
