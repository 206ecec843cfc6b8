"""Searching. Most searches are one request: the page, its total and its facets.

Three kinds ask first, and then for the page:

* by hours: which patterns do the candidates have? The open ones become a filter.
* "soonest": how many candidates has each pattern? (`soonest`)
* a text sorted by distance: words rank before distance in the index, so who is near? (`nearest`)
"""

import math

from search.meili.asking import Ask, Asked, total_of
from search.meili.filters import any_of
from search.meili.nearest import nearest
from search.meili.patterns import Patterns
from search.meili.soonest import soonest
from search.query import SearchQuery, SearchResult


def search(ask: Ask, patterns: Patterns, index: str, query: SearchQuery) -> SearchResult:
    """One page of results."""
    asked = Asked.of(query, index)
    if query.open_at is not None or query.open_during:
        asked = asked.narrowed("hours", _hours(ask, patterns, asked))
    if query.sort == "soonest":
        return soonest(ask, patterns, asked)
    if query.sort == "distance" and asked.text:
        return nearest(ask, asked)
    return _page(ask, asked)


def _page(ask: Ask, asked: Asked) -> SearchResult:
    """As Meilisearch orders it: by words, then by distance."""
    sort, origin = [], asked.query.origin
    if origin is not None:
        sort = [f"_geoPoint({origin.lat!r}, {origin.lng!r}):asc"]
    answers = ask(asked.counting(offset=asked.start, limit=asked.query.per_page, sort=sort))
    hits = answers[0]["hits"]
    if origin is not None and not asked.text:  # Meilisearch takes a metre for a tie
        hits.sort(key=lambda hit: _missing_last(asked.distance_m(hit)))
    return asked.result(total_of(answers[0]), hits, answers)


def _missing_last(metres: float | None) -> float:
    return math.inf if metres is None else metres


def _hours(ask: Ask, patterns: Patterns, asked: Asked) -> str:
    """A filter on the patterns that pass, among those of everything that is counted."""
    candidates = asked.body(without=asked.own_facets, limit=0, facets=["pattern"])
    met = ask([candidates])[0]["facetDistribution"]["pattern"]
    passing = patterns.open(met, asked.query)
    failing = met.keys() - passing
    if len(failing) < len(passing):  # the time a list takes grows with its square
        return f"NOT {any_of('pattern', sorted(failing))}"
    return any_of("pattern", sorted(passing))
