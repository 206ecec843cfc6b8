"""Searching. Most searches are one request: the page, its total and its facets.

Four kinds ask first, and then for the page:

* by hours: which patterns do the candidates have? The open ones become a filter.
* "soonest": how many candidates has each pattern? (`soonest`)
* by free time: the same, for how long each pattern is open in it. (`overlap`)
* a text sorted by distance: words rank before distance in the index, so who is near? (`nearest`)
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from search.meili.asking import Ask, Asked, total_of
from search.meili.filters import any_of
from search.meili.nearest import nearest
from search.meili.overlap import longest
from search.meili.patterns import Patterns
from search.meili.soonest import soonest
from search.openings import asks_hours, ranks_overlap
from search.query import SearchQuery, SearchResult


def search(ask: Ask, patterns: Patterns, index: str, query: SearchQuery) -> SearchResult:
    """One page of results."""
    [asked] = _narrowed(ask, patterns, [Asked.of(query, index)])
    if query.sort == "soonest":
        return soonest(ask, patterns, asked)
    if query.sort == "distance" and asked.text:
        return nearest(ask, asked)
    if ranks_overlap(query):
        return longest(ask, patterns, asked)
    return _page(ask, asked)


def totals(ask: Ask, patterns: Patterns, index: str, queries: Sequence[SearchQuery]) -> list[int]:
    """How many results each has: two requests, or one when none asks for hours."""
    plain = [Asked.of(replace(query, facets=()), index) for query in queries]
    asked = _narrowed(ask, patterns, plain)
    return [total_of(answer) for answer in ask([one.body(limit=0) for one in asked])]


def _page(ask: Ask, asked: Asked) -> SearchResult:
    """As Meilisearch orders it: by words, then by distance."""
    sort = asked.nearest_first()
    answers = ask(asked.counting(offset=asked.start, limit=asked.query.per_page, sort=sort))
    hits = answers[0]["hits"]
    if sort and not asked.text:
        hits = asked.by_distance(hits)
    return asked.result(total_of(answers[0]), hits, answers)


def _narrowed(ask: Ask, patterns: Patterns, asked: Sequence[Asked]) -> list[Asked]:
    """With what they ask of hours as a filter on patterns, among those of everything that is counted."""
    timed = [one for one in asked if asks_hours(one.query)]
    met = (
        ask([one.body(without=one.own_facets, limit=0, facets=["pattern"]) for one in timed])
        if timed
        else []
    )
    hours = iter([answer["facetDistribution"]["pattern"] for answer in met])
    return [
        one.narrowed("hours", _hours(patterns, one, next(hours))) if asks_hours(one.query) else one
        for one in asked
    ]


def _hours(patterns: Patterns, asked: Asked, met: Iterable[str]) -> str:
    """A filter on the patterns that pass, among those met."""
    passing = patterns.open(met, asked.query)
    failing = set(met) - passing
    if len(failing) < len(passing):  # the time a list takes grows with its square
        return f"NOT {any_of('pattern', sorted(failing))}"
    return any_of("pattern", sorted(passing))
