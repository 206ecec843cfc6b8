"""A search server with an engine of this machine behind it, which answers while the server is away.

Both are written to. What only the server missed is not lost: its put fails, and the worker tries again.
"""

import logging
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from core.errors import Unavailable
from search.engine import Health, Rebuilt, Refused, SearchEngine
from search.query import SearchQuery, SearchResult

_log = logging.getLogger(__name__)
_AHEAD = 1_000
"""Documents that one engine's rebuild may be ahead of the other's."""
_LOOK_EVERY_S = 0.1
_END = object()


class FallbackEngine:
    """Asks `server`, and `spare` when that does not answer. What is compared and counted is the server's."""

    def __init__(self, server: SearchEngine, spare: SearchEngine) -> None:
        self._server = server
        self._spare = spare

    def search(self, query: SearchQuery) -> SearchResult:
        """See SearchEngine."""
        try:
            return self._server.search(query)
        except Unavailable:
            return self._spare.search(query)

    def totals(self, queries: Sequence[SearchQuery]) -> list[int]:
        """See SearchEngine."""
        try:
            return self._server.totals(queries)
        except Unavailable:
            return self._spare.totals(queries)

    def get(self, id: str) -> Mapping[str, Any] | None:
        """See SearchEngine."""
        return self._server.get(id)

    def count(self) -> int:
        """See SearchEngine."""
        return self._server.count()

    def ids_and_hashes(self) -> Iterator[tuple[str, str]]:
        """See SearchEngine."""
        return self._server.ids_and_hashes()

    def health(self) -> Health:
        """Well as long as one of the two is; says so when it is not the server."""
        server = self._server.health()
        if server.ok:
            return server
        spare = self._spare.health()
        detail = f"{server.detail} Searches are answered by the {spare.engine} engine meanwhile."
        return Health(spare.ok, server.engine, spare.documents, detail)

    def put(self, documents: Sequence[Mapping[str, Any]], wait: bool = True) -> list[Refused]:
        """See SearchEngine. Raises Unavailable when the server is away, after the spare has them."""
        refused = {one.id: one for one in self._spare.put(documents, wait)}
        refused |= {one.id: one for one in self._server.put(documents, wait)}
        return list(refused.values())

    def delete(self, ids: Sequence[str], wait: bool = True) -> None:
        """See SearchEngine. Raises Unavailable when the server is away, after the spare let them go."""
        self._spare.delete(ids, wait)
        self._server.delete(ids, wait)

    def rebuild(self, documents: Iterable[Mapping[str, Any]]) -> Rebuilt:
        """See SearchEngine. Both are built from one reading."""
        with _mirror(documents, self._spare) as mirrored:
            return self._server.rebuild(mirrored)

    def tend(self) -> None:
        """See SearchEngine."""
        self._spare.tend()
        self._server.tend()

    def close(self) -> None:
        """See SearchEngine."""
        self._server.close()
        self._spare.close()


@contextmanager
def _mirror(
    documents: Iterable[Mapping[str, Any]], spare: SearchEngine
) -> Iterator[Iterator[Mapping[str, Any]]]:
    """The documents, each of which goes into a rebuild of `spare` as well, in a thread beside.

    They are first read when both rebuilds have begun. The spare keeps its old index unless the block ends
    well; should its own rebuild fail, that is logged and the block goes on.
    """
    passing = _Passing()

    def load() -> None:
        try:
            spare.rebuild(passing.documents())
        except Exception:  # noqa: BLE001 - the server is built all the same
            _log.exception("The spare search index was not rebuilt; it keeps what it had")
        finally:
            passing.end()

    def mirrored() -> Iterator[Mapping[str, Any]]:
        passing.begun.wait()
        for document in documents:
            passing.on(document)
            yield document

    thread = threading.Thread(target=load, name="spare-rebuild")
    thread.start()
    try:
        yield mirrored()
        passing.on(_END)
    except BaseException as error:
        passing.on(error)
        raise
    finally:
        thread.join()


class _Passing:
    """Documents on their way from one thread to another."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self._ended = threading.Event()
        self._items: queue.Queue[Any] = queue.Queue(_AHEAD)

    def on(self, item: Any) -> None:
        """Pass on a document, the end, or an error; returns at once when nobody reads any more."""
        while not self._ended.is_set():
            try:
                return self._items.put(item, timeout=_LOOK_EVERY_S)
            except queue.Full:
                pass

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """What was passed on."""
        self.begun.set()
        while (item := self._items.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            yield item

    def end(self) -> None:
        """Nothing is read any more."""
        self._ended.set()
        self.begun.set()
