"""Which index file is the one in use, and how to change that in one step.

A folder holds `current`, a one-line file that names the index file. A new index is built under a new name;
renaming a new `current` over the old one switches every process, each at its next search. File names are
never used twice, so SQLite's side files (-wal, -shm) of one index can never meet another.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from core.errors import Unavailable

PATIENCE_S = 2.0
"""How long a rebuild waits for another builder: longer than it takes to ask `is_building`."""

Stamp = tuple[int, int]
"""Changes whenever `current` does."""


class Files:
    """The folder of an embedded index. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"

    def stamp(self) -> Stamp | None:
        """Identity of `current`; None when there is no index yet."""
        try:
            found = os.stat(self._pointer)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def current(self) -> Path:
        """The index file in use. Raises FileNotFoundError when there is none yet."""
        return self.folder / self._pointer.read_text("ascii").strip()

    def fresh(self) -> Path:
        """A name no index had before."""
        return self.folder / f"index-{uuid.uuid4().hex}.db"

    def switch(self, path: Path) -> None:
        """Make `path`, complete and closed, the index in use; durable when this returns."""
        _flush(path)
        draft = self.folder / f"{path.name}.current"
        draft.write_text(path.name, "ascii")
        _flush(draft)
        os.replace(draft, self._pointer)
        _flush(self.folder)

    @contextmanager
    def building(self, patience_s: float = PATIENCE_S) -> Iterator[None]:
        """Only one process builds at a time; the lock goes with its holder. Raises Unavailable."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "building.lock", "w") as lock:
            give_up = time.monotonic() + patience_s
            while not _locked(lock):
                if time.monotonic() > give_up:
                    raise Unavailable("Another rebuild of the search index is under way.")
                time.sleep(0.02)
            yield

    def is_building(self) -> bool:
        """Whether some process builds at this moment."""
        with open(self.folder / "building.lock", "w") as lock:
            return not _locked(lock)

    def clean(self) -> None:
        """Remove what is not in use: older indexes, and what a killed build left. Inside `building`.

        Processes that still read an older index keep their open files until they notice the switch.
        """
        used = self.current().name if self.stamp() else ""
        for path in self.folder.glob("index-*"):
            if not (used and path.name.startswith(used)):
                remove(path)


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def remove(path: Path) -> None:
    """Delete an index file and its side files, those that exist."""
    for suffix in ("", "-wal", "-shm", "-journal", ".current"):
        with suppress(FileNotFoundError):
            os.remove(f"{path}{suffix}")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
