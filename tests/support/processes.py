"""Handrail as a process of its own, started and stopped by a test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.support.repository import ROOT

PATIENCE_S = 180
PROMPTLY_S = 30  # on a busy machine; what is tested is that nothing waits for ever


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Handrail:
    """A running `handrail` command."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self.port = int(settings.setdefault("PORT", str(free_port())))
        settings.setdefault("HOME", str(folder / "home"))
        named = {f"HANDRAIL_{name}": value for name, value in settings.items()}
        self.log = folder / "handrail.log"
        self.environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **named}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "app.cli", *arguments],
                cwd=folder,
                env=self.environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a GET; raises OSError when nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, HTTPException):
            return False

    def wait_until_up(self) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < give_up, self.log.read_text()
            time.sleep(0.05)

    def wait_until_gone(self) -> None:
        """Until nothing listens on its port any more."""
        give_up = time.monotonic() + PATIENCE_S
        while self.answers():
            assert time.monotonic() < give_up, "something still answers"
            time.sleep(0.05)

    def wait_until_it_says(self, words: str) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while words not in self.log.read_text():
            assert time.monotonic() < give_up, self.log.read_text()
            time.sleep(0.05)

    def stop(self, with_signal: int = signal.SIGTERM) -> float:
        """Ask it to stop; returns the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(with_signal)
        self.process.wait(PATIENCE_S)
        return time.monotonic() - started


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Handrail]:
    """A command that serves, from its first answer to the block's end."""
    handrail = Handrail(folder, *arguments, **settings)
    try:
        handrail.wait_until_up()
        yield handrail
    finally:
        if handrail.process.poll() is None:
            handrail.process.kill()
            handrail.process.wait()
        handrail.wait_until_gone()
