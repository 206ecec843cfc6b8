"""Proving that the index says what the directory says, and mending it where it does not.

Takes the same memory for a hundred services and for ten million: what the index has is kept in a temporary
file while the directory is read.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from core.db import Database
from search.engine import SearchEngine
from search.reading import BATCH, Progress, all_documents, silent
from search.sync import documents_of, update_units


class Kind(StrEnum):
    """How index and directory differ about a unit."""

    MISSING = "missing"  # the directory has it, the index does not
    STALE = "stale"  # the index has it with other content
    EXTRA = "extra"  # the index has it, the directory does not (any more)


@dataclass(frozen=True, slots=True)
class Difference:
    """One unit about which they differ; `name` is the service's, "" when nobody knows."""

    id: str
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many documents each side has, and every difference."""

    expected: int
    indexed: int
    differences: tuple[Difference, ...]


class Comparison:
    """Every difference, both ways, found while one iterates; `expected` and `indexed` are known then.

    What seems to differ is looked at once more at the end, so that changes made during the comparison do not
    count; those that still wait in the outbox do.
    """

    def __init__(
        self,
        database: Database,
        engine: SearchEngine,
        timezone: str,
        progress: Progress = silent,
    ) -> None:
        self._database = database
        self._engine = engine
        self._timezone = timezone
        self._progress = progress
        self.expected = 0
        self.indexed = 0

    def __iter__(self) -> Iterator[Difference]:
        with closing(_Notes()) as notes:
            self.indexed = notes.add(self._engine.ids_and_hashes())
            self.expected = 0
            for made in all_documents(self._database, self._timezone, self._progress):
                self.expected += 1
                notes.strike(made["id"], made["hash"])
            while suspects := notes.take(BATCH):
                yield from self._look_again(suspects)

    def _look_again(self, units: Sequence[str]) -> Iterator[Difference]:
        for unit, made in documents_of(self._database, self._timezone, units).items():
            stored = self._engine.get(unit)
            if made is None and stored is not None:
                yield Difference(unit, Kind.EXTRA, stored["name"])
            elif made is not None and stored is None:
                yield Difference(unit, Kind.MISSING, made["name"])
            elif made is not None and stored is not None and stored["hash"] != made["hash"]:
                yield Difference(unit, Kind.STALE, made["name"])


class _Notes:
    """Ids and hashes in a file that SQLite makes for itself and that goes with it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE note(id TEXT PRIMARY KEY, hash TEXT) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def add(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Note what the index has; gives how many documents that are."""
        self._db.executemany("INSERT OR REPLACE INTO note VALUES(?,?)", pairs)
        count: int = self._db.execute("SELECT count(*) FROM note").fetchone()[0]
        return count

    def strike(self, id: str, hash: str) -> None:
        """The directory has this: strike it where the index has the same, else note the id."""
        cursor = self._db.execute("DELETE FROM note WHERE id=? AND hash=?", (id, hash))
        if not cursor.rowcount:
            self._db.execute("INSERT OR IGNORE INTO note VALUES(?,?)", (id, hash))

    def take(self, limit: int) -> list[str]:
        """Take some of the ids that are left, until there are none."""
        ids = [id for (id,) in self._db.execute("SELECT id FROM note LIMIT ?", (limit,))]
        self._db.executemany("DELETE FROM note WHERE id=?", [(id,) for id in ids])
        return ids

    def close(self) -> None:
        """Forget everything."""
        self._db.close()


def verify(database: Database, engine: SearchEngine, timezone: str) -> Verified:
    """Compare every document with the index, and keep all differences: for small directories."""
    comparison = Comparison(database, engine, timezone)
    differences = tuple(comparison)
    return Verified(comparison.expected, comparison.indexed, differences)


def repair(
    database: Database, engine: SearchEngine, timezone: str, differences: Iterable[Difference]
) -> int:
    """Mend differences as they come; gives how many. Documents the engine refuses are not told."""
    count, waiting = 0, iter(differences)
    while batch := [one.id for one in islice(waiting, BATCH)]:
        update_units(database, engine, timezone, batch)
        count += len(batch)
    return count
