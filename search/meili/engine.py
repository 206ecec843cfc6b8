"""The engine of a network: the protocol of search/engine.py over a Meilisearch server."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from core.errors import Unavailable
from search.admit import admit_all
from search.engine import Health, IndexMissing, Rebuilt, Refused
from search.meili import building
from search.meili.breaker import Breaker
from search.meili.client import Client, IndexDiffers, KeyRefused
from search.meili.patterns import Patterns
from search.meili.rebuild import rebuild, remove_dead
from search.meili.search import search, totals
from search.meili.settings import SUPPORTED, drift, is_supported
from search.meili.stored import plain
from search.meili.tokens import PUBLIC, public_client
from search.meili.writers import Writers
from search.query import SearchQuery, SearchResult

_READ = 1_000
_SETTINGS_TIMEOUT_S = 10.0


class MeilisearchEngine:
    """One per process, shared by its threads. Constructing it asks nothing of the server.

    The version and the index's settings are looked at before the first use, and again after the server said
    that something is amiss; settings that differ are put right. The index itself is only made by `rebuild`:
    an empty one in the place of one that was lost would be a wrong answer.
    """

    def __init__(self, url: str, key: str | None = None, *, index: str = "services") -> None:
        self._client = Client(url, key)
        self._index = index
        self._patterns = Patterns(self._client, index)
        self._writers = Writers(self._client, index)
        self._lock = threading.Lock()
        self._is_checked = False
        self._breaker = Breaker()
        self._public: Client | None = None

    # ---- searching

    def search(self, query: SearchQuery) -> SearchResult:
        """See SearchEngine. Fails at once for a while after the server did not answer."""
        with self._asking([query]) as client:
            return search(client.search, self._patterns, self._index, query)

    def totals(self, queries: Sequence[SearchQuery]) -> list[int]:
        """See SearchEngine."""
        with self._asking(queries) as client:
            return totals(client.search, self._patterns, self._index, queries)

    @contextmanager
    def _asking(self, queries: Sequence[SearchQuery]) -> Iterator[Client]:
        """The client to ask: one that can only find what is public, when nothing else is asked for."""
        with self._breaker.passing():
            self._check()
            is_public = all(query.visibility == PUBLIC for query in queries)
            try:
                yield self._public if is_public and self._public else self._client
            except (IndexMissing, IndexDiffers, KeyRefused):
                self._is_checked = False
                raise

    def get(self, id: str) -> Mapping[str, Any] | None:
        """See SearchEngine."""
        found = self._client.document(self._index, id)
        return plain(found) if found else None

    def count(self) -> int:
        """See SearchEngine. Raises IndexMissing, unless a rebuild is about to make the index."""
        try:
            return self._client.count(self._index)
        except IndexMissing:
            begun = building.current(self._client.indexes(), self._index)
            if begun and building.is_alive(self._client, begun):
                raise Unavailable("The search index is being built.", retry_after_s=30) from None
            raise

    def ids_and_hashes(self) -> Iterator[tuple[str, str]]:
        """See SearchEngine."""
        offset = 0
        while True:
            batch = self._client.documents(
                self._index, offset=offset, limit=_READ, fields=["id", "hash"]
            )
            yield from ((one["id"], one["hash"]) for one in batch)
            if len(batch) < _READ:
                return
            offset += len(batch)

    def health(self) -> Health:
        """See SearchEngine."""
        try:
            self._check(anew=True)
            return Health(True, "meilisearch", self.count())
        except Unavailable as error:
            return Health(False, "meilisearch", 0, f"{self._client.url}: {error.message}")

    # ---- writing

    def put(self, documents: Sequence[Mapping[str, Any]], wait: bool = True) -> list[Refused]:
        """See SearchEngine."""
        self._check()
        admitted, refused = admit_all(documents)
        return refused + (self._writers.put(admitted, wait) if admitted else [])

    def delete(self, ids: Sequence[str], wait: bool = True) -> None:
        """See SearchEngine."""
        self._check()
        self._writers.delete(ids, wait)

    def rebuild(self, documents: Iterable[Mapping[str, Any]]) -> Rebuilt:
        """See SearchEngine."""
        self._check_version()
        rebuilt = rebuild(self._client, self._index, documents)
        self._is_checked = False
        return rebuilt

    def tend(self) -> None:
        """See SearchEngine."""
        remove_dead(self._client, self._index)
        self._check(anew=True)

    def close(self) -> None:
        """See SearchEngine."""
        self._client.close()
        if self._public:
            self._public.close()

    # ---- looking after the index

    def _check(self, *, anew: bool = False) -> None:
        """Version and settings, once; puts settings right."""
        if self._is_checked and not anew:
            return
        with self._lock:
            if self._is_checked and not anew:
                return
            try:
                self._check_version()
                self._mend_settings()
            except KeyRefused:  # a key for searching may not look; searching will tell a wrong one
                pass
            self._renew_public()
            self._is_checked = True

    def _renew_public(self) -> None:
        """Sign the key for public searches, and keep the connections of the one that is the same."""
        client = public_client(self._client, self._index)
        if client and self._public and client.key == self._public.key:
            client.close()
        else:
            self._public = client

    def _check_version(self) -> None:
        version = self._client.version()
        if not is_supported(version):
            low, high = SUPPORTED
            raise Unavailable(
                f"Meilisearch {version} will not do; from {low} up to, not including, {high} will.",
                retry_after_s=60,
            )

    def _mend_settings(self) -> None:
        wrong = drift(self._client.settings(self._index))
        if wrong:
            task = self._client.change_settings(self._index, wrong)
            self._client.wait(task, _SETTINGS_TIMEOUT_S)
