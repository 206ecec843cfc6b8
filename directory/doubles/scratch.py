"""A database of its own, thrown away afterwards, that finds which records are worth comparing.

It stands on disk: however large the directory, memory holds a few thousand records.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from types import TracebackType
from typing import Self

from directory.doubles.alike import Alike, Known, compared, keys

BLOCK_MAX = 40
"""Records that share one thing, above which that thing tells nothing (a county's one hotline): of
such a crowd only those with a name that begins alike are compared."""
PAGES_KB = 64_000
TABLES = """
CREATE TABLE known (n INTEGER PRIMARY KEY, said TEXT);
CREATE TABLE block (key INTEGER, name TEXT, n INTEGER);
CREATE TABLE pair (first INTEGER, second INTEGER, PRIMARY KEY (first, second)) WITHOUT ROWID;
"""
# A crowd is looked at a second time, by name; what is still a crowd then is left out.
PAIRS = f"""
CREATE INDEX block_key ON block (key, name, n);
CREATE TABLE size AS SELECT key, COUNT(*) AS records FROM block GROUP BY key HAVING records > 1;
INSERT OR IGNORE INTO pair
SELECT one.n, other.n FROM size JOIN block one ON one.key = size.key
JOIN block other ON other.key = one.key AND other.n > one.n WHERE records <= {BLOCK_MAX};
CREATE TABLE crowd AS SELECT block.key, name, COUNT(*) AS records FROM size
JOIN block ON block.key = size.key WHERE size.records > {BLOCK_MAX}
GROUP BY block.key, name HAVING COUNT(*) BETWEEN 2 AND {BLOCK_MAX};
INSERT OR IGNORE INTO pair
SELECT one.n, other.n FROM crowd JOIN block one ON one.key = crowd.key AND one.name = crowd.name
JOIN block other ON other.key = one.key AND other.name = one.name AND other.n > one.n;
"""
COMPARE = """
SELECT first, one.said, other.said FROM pair
JOIN known one ON one.n = first JOIN known other ON other.n = second ORDER BY first, second
"""


class Scratch:
    """Takes records, finds the pairs that share something, and compares those."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # a file without a name
        self._db.executescript(
            f"PRAGMA cache_size = -{PAGES_KB}; PRAGMA synchronous = OFF; {TABLES}"
        )
        self._records = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._db.close()

    def add(self, records: Iterable[Known]) -> None:
        """Keep these records."""
        known, blocks = [], []
        for one in records:
            self._records += 1
            known.append((self._records, _written(one)))
            name = one.plain_name[:4]
            blocks += [(hash(key), name, self._records) for key in set(keys(one))]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO known VALUES (?, ?)", known)
        self._db.executemany("INSERT INTO block VALUES (?, ?, ?)", blocks)
        self._db.execute("COMMIT")

    def pair(self) -> int:
        """Find the pairs worth comparing, once all records are there; how many."""
        self._db.executescript(PAIRS)
        found: int = self._db.execute("SELECT COUNT(*) FROM pair").fetchone()[0]
        return found

    def compared(self) -> Iterator[Alike | None]:
        """Each of them with what came of comparing, None where they are not alike."""
        for _, rows in groupby(self._db.execute(COMPARE), key=itemgetter(0)):
            first: Known | None = None
            for _, one, other in rows:
                first = first or _read(one)
                yield _ordered(compared(first, _read(other)))


def alike(records: Iterable[Known]) -> Iterator[Alike]:
    """Pairs that are alike enough, each once."""
    with Scratch() as scratch:
        scratch.add(records)
        scratch.pair()
        yield from (one for one in scratch.compared() if one)


def _ordered(found: Alike | None) -> Alike | None:
    """The same with the smaller id first."""
    if found is None or found.first_id < found.second_id:
        return found
    return Alike(found.second_id, found.first_id, found.score, found.reasons)


def _written(one: Known) -> str:
    said = (
        one.id, one.name, one.organization_id, one.website,
        [*one.phones], [*one.addresses], [*one.points], one.plain_name,
    )  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> Known:
    key, name, owner, website, phones, addresses, points, plain_name = json.loads(text)
    spots = {(lat, lng) for lat, lng in points}
    return Known(key, name, owner, website, set(phones), set(addresses), spots, plain_name)
