"""Where an import is put together before anything is written: a private temporary database.

SQLite makes and removes the file itself, so that nothing is left behind even by a kill -9, and
keeps only a bounded part of it in memory.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from core.errors import Unavailable

BATCH = 1000
ACCEPTED, REFUSED = 0, 1
CACHE_KIB = 16_384

SCHEMA = """
CREATE TABLE record (
    tbl TEXT, id TEXT, file TEXT, row INTEGER, state INTEGER, depth INTEGER DEFAULT 0, data TEXT,
    PRIMARY KEY (tbl, id)
) WITHOUT ROWID;
CREATE TABLE link (
    tbl TEXT, id TEXT, parents TEXT, file TEXT, row INTEGER, listed INTEGER,
    PRIMARY KEY (tbl, id, parents)
) WITHOUT ROWID;
CREATE TABLE fact (kind TEXT, id TEXT, value TEXT, PRIMARY KEY (kind, id, value)) WITHOUT ROWID;
CREATE TABLE uid (tbl TEXT, uid TEXT, state INTEGER, PRIMARY KEY (tbl, uid)) WITHOUT ROWID;
CREATE TABLE touched (entity TEXT, id TEXT, PRIMARY KEY (entity, id)) WITHOUT ROWID;
"""


@dataclass(slots=True)
class Record:
    """One row of one HSDS table: the source's own `id`, and its references by the source's ids.

    `data` holds every column the source says, None where it says nothing; columns it does not
    have are absent. `depth` puts a table's parents before its children.
    """

    table: str
    id: str
    data: dict[str, Any]
    file: str = ""
    row: int = 0
    depth: int = 0
    state: int = field(default=ACCEPTED)


@dataclass(frozen=True, slots=True)
class Link:
    """A row belongs to these parents (reference column → id); `listed` on the parent's side."""

    table: str
    id: str
    parents: dict[str, str]
    file: str
    row: int
    listed: bool = False


