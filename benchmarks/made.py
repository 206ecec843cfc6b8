"""The documents of a directory, made beforehand and kept in files: a million of them fill a machine's memory.

They are made once. Remove the folder of a size after changing what documents say.
"""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import msgspec

from core.db import Database
from search.admission import Document
from search.admit import Admitted, admit
from search.meili.writers import line_of
from search.reading import all_documents, silent

LARGEST = 90_000_000
"""Bytes of a batch; just below what a server takes in one request."""


class Made:
    """All documents, and batches of them as a search server takes them."""

    def __init__(self, home: Path, database: Database, zone: str) -> None:
        self._folder = home / "made"
        self.decoding_s = 0.0
        if not (self._folder / "count").exists():
            self._folder.mkdir(exist_ok=True)
            count = self._write(database, zone)
            (self._folder / "count").write_text(str(count))
        self.count = int((self._folder / "count").read_text())

    def documents(self) -> Iterator[Document]:
        """The documents in order; `decoding_s` is how long reading them took so far."""
        with (self._folder / "documents.jsonl").open("rb") as file:
            while True:
                started = perf_counter()
                line = file.readline()
                made = msgspec.json.decode(line) if line else None
                self.decoding_s += perf_counter() - started
                if made is None:
                    return
                yield made

    def batches(self) -> Iterator[bytes]:
        """The bodies of the largest requests."""
        return (path.read_bytes() for path in sorted(self._folder.glob("batch-*")))

    def _write(self, database: Database, zone: str) -> int:
        count, waiting, number = 0, bytearray(), 0
        with (self._folder / "documents.jsonl").open("wb") as file:
            for document in all_documents(database, zone, silent):
                count += 1
                file.write(msgspec.json.encode(document) + b"\n")
                admitted = admit(document)
                assert isinstance(admitted, Admitted)
                line = line_of(admitted)[1] + b"\n"
                if len(waiting) + len(line) > LARGEST:
                    self._batch(number).write_bytes(waiting)
                    waiting, number = bytearray(), number + 1
                waiting += line
        self._batch(number).write_bytes(waiting)
        return count

    def _batch(self, number: int) -> Path:
        return self._folder / f"batch-{number:03}"
