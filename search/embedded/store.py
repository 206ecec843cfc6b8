"""One index file: documents, their changes, and the bitmaps and columns folded from them.

Row numbers only ever grow: an update is a new row and a gone one, and no number is used again. So a stored
bitmap may be joined with newer rows and masked by the living ones, whenever each was read.

    head     seq      number of the last change
             folded   changes up to this one are in the bitmaps and columns
             purged   `gone` still lists every row that went after this change
             pending  rows that came or went since the last fold
             next_row the next row number
             folded_row  rows below it are in the columns and bitmaps
    doc      the living documents; seq is the change that brought the row
    gone     rows that died since `purged`, and whose they were; without a row, an id that was not there
             when it was deleted (a rebuild that is under way may have it)
    pattern  each distinct hours value, numbered from 0 in the order they came
    idx      (kind, key) → bitmap; ("column", "lat/3") → chunk 3 of a column; ("meta", …)
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from core.errors import Unavailable
from search.admission import Document
from search.embedded.keys import Key

SCHEMA = """
CREATE TABLE head(seq INT, folded INT, purged INT, pending INT, next_row INT, folded_row INT);
CREATE TABLE doc(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INT NOT NULL,
                 hash TEXT NOT NULL, json TEXT NOT NULL);
CREATE INDEX doc_seq ON doc(seq);
CREATE TABLE gone(row INT, id TEXT NOT NULL, seq INT NOT NULL);
CREATE INDEX gone_seq ON gone(seq);
CREATE TABLE pattern(number INTEGER PRIMARY KEY, hours TEXT NOT NULL UNIQUE);
CREATE TABLE idx(kind TEXT NOT NULL, key TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(kind, key));
"""
LAYOUT = 1
VERSION = crc32(f"{LAYOUT} {sorted(Document.__annotations__)}".encode()) >> 1
"""Layout of the file and fields of its documents, kept in SQLite's user_version (31 bits): an index
of documents without a field that is asked for now must be built anew, not searched."""

BUSY_MS = 10_000
CACHE_KIB = 4_096
MAP_BYTES = 1 << 31
_IDS_PER_BATCH = 5_000


@dataclass(slots=True)
class Head:
    """The single row of `head`."""

    seq: int = 0
    folded: int = 0
    purged: int = 0
    pending: int = 0
    next_row: int = 1
    folded_row: int = 1


class Store:
    """A connection to one index file. Not safe between threads; the engine holds the lock."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        mode = "rwc" if create else "rw"
        self.path = path
        self.db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_MS}",
            f"mmap_size={MAP_BYTES}",
            f"cache_size=-{CACHE_KIB}",
        ):
            self.db.execute(f"PRAGMA {pragma}")
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if create:
            self.db.executescript(SCHEMA)
            self.db.execute(f"PRAGMA user_version={VERSION}")
            self.db.execute("INSERT INTO head VALUES(?,?,?,?,?,?)", astuple(Head()))
        elif version != VERSION:
            self.close()
            raise Unavailable("The search index is of another version; run: handrail reindex")

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging picture of the file."""
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            self.db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The only writer among all processes; all of it or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    # ---- reading

    def head(self) -> Head:
        """Where the file stands."""
        return Head(*self.db.execute("SELECT * FROM head").fetchone())

    def blob(self, kind: str, key: str) -> bytes | None:
        """A stored bitmap or chunk."""
        found = self.db.execute("SELECT data FROM idx WHERE kind=? AND key=?", (kind, key))
        row = found.fetchone()
        return row[0] if row else None

    def blobs(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """(key, data) of a kind."""
        return self.db.execute("SELECT key, data FROM idx WHERE kind=?", (kind,))

    def keys(self, kind: str) -> list[str]:
        """The keys of a kind."""
        found = self.db.execute("SELECT key FROM idx WHERE kind=?", (kind,))
        return [key for (key,) in found]

    def added_since(self, seq: int) -> list[tuple[int, dict[str, Any]]]:
        """(row, document) of living rows that came after that change."""
        # Said outright, or SQLite may read every document there is instead.
        sql = "SELECT row, json FROM doc INDEXED BY doc_seq WHERE seq>?"
        found = self.db.execute(sql, (seq,))
        return [(row, msgspec.json.decode(text)) for row, text in found]

    def gone_since(self, seq: int) -> list[int]:
        """Rows that died after that change."""
        sql = "SELECT row FROM gone WHERE seq>? AND row IS NOT NULL"
        return [row for (row,) in self.db.execute(sql, (seq,))]

    def changed_since(self, seq: int) -> tuple[list[str], list[str]]:
        """What a file that was the same at that change lacks: (JSON of documents, ids now gone)."""
        added = "SELECT json FROM doc INDEXED BY doc_seq WHERE seq>?"
        texts = [text for (text,) in self.db.execute(added, (seq,))]
        gone = (
            "SELECT DISTINCT id FROM gone WHERE seq>?"
            " AND NOT EXISTS (SELECT 1 FROM doc WHERE doc.id=gone.id)"
        )
        return texts, [id for (id,) in self.db.execute(gone, (seq,))]

    def patterns_from(self, number: int) -> list[tuple[int, str]]:
        """(number, hours) of patterns from that number on."""
        sql = "SELECT number, hours FROM pattern WHERE number>=? ORDER BY number"
        return self.db.execute(sql, (number,)).fetchall()

    def documents(self, rows: list[int]) -> dict[int, tuple[str, str]]:
        """row → (id, JSON)."""
        marks = ",".join(map(str, rows))
        found = self.db.execute(f"SELECT row, id, json FROM doc WHERE row IN ({marks})")
        return {row: (id, text) for row, id, text in found}

    def document(self, id: str) -> str | None:
        """JSON of one document."""
        row = self.db.execute("SELECT json FROM doc WHERE id=?", (id,)).fetchone()
        return row[0] if row else None

    def count(self) -> int:
        """Living documents."""
        count: int = self.db.execute("SELECT count(*) FROM doc").fetchone()[0]
        return count

    def ids_and_hashes(self, after: str) -> list[tuple[str, str]]:
        """The next batch of (id, hash) in order of id."""
        sql = "SELECT id, hash FROM doc WHERE id>? ORDER BY id LIMIT ?"
        return self.db.execute(sql, (after, _IDS_PER_BATCH)).fetchall()

    # ---- writing, inside `writing`

    def put(self, head: Head, texts: Iterable[tuple[str, str, str, str | None]]) -> int:
        """Insert or replace (id, hash, JSON, hours); what is stored already is left alone.

        All get the change number `head.seq + 1`. Returns how many rows are new; updates `head`.
        """
        seq, first = head.seq + 1, head.next_row
        for id, hash, text, hours in texts:
            stored = self.db.execute("SELECT row, json FROM doc WHERE id=?", (id,)).fetchone()
            if stored:
                if stored[1] == text:
                    continue
                self._bury(stored[0], id, seq)
            if hours is not None:
                self.add_pattern(hours)
            self.db.execute(
                "INSERT INTO doc VALUES(?,?,?,?,?)", (head.next_row, id, seq, hash, text)
            )
            head.next_row += 1
        added = head.next_row - first
        if added:
            head.seq, head.pending = seq, head.pending + added
            self.save(head)
        return added

    def delete(self, head: Head, ids: Iterable[str]) -> None:
        """Remove those that are there, and note that the others are not wanted. Updates `head`."""
        ids = list(ids)
        if not ids:
            return
        head.seq += 1
        for id in ids:
            found = self.db.execute("SELECT row FROM doc WHERE id=?", (id,)).fetchone()
            self._bury(found[0] if found else None, id, head.seq)
            head.pending += 1
        self.save(head)

    def _bury(self, row: int | None, id: str, seq: int) -> None:
        self.db.execute("DELETE FROM doc WHERE row=?", (row,))
        self.db.execute("INSERT INTO gone VALUES(?,?,?)", (row, id, seq))

    def add_pattern(self, hours: str) -> None:
        """Number an hours value that has none yet."""
        self.db.execute(
            "INSERT OR IGNORE INTO pattern VALUES((SELECT coalesce(max(number)+1,0) FROM pattern),?)",
            (hours,),
        )

    def save(self, head: Head) -> None:
        """Write `head`."""
        self.db.execute(
            "UPDATE head SET seq=?, folded=?, purged=?, pending=?, next_row=?, folded_row=?",
            astuple(head),
        )

    def purge(self, up_to: int) -> None:
        """Forget rows that died up to that change."""
        self.db.execute("DELETE FROM gone WHERE seq<=?", (up_to,))

    def write_blobs(self, blobs: Iterable[tuple[Key, bytes]]) -> None:
        """Store or replace bitmaps and chunks."""
        self.db.executemany(
            "INSERT OR REPLACE INTO idx VALUES(?,?,?)",
            ((kind, key, data) for (kind, key), data in blobs),
        )

    # ---- writing a new file, which nobody else has open

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """One transaction without a journal: after a failure the file is worthless."""
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.execute("BEGIN IMMEDIATE")
        yield
        self.db.execute("COMMIT")

    def finish_bulk(self) -> None:
        """Make the file one that readers and a writer can share."""
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")

    def insert_documents(self, rows: Iterable[tuple[int, str, str, str]]) -> None:
        """Insert (row, id, hash, JSON); a later row of the same id takes the place of the earlier."""
        self.db.executemany("INSERT OR REPLACE INTO doc VALUES(?,?,0,?,?)", rows)

    def insert_patterns(self, numbers: Mapping[str, int]) -> None:
        """Insert hours values with their numbers."""
        self.db.executemany("INSERT INTO pattern VALUES(?,?)", ((n, h) for h, n in numbers.items()))

    def rows(self) -> Iterator[int]:
        """Every living row."""
        return (row for (row,) in self.db.execute("SELECT row FROM doc"))
