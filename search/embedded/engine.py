"""The embedded engine: the protocol of search/engine.py over one index file in a folder."""

import logging
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

import msgspec

from core.errors import Unavailable
from search.admit import Admitted, admit_all
from search.embedded.bitmaps import Rows
from search.embedded.build import build
from search.embedded.facets import count_facets
from search.embedded.files import Files, Stamp, remove
from search.embedded.fold import FOLD_AFTER, fold
from search.embedded.geo import distances_m
from search.embedded.index import Index
from search.embedded.ranking import page_rows
from search.embedded.select import select
from search.embedded.store import Store
from search.embedded.text import matches
from search.engine import Health, Rebuilt, Refused
from search.query import Hit, Point, SearchQuery, SearchResult
from search.words import read

_log = logging.getLogger("handrail.search")
_OPEN_ATTEMPTS = 10
_CREATION_S = 60.0
"""How long to wait for another process that makes the first, empty index."""


@dataclass(slots=True)
class _Opened:
    """An index file held open by one process."""

    stamp: Stamp | None
    store: Store
    index: Index
    pid: int

    @classmethod
    def open(cls, files: Files) -> "_Opened":
        stamp = files.stamp()
        store = Store(files.current())
        try:
            with store.reading():
                return cls(stamp, store, Index(store), os.getpid())
        except BaseException:
            store.close()
            raise


_INHERITED: list[_Opened] = []
"""Opened before a fork: SQLite forbids a child to use or even close them, so they are kept."""


