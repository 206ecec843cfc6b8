"""Seeded directories to measure with, and a search server over each. Kept in BENCH_DIR (var/bench)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.meilisearch import OwnServer, free_port

FOLDER = Path(os.environ.get("BENCH_DIR", "var/bench"))
KEY = "a-master-key-for-tests"
MEMORY = "1GiB"  # as docs/search-server.md says
KIB_PER_MIB = 1024


def seeded(size: int) -> Path:
    """The home folder of a directory of that size with its embedded index; made when it is missing."""
    home = FOLDER / f"county-{size}"
    home.mkdir(parents=True, exist_ok=True)
    _handrail(home, "migrate")
    if not (home / "search" / "current").exists():
        _handrail(home, "seed", "--size", str(size), "--no-index")
        _handrail(home, "reindex")
    return home


def reindex(home: Path, server: OwnServer) -> None:
    """Fill the search server from the directory."""
    _handrail(home, "reindex", HANDRAIL_SEARCH_URL=server.url, HANDRAIL_SEARCH_KEY=KEY)


def _handrail(home: Path, *arguments: str, **settings: str) -> None:
    environ = {**os.environ, "HANDRAIL_HOME": str(home), **settings}
    subprocess.run([sys.executable, "-m", "app.cli", *arguments], env=environ, check=True)


@contextmanager
def meilisearch(home: Path) -> Iterator[OwnServer]:
    """A server that keeps its data in that home folder."""
    folder = home.absolute() / "meilisearch"
    folder.mkdir(exist_ok=True)
    server = OwnServer(f"http://127.0.0.1:{free_port()}", KEY, folder, indexing_memory=MEMORY)
    server.start()
    try:
        yield server
    finally:
        halt(server)


def halt(server: OwnServer) -> None:
    """Stop it, and leave its data."""
    if server.process is not None:
        server.process.terminate()
        server.process.wait()


def memory_mib(pid: int) -> tuple[float, float]:
    """A process' own memory, and its pages of files; Linux only."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    lines = dict(row.split(":", 1) for row in rows)
    own, mapped = (int(lines[name].split()[0]) / KIB_PER_MIB for name in ("RssAnon", "RssFile"))
    return own, mapped


def disk_mib(folder: Path) -> float:
    """What a folder takes on disk."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*")) / KIB_PER_MIB**2
