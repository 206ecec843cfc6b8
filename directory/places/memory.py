"""What an online geocoder already answered, and when it may be asked again.

One small SQLite file shared by every process, so that the whole application keeps to the service's
rate. Answers are kept under a hash of the question: no address can be read out of the file.
"""

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answer (
    question TEXT PRIMARY KEY, answer TEXT NOT NULL, until REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answer_until ON answer (until);
CREATE TABLE IF NOT EXISTS turn (
    service TEXT PRIMARY KEY, next_at REAL NOT NULL
) WITHOUT ROWID;
"""

_TAKE_TURN = """
INSERT INTO turn VALUES (:service, :now + :spacing)
ON CONFLICT (service) DO UPDATE SET next_at = max(next_at, :now) + :spacing
WHERE next_at <= :now + :patience
RETURNING next_at - :spacing - :now
"""

KEEP_S = 90 * 86_400
"""Answers are asked again after three months; streets do get renamed."""


class GeocoderMemory:
    """Bounded cache and turn-taking. `path` None keeps both in this process only."""

    def __init__(self, path: Path | None, *, limit: int = 20_000) -> None:
        self._path = path
        self._limit = limit
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def recall(self, service: str, question: str, now: float) -> Any | None:
        """The answer kept for this question, or None; an answer of "nothing" is an empty list."""
        sql = "SELECT answer FROM answer WHERE question = ? AND until > ?"
        rows = self._run(sql, (_key(service, question), now))
        return json.loads(rows[0][0]) if rows else None

    def keep(self, service: str, question: str, answer: Any, now: float) -> None:
        """Remember an answer; the oldest ones go when there are too many."""
        self._run(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?)",
            (_key(service, question), json.dumps(answer), now + KEEP_S),
        )
        self._run(
            "DELETE FROM answer WHERE question IN (SELECT question FROM answer"
            " ORDER BY until DESC LIMIT -1 OFFSET ?)",
            (self._limit,),
        )

    def turn(self, service: str, spacing: float, patience: float, now: float) -> float | None:
        """Seconds to wait for our turn (0 or more), or None when that is beyond `patience`."""
        values = {"service": service, "now": now, "spacing": spacing, "patience": patience}
        rows = self._run(_TAKE_TURN, values)
        return max(0.0, rows[0][0]) if rows else None

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            if self._connection is None:
                self._connection = self._open()
            with closing(self._connection.execute(sql, values)) as cursor:
                return cursor.fetchall()

    def _open(self) -> sqlite3.Connection:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        return connection


def _key(service: str, question: str) -> str:
    return sha256(f"{service}\n{question}".encode()).hexdigest()