class EmbeddedEngine:
    """One per process; its threads take turns. Opens at first use, and again after a fork.

    Processes share the folder: any may write, one at a time, and the others see it at their next search.
    """

    def __init__(self, folder: Path, *, fold_after: int = FOLD_AFTER) -> None:
        self._files = Files(folder)
        self._fold_after = fold_after
        self._lock = threading.RLock()
        self._opened: _Opened | None = None

    # ---- searching

    def search(self, query: SearchQuery) -> SearchResult:
        """See SearchEngine."""
        wanted = read(query.text)
        with self._using() as (store, index):
            texts = matches(index, wanted)
            selection = select(index, query, texts)
            rows = page_rows(index, query, texts, selection)
            return SearchResult(
                total=len(selection.bitmap),
                hits=tuple(_hits(store, index, rows, query.origin)),
                page=query.page,
                per_page=query.per_page,
                facets=count_facets(index, query.facets, selection),
            )

    def totals(self, queries: Sequence[SearchQuery]) -> list[int]:
        """See SearchEngine."""
        with self._using() as (_, index):
            return [
                len(select(index, query, matches(index, read(query.text))).bitmap)
                for query in queries
            ]

    def get(self, id: str) -> Mapping[str, Any] | None:
        """See SearchEngine."""
        with self._using() as (store, _):
            text = store.document(id)
        return _decode(text) if text else None

    def count(self) -> int:
        """See SearchEngine."""
        with self._using() as (_, index):
            return len(index.alive)

    def ids_and_hashes(self) -> Iterator[tuple[str, str]]:
        """See SearchEngine."""
        after = ""
        while True:
            with self._using() as (store, _):
                batch = store.ids_and_hashes(after)
            if not batch:
                return
            yield from batch
            after = batch[-1][0]

    def health(self) -> Health:
        """See SearchEngine."""
        try:
            return Health(True, "embedded", self.count())
        except Unavailable as error:
            return Health(False, "embedded", 0, error.message)

    # ---- writing

    def put(self, documents: Sequence[Mapping[str, Any]], wait: bool = True) -> list[Refused]:
        """See SearchEngine; always waits."""
        admitted, refused = admit_all(documents)
        with self._writing() as (store, _):
            head = store.head()
            store.put(head, map(_stored, admitted))
        self._fold_when_due()
        return refused

    def delete(self, ids: Sequence[str], wait: bool = True) -> None:
        """See SearchEngine; always waits."""
        with self._writing() as (store, _):
            head = store.head()
            store.delete(head, ids)
        self._fold_when_due()

    def compact(self) -> None:
        """Fold all changes into the stored bitmaps now."""
        with self._writing() as (store, index):
            fold(store, index, keep_gone=self._files.is_building())

    def _fold_when_due(self) -> None:
        """The change is safe already: a fold that fails is tried again with the next one."""
        with self._lock:
            opened = self._opened
            if opened is None or opened.store.head().pending < self._fold_after:
                return
        try:
            self.compact()
        except Unavailable as error:
            _log.warning("search index not folded: %s", error.message)

    def rebuild(self, documents: Iterable[Mapping[str, Any]]) -> Rebuilt:
        """See SearchEngine."""
        self._position()  # where there is no index yet this makes one, for puts made meanwhile
        with _unavailable(), self._files.building():
            self._files.clean()
            since = self._position()
            path = self._files.fresh()
            refused = build(path, documents)
            try:
                count = self._switch(path, since)
            except BaseException:
                remove(path)
                raise
            self._files.clean()
            return Rebuilt(count, tuple(refused))

    def tend(self) -> None:
        """See SearchEngine. Nobody can change the settings, and the next rebuild cleans up."""

    def _position(self) -> int | None:
        """The last change in the index file in use; None when that file cannot be used."""
        try:
            with self._using() as (_, index):
                return index.seq
        except Unavailable:
            return None

    def _switch(self, path: Path, since: int | None) -> int:
        """Bring a new file up to date with the old one, and make it the one in use."""
        if since is None:
            return self._use(path, [], [])
        with self._writing() as (store, _):
            texts, gone = store.changed_since(since)
            return self._use(path, texts, gone)

    def _use(self, path: Path, texts: list[str], gone: list[str]) -> int:
        new = Store(path)
        try:
            with new.writing():
                head = new.head()
                new.delete(head, gone)
                new.put(head, (_stored(Admitted(_decode(text), text)) for text in texts))
            count = new.count()
        finally:
            new.close()
        self._files.switch(path)
        return count

    def close(self) -> None:
        """See SearchEngine."""
        with self._lock:
            if self._opened is not None and self._opened.pid == os.getpid():
                self._opened.store.close()
            elif self._opened is not None:
                _INHERITED.append(self._opened)
            self._opened = None

    # ---- opening

    @contextmanager
    def _using(self) -> Iterator[tuple[Store, Index]]:
        """The index, up to date, in one unchanging picture of its file."""
        with self._lock, _unavailable():
            while True:
                opened = self._open()
                with opened.store.reading():
                    if opened.index.catch_up():
                        yield opened.store, opened.index
                        return
                self.close()

    @contextmanager
    def _writing(self) -> Iterator[tuple[Store, Index]]:
        """The index file in use, locked against other writers."""
        with self._lock, _unavailable():
            while True:
                opened = self._open()
                with opened.store.writing():
                    if self._files.stamp() == opened.stamp and opened.index.catch_up():
                        yield opened.store, opened.index
                        return
                self.close()

    def _open(self) -> "_Opened":
        opened = self._opened
        if opened is not None:
            if opened.pid == os.getpid() and opened.stamp == self._files.stamp():
                return opened
            self.close()
        if self._files.stamp() is None:
            self._create()
        for _ in range(_OPEN_ATTEMPTS):
            try:
                opened = _Opened.open(self._files)
            except (FileNotFoundError, sqlite3.OperationalError) as error:
                failure: Exception = error  # perhaps switched between reading the name and opening
                continue
            if opened.stamp == self._files.stamp():
                self._opened = opened
                return opened
            opened.store.close()
            failure = Unavailable("The search index keeps changing.")
        raise failure

    def _create(self) -> None:
        """Start with an empty index, unless another process just did."""
        with self._files.building(_CREATION_S):
            if self._files.stamp() is None:
                path = self._files.fresh()
                build(path, ())
                self._files.switch(path)


@contextmanager
def _unavailable() -> Iterator[None]:
    """Say what files and SQLite have to say as one kind of error."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"The search index cannot be used: {error}") from error


def _stored(admitted: Admitted) -> tuple[str, str, str, str | None]:
    document = admitted.document
    return admitted.id, document["hash"], admitted.text, document["hours"]


def _decode(text: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = msgspec.json.decode(text)
    return document


def _hits(store: Store, index: Index, rows: Rows, origin: Point | None) -> Iterator[Hit]:
    stored = store.documents(rows.tolist())
    distances: list[float | None] = [None] * len(rows)
    if origin is not None:
        metres = distances_m(index.columns, rows, origin).tolist()
        distances = [None if isnan(distance) else distance for distance in metres]
    for row, distance in zip(rows.tolist(), distances, strict=True):
        id, text = stored[row]
        yield Hit(id, _decode(text), distance)
