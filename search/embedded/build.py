"""Building a whole index file at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyroaring import BitMap

from search.admit import Admitted, admit
from search.embedded.columns import UNKNOWN, Columns
from search.embedded.files import remove
from search.embedded.fold import write_all
from search.embedded.keys import Key, keys_of
from search.embedded.store import Head, Store
from search.engine import Refused

BATCH = 5_000


def build(path: Path, documents: Iterable[Mapping[str, Any]]) -> list[Refused]:
    """Write a new index file. Returns the documents refused; a later one of the same id wins.

    If it fails, nothing of the file is left.
    """
    store = Store(path, create=True)
    try:
        refused = _Builder(store).run(documents)
        store.finish_bulk()
    except BaseException:
        store.close()
        remove(path)
        raise
    store.close()
    return refused


class _Builder:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._head = Head()
        self._postings: defaultdict[Key, BitMap] = defaultdict(BitMap)
        self._patterns: dict[str, int] = {}
        self._columns = Columns()
        self._waiting: list[tuple[int, Admitted]] = []

    def run(self, documents: Iterable[Mapping[str, Any]]) -> list[Refused]:
        refused = []
        with self._store.bulk():
            for document in documents:
                outcome = admit(document)
                if isinstance(outcome, Refused):
                    refused.append(outcome)
                else:
                    self._add(outcome)
            self._write_batch()
            self._store.insert_patterns(self._patterns)
            self._head.folded_row = self._head.next_row
            self._store.save(self._head)
            alive = BitMap(self._store.rows())
            write_all(self._store, self._postings, self._columns, alive)
        return refused

    def _add(self, admitted: Admitted) -> None:
        row, document = self._head.next_row, admitted.document
        self._head.next_row += 1
        pattern = UNKNOWN
        if document["hours"] is not None:
            pattern = self._patterns.setdefault(document["hours"], len(self._patterns))
        self._columns.set(row, document, pattern)
        for key in keys_of(document):
            self._postings[key].add(row)
        self._waiting.append((row, admitted))
        if len(self._waiting) == BATCH:
            self._write_batch()

    def _write_batch(self) -> None:
        self._store.insert_documents(
            (row, one.id, one.document["hash"], one.text) for row, one in self._waiting
        )
        self._waiting.clear()
