"""Search engines for tests that are not about searching."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.errors import Unavailable
from search.engine import Health, Rebuilt, Refused
from search.query import Hit, SearchQuery, SearchResult


class CannedEngine:
    """Finds the same documents whatever is asked, and remembers what was asked."""

    def __init__(self, documents: Sequence[Mapping[str, Any]] = ()) -> None:
        self.documents = {document["id"]: document for document in documents}
        self.asked: list[SearchQuery] = []
        self.facets: dict[str, dict[str, int]] = {}
        self.distance_m: float | None = None
        self.down = False
        self.closed = False

    def search(self, query: SearchQuery) -> SearchResult:
        if self.down:
            raise Unavailable("Search does not answer right now.", retry_after_s=7)
        self.asked.append(query)
        hits = tuple(Hit(d["id"], d, self.distance_m) for d in self.documents.values())
        return SearchResult(len(hits), hits, query.page, query.per_page, self.facets)

    def totals(self, queries: Sequence[SearchQuery]) -> list[int]:
        if self.down:
            raise Unavailable("Search does not answer right now.", retry_after_s=7)
        return [len(self.documents)] * len(queries)

    def put(self, documents: Sequence[Mapping[str, Any]], wait: bool = True) -> list[Refused]:
        self.documents |= {document["id"]: document for document in documents}
        return []

    def delete(self, ids: Sequence[str], wait: bool = True) -> None:
        for id in ids:
            self.documents.pop(id, None)

    def get(self, id: str) -> Mapping[str, Any] | None:
        return self.documents.get(id)

    def count(self) -> int:
        return len(self.documents)

    def ids_and_hashes(self) -> Iterator[tuple[str, str]]:
        return ((id, self.documents[id]["hash"]) for id in sorted(self.documents))

    def rebuild(self, documents: Iterable[Mapping[str, Any]]) -> Rebuilt:
        self.documents = {document["id"]: document for document in documents}
        return Rebuilt(len(self.documents))

    def tend(self) -> None:
        pass

    def health(self) -> Health:
        return Health(not self.down, "canned", self.count())

    def close(self) -> None:
        self.closed = True
