"""One number per row and column, in memory as numpy arrays, on disk in chunks.

Rows are never changed once written, so folding writes only the chunks behind the last fold.
"""

import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from search.embedded.geo import unit_vectors
from search.embedded.keys import Key
from search.embedded.store import Store

CHUNK = 1 << 16
"""Rows of a chunk."""
SPARE = 1 << 13
"""Rows there is room for after loading; copying a million rows to make room is noticed."""
UNKNOWN = -1
STORED: dict[str, tuple[type, float]] = {
    "lat": (np.float64, np.nan),  # degrees
    "lng": (np.float64, np.nan),
    "pattern": (np.int32, UNKNOWN),  # number of the hours value
    "wait": (np.int32, UNKNOWN),  # days
    "assured": (np.int32, UNKNOWN),  # proleptic ordinal of the date
    "tie": (np.uint32, 0),  # checksum of the id: an order that an update does not change
}
"""Column → type and the value of a row that has none."""


class Columns:
    """The columns by name; x, y, z are unit vectors of lat and lng."""

    def __init__(self, rows: int = 0) -> None:
        self.size = rows
        for name, (kind, missing) in STORED.items():
            setattr(self, name, np.full(rows, missing, kind))
        self.x, self.y, self.z = unit_vectors(self.lat, self.lng)

    lat: npt.NDArray[np.float64]
    lng: npt.NDArray[np.float64]
    pattern: npt.NDArray[np.int32]
    wait: npt.NDArray[np.int32]
    assured: npt.NDArray[np.int32]
    tie: npt.NDArray[np.uint32]

    @classmethod
    def load(cls, store: Store, rows: int) -> "Columns":
        """Columns for row numbers below `rows`, from the stored chunks."""
        self = cls()
        self.size = rows
        for name, (kind, missing) in STORED.items():
            column: npt.NDArray[Any] = np.full(rows + SPARE, missing, kind)
            for at in range(0, rows, CHUNK):
                data = store.blob("column", f"{name}/{at // CHUNK}")
                if data:
                    chunk: npt.NDArray[Any] = np.frombuffer(data, kind)[: rows - at]
                    column[at : at + len(chunk)] = chunk
            setattr(self, name, column)
        self.x, self.y, self.z = unit_vectors(self.lat, self.lng)
        return self

    def chunks(self, first_row: int) -> Iterator[tuple[Key, bytes]]:
        """The stored form of every chunk that holds `first_row` or a later row."""
        for name in STORED:
            column = getattr(self, name)[: self.size]
            for at in range(first_row // CHUNK * CHUNK, self.size, CHUNK):
                yield ("column", f"{name}/{at // CHUNK}"), column[at : at + CHUNK].tobytes()

    def set(self, row: int, document: Mapping[str, Any], pattern: int) -> None:
        """Write a row's numbers; the columns grow as needed."""
        if row >= len(self.lat):
            self._grow(row + 1)
        self.size = max(self.size, row + 1)
        if document["lat"] is not None:
            self.lat[row], self.lng[row] = document["lat"], document["lng"]
            self.x[row], self.y[row], self.z[row] = unit_vectors(self.lat[row], self.lng[row])
        self.pattern[row] = pattern
        if document["wait_days"] is not None:
            self.wait[row] = document["wait_days"]
        if document["assured_date"] is not None:
            self.assured[row] = date.fromisoformat(document["assured_date"]).toordinal()
        self.tie[row] = zlib.crc32(document["id"].encode())

    def _grow(self, rows: int) -> None:
        capacity = max(rows, len(self.lat) + len(self.lat) // 10 + 1024)
        missing = {name: value for name, (_, value) in STORED.items()}
        for name in (*STORED, "x", "y", "z"):
            old = getattr(self, name)
            new = np.full(capacity, missing.get(name, np.nan), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)
