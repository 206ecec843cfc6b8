"""Comparing an engine's answer with the oracle's."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pytest import approx

from search.engine import SearchEngine
from search.meili import MeilisearchEngine
from search.query import SearchQuery
from tests.contract import differences
from tests.contract.documents import NOW
from tests.contract.oracle import Expected, RankOf, metres, text_rank

EDGE_M = 1.0
"""Engines may differ by less than this at the edge of a radius."""
CLOSE_M = 0.05


def rank_for(engine: SearchEngine, documents: Iterable[Mapping[str, Any]]) -> RankOf:
    """How well a document has a text, as this engine sees it."""
    if isinstance(engine, MeilisearchEngine):
        return differences.rank_over(documents)
    return text_rank


def on_the_edge(documents: Iterable[Mapping[str, Any]], query: SearchQuery) -> bool:
    """Whether some document lies so near the radius that engines may disagree about it."""
    if query.radius_m is None or query.origin is None:
        return False
    origin, radius = query.origin, query.radius_m
    return any(
        0 < abs(metres(origin.lat, origin.lng, d["lat"], d["lng"]) - radius) < EDGE_M
        for d in documents
        if d["lat"] is not None
    )


def check(engine: SearchEngine, documents: Iterable[Mapping[str, Any]], query: SearchQuery) -> None:
    """The page, the total, the facets, and who is found on all pages together."""
    documents = list(documents)
    expected = Expected(documents, query, rank_for(engine, documents))
    result = engine.search(query)
    assert result.total == len(expected.keys)
    assert engine.totals([query]) == [result.total]
    assert {name: dict(counts) for name, counts in result.facets.items()} == expected.facets
    start = (query.page - 1) * query.per_page
    wanted = expected.order[start : start + query.per_page]
    found = [expected.keys[hit.id] for hit in result.hits]
    assert len(found) == len(wanted)
    assert all(map(_same_key, found, wanted)), (found, wanted)
    for hit in result.hits:
        away = expected.metres[hit.id]
        assert hit.distance_m == (None if away is None else approx(away, abs=CLOSE_M))
    if expected.keys and len(expected.keys) > query.per_page:
        assert _all_ids(engine, query) == sorted(expected.keys)
    else:
        assert sorted(hit.id for hit in result.hits) == sorted(expected.keys) or query.page > 1


def _all_ids(engine: SearchEngine, query: SearchQuery) -> list[str]:
    """Ids on all pages, each as often as it is met."""
    ids: list[str] = []
    page = 1
    while True:
        hits = engine.search(replace(query, page=page, per_page=100, facets=())).hits
        ids += [hit.id for hit in hits]
        if len(hits) < 100:
            return sorted(ids)
        page += 1


def _same_key(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return len(a) == len(b) and all(
        x == y or math.isclose(x, y, rel_tol=0, abs_tol=CLOSE_M) for x, y in zip(a, b, strict=True)
    )


def found(engine: SearchEngine, **fields: Any) -> list[str]:
    """Ids on the first page."""
    return [hit.id for hit in engine.search(SearchQuery(now=NOW, **fields)).hits]
