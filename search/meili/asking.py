"""A SearchQuery on its way to Meilisearch: the requests it makes and the answers put together."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.paging import offset
from directory.geocode import distance_m
from search.meili.client import Body
from search.meili.filters import Clauses, clauses, joined
from search.meili.stored import plain
from search.meili.text import query_text
from search.query import Hit, Point, SearchQuery, SearchResult

Ask = Callable[[Sequence[Body]], list[Body]]
"""Sends queries together, gives their answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, the text to send for it, and its filters by name."""

    query: SearchQuery
    index: str
    text: str
    clauses: Clauses

    @classmethod
    def of(cls, query: SearchQuery, index: str) -> "Asked":
        """What a query asks, hours aside."""
        return cls(query, index, query_text(query.text), clauses(query))

    def narrowed(self, name: str, clause: str) -> "Asked":
        """The same with one more filter, put before the costly last one."""
        return replace(self, clauses={name: clause, **self.clauses})

    @property
    def start(self) -> int:
        """How many results come before the page."""
        return offset(self.query.page, self.query.per_page)

    @property
    def end(self) -> int:
        """How many results there are up to the end of the page."""
        return self.start + self.query.per_page

    @property
    def own_facets(self) -> list[str]:
        """The facets to count that are filtered by."""
        return [name for name in self.query.facets if name in self.clauses]

    def body(self, *, without: Iterable[str] = (), also: str = "", **parameters: Any) -> Body:
        """A query to Meilisearch; `also` is a further filter."""
        text = joined(self.clauses, without)
        return {
            "indexUid": self.index,
            "q": self.text,
            "matchingStrategy": "all",
            "filter": f"{text} AND {also}" if also else text,
            **parameters,
        }

    def counting(self, *facets: str, **parameters: Any) -> list[Body]:
        """Queries that count: all results with every facet, then each facet without its own filter."""
        own = self.own_facets
        others = [name for name in self.query.facets if name not in own]
        return [
            self.body(facets=[*others, *facets], **parameters),
            *(self.body(without=[name], facets=[name], limit=0) for name in own),
        ]

    def nearest_first(self) -> list[str]:
        """The `sort` of a query; none without an origin."""
        origin = self.query.origin
        return [] if origin is None else [f"_geoPoint({origin.lat!r}, {origin.lng!r}):asc"]

    def by_distance(self, hits: list[Body]) -> list[Body]:
        """The same by exact distance, as Meilisearch takes a metre for a tie; without a place last."""
        return sorted(hits, key=lambda hit: _missing_last(self.distance_m(hit)))

    def result(
        self, total: int, documents: Iterable[Mapping[str, Any]], counted: Sequence[Body]
    ) -> SearchResult:
        """The answer, from one page of documents and the answers to `counting`."""
        hits = [self._hit(plain(document)) for document in documents]
        counts = {name: found for one in counted for name, found in _facets(one).items()}
        return SearchResult(
            total=total,
            hits=tuple(hits),
            page=self.query.page,
            per_page=self.query.per_page,
            facets={name: counts.get(name, {}) for name in self.query.facets},
        )

    def _hit(self, document: Mapping[str, Any]) -> Hit:
        return Hit(document["id"], document, self.distance_m(document))

    def distance_m(self, document: Mapping[str, Any]) -> float | None:
        """Metres from the origin; None without one, or without a place."""
        if self.query.origin is None or document["lat"] is None:
            return None
        return distance_m(self.query.origin, Point(document["lat"], document["lng"]))


def _missing_last(metres: float | None) -> float:
    return math.inf if metres is None else metres


def total_of(answer: Body) -> int:
    """How many results a query has; exact, as long as nothing limits it."""
    return int(answer["estimatedTotalHits"])


def _facets(answer: Body) -> Mapping[str, Mapping[str, int]]:
    found: Mapping[str, Mapping[str, int]] = answer.get("facetDistribution") or {}
    return found
