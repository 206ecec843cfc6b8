"""A Meilisearch server of the tests' own: on a free loopback port, with a data folder that goes with it.

HANDRAIL_TEST_MEILISEARCH_URL (and _KEY) names one that runs already instead.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

URL = os.environ.get("HANDRAIL_TEST_MEILISEARCH_URL")
KEY = os.environ.get("HANDRAIL_TEST_MEILISEARCH_KEY")
MASTER_KEY = "a-master-key-for-tests"
START_TIMEOUT_S = 30
INSTALL = (
    "Meilisearch is not there: put `meilisearch` (1.50 or so) on PATH, "
    "or name a running server in HANDRAIL_TEST_MEILISEARCH_URL"
)


def is_there() -> bool:
    """Whether tests can have a server."""
    return URL is not None or shutil.which("meilisearch") is not None


@dataclass
class Server:
    """Where a server is, and the key that may do everything there."""

    url: str
    key: str | None

    def version(self) -> str:
        """What it calls itself."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        version: str = requests.get(f"{self.url}/version", headers=headers, timeout=10).json()[
            "pkgVersion"
        ]
        return version

    def stop(self) -> None:
        """Nothing: it is not ours."""


@dataclass
class OwnServer(Server):
    """A server started here. `kill` and `start` keep the data and the port."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="handrail-ms")))
    options: tuple[str, ...] = ()
    indexing_memory: str = "512MiB"
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [
            *("meilisearch", "--no-analytics", "--env", "development"),
            *("--http-addr", self.url.removeprefix("http://"), "--master-key", MASTER_KEY),
            *("--db-path", str(self.folder / "data"), "--dump-dir", str(self.folder / "dumps")),
            *("--snapshot-dir", str(self.folder / "snapshots")),
            # By default two thirds of all memory, of which a part is taken anew for every write.
            *("--max-indexing-memory", self.indexing_memory),
            *self.options,
        ]
        log = (self.folder / "log").open("ab")
        with log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        end = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=1).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Stop it and remove its data."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def own_server(*options: str) -> OwnServer:
    """A new server that runs."""
    server = OwnServer(f"http://127.0.0.1:{free_port()}", MASTER_KEY, options=options)
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return server


def shared_server() -> Server:
    """The server named by the environment, or a new one."""
    return Server(URL, KEY) if URL else own_server()