class Staging:
    """Records by table and id, links, and facts: (kind, id, value) triples to look up later."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.executescript(SCHEMA)
        self.db.execute("BEGIN")

    def close(self) -> None:
        self.db.close()

    # records

    def get(self, table: str, record_id: str) -> Record | None:
        """The record, accepted or refused."""
        found = self.db.execute(
            "SELECT id, data, file, row, depth, state FROM record WHERE tbl = ? AND id = ?",
            (table, record_id),
        ).fetchone()
        return _record(table, found) if found else None

    def has(self, table: str, record_id: str) -> bool:
        """Whether there is an accepted record."""
        query = "SELECT 1 FROM record WHERE tbl = ? AND id = ? AND state = ?"
        return self.db.execute(query, (table, record_id, ACCEPTED)).fetchone() is not None

    def put(self, record: Record) -> None:
        """Store it in place of any other with its table and id."""
        self.db.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                record.table,
                record.id,
                record.file,
                record.row,
                record.state,
                record.depth,
                json.dumps(record.data, ensure_ascii=False, separators=(",", ":")),
            ),
        )

    def refuse(self, table: str, record_id: str) -> None:
        """It was there, but is not imported; what was imported of it earlier stays."""
        self.db.execute(
            "INSERT INTO record VALUES (?, ?, '', 0, ?, 0, '{}')"
            " ON CONFLICT DO UPDATE SET state = excluded.state",
            (table, record_id, REFUSED),
        )

    def forget(self, table: str, record_id: str) -> None:
        """Take it out as if it had not been there."""
        self.db.execute("DELETE FROM record WHERE tbl = ? AND id = ?", (table, record_id))

    def records(
        self, table: str, *, state: int = ACCEPTED, depth: int | None = None
    ) -> Iterator[Record]:
        """Records of a table by id; the one just handed out may be put, refused or forgotten."""
        after = ""
        while True:
            batch = self.db.execute(
                "SELECT id, data, file, row, depth, state FROM record WHERE tbl = ? AND id > ?"
                " AND state = ? AND depth = coalesce(?, depth) ORDER BY id LIMIT ?",
                (table, after, state, depth, BATCH),
            ).fetchall()
            if not batch:
                return
            yield from (_record(table, found) for found in batch)
            after = batch[-1][0]

    def in_depth_order(self, table: str) -> Iterator[Record]:
        """Accepted records, parents of the same table first."""
        levels = self.db.execute(
            "SELECT DISTINCT depth FROM record WHERE tbl = ? AND state = ? ORDER BY depth",
            (table, ACCEPTED),
        ).fetchall()
        for (depth,) in levels:
            yield from self.records(table, depth=depth)

    def count(self, table: str, state: int = ACCEPTED) -> int:
        query = "SELECT count(*) FROM record WHERE tbl = ? AND state = ?"
        return int(self.db.execute(query, (table, state)).fetchone()[0])

    # links

    def link(self, link: Link) -> bool:
        """Remember the link; False when it was known."""
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?)",
            (link.table, link.id, _key(link.parents), link.file, link.row, link.listed),
        )
        return cursor.rowcount == 1

    def links(self, table: str, record_id: str) -> list[Link]:
        """All links of a record; those on its own rows first."""
        found = self.db.execute(
            "SELECT parents, file, row, listed FROM link WHERE tbl = ? AND id = ?"
            " ORDER BY listed, parents",
            (table, record_id),
        )
        return [
            Link(table, record_id, json.loads(parents), file, row, bool(listed))
            for parents, file, row, listed in found
        ]

    def links_without_record(self, table: str) -> Iterator[Link]:
        """Links to records that no row of their own says anything about; those may be put now."""
        after = ("", "")
        while True:
            batch = self.db.execute(
                "SELECT id, parents, file, row, listed FROM link WHERE tbl = ?"
                " AND (id, parents) > (?, ?) AND NOT EXISTS (SELECT 1 FROM record"
                " WHERE record.tbl = link.tbl AND record.id = link.id)"
                " ORDER BY id, parents LIMIT ?",
                (table, *after, BATCH),
            ).fetchall()
            if not batch:
                return
            for record_id, parents, file, row, listed in batch:
                yield Link(table, record_id, json.loads(parents), file, row, bool(listed))
            after = batch[-1][:2]

    # facts

    def note(self, kind: str, record_id: str, value: str) -> None:
        self.db.execute("INSERT OR IGNORE INTO fact VALUES (?, ?, ?)", (kind, record_id, value))

    def facts(self, kind: str, record_id: str) -> list[str]:
        """Values noted under that kind and id, sorted."""
        query = "SELECT value FROM fact WHERE kind = ? AND id = ? ORDER BY value"
        return [value for (value,) in self.db.execute(query, (kind, record_id))]

    def is_fact(self, kind: str, record_id: str, value: str) -> bool:
        query = "SELECT 1 FROM fact WHERE kind = ? AND id = ? AND value = ?"
        return self.db.execute(query, (kind, record_id, value)).fetchone() is not None

    def is_kind(self, kind: str) -> bool:
        """Whether any fact of that kind was noted."""
        query = "SELECT 1 FROM fact WHERE kind = ? LIMIT 1"
        return self.db.execute(query, (kind,)).fetchone() is not None

    # ids in our database

    def note_uids(self, table: str, rows: Iterable[tuple[str, int]]) -> None:
        """Our ids of the source's rows, with their state."""
        values = ((table, uid, state) for uid, state in rows)
        self.db.executemany("INSERT OR REPLACE INTO uid VALUES (?, ?, ?)", values)

    def uid_state(self, table: str, uid: str) -> int | None:
        query = "SELECT state FROM uid WHERE tbl = ? AND uid = ?"
        found = self.db.execute(query, (table, uid)).fetchone()
        return found[0] if found else None

    # what to tell the index

    def touch(self, entities: Iterable[tuple[str, str]]) -> None:
        self.db.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?)", entities)

    def touched(self) -> Iterator[tuple[str, str]]:
        yield from self.db.execute("SELECT entity, id FROM touched ORDER BY entity, id")


@contextmanager
def staging() -> Iterator[Staging]:
    """A staging database for the block; a full disk is said in so many words."""
    opened = Staging()
    try:
        yield opened
    except sqlite3.OperationalError as error:
        raise Unavailable(f"The temporary folder cannot hold the import: {error}.") from error
    finally:
        opened.close()


def _record(table: str, found: tuple[Any, ...]) -> Record:
    record_id, data, file, row, depth, state = found
    return Record(table, record_id, json.loads(data), file, row, depth, state)


def _key(parents: dict[str, str]) -> str:
    return json.dumps(parents, sort_keys=True, separators=(",", ":"))
