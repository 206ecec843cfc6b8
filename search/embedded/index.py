"""An index file opened for searching: what is in memory, and keeping it up to date with the file."""

from collections.abc import Mapping
from typing import Any

from pyroaring import BitMap

from search.embedded.columns import UNKNOWN, Columns
from search.embedded.hours import Patterns
from search.embedded.keys import keys_of
from search.embedded.postings import Postings
from search.embedded.store import Store
from search.embedded.vocabulary import Vocabulary


class Index:
    """State of the file as of change `seq`. Make, use and catch up inside `store.reading()`."""

    def __init__(self, store: Store) -> None:
        head = store.head()
        self._store = store
        self.seq = self.folded = head.folded
        self.columns = Columns.load(store, head.folded_row)
        self.postings = Postings(store)
        self.patterns = Patterns(store)
        living = store.blob("meta", "alive")
        self.alive = BitMap.deserialize(living) if living else BitMap()
        self._vocabulary: Vocabulary | None = None
        self.catch_up()

    @property
    def vocabulary(self) -> Vocabulary:
        """The words, read when a text is first searched for."""
        if self._vocabulary is None:
            stored = self._store.blob("meta", "words") or b""
            newer = [key for kind, key in self.postings.newer() if kind == "word"]
            self._vocabulary = Vocabulary(stored.decode().split() + newer)
        return self._vocabulary

    def catch_up(self) -> bool:
        """Take in what changed since. False when the file has forgotten that: open it anew."""
        head = self._store.head()
        if head.seq == self.seq and head.folded == self.folded:
            return True
        if self.seq < head.purged:
            return False
        for row in self._store.gone_since(self.seq):
            self.alive.discard(row)
        for row, document in self._store.added_since(self.seq):
            self._add(row, document)
        if head.folded != self.folded:
            self.postings.folded(head.folded_row)
        self.seq, self.folded = head.seq, head.folded
        return True

    def _add(self, row: int, document: Mapping[str, Any]) -> None:
        pattern = UNKNOWN
        if document["hours"] is not None:
            pattern = self.patterns.number(document["hours"])
        self.columns.set(row, document, pattern)
        self.patterns.row_added(row, pattern)
        for kind, key in self.postings.add(row, keys_of(document)):
            if kind == "word" and self._vocabulary is not None:
                self._vocabulary.add(key)
        self.alive.add(row)
