"""Results by how long they are open in the patient's free time, then by distance.

As with `soonest`: results with one pattern of hours have one overlap, and facets say how many they are.
"""

from search.meili.asking import Ask, Asked, total_of
from search.meili.client import Body
from search.meili.patterns import Patterns
from search.meili.soonest import groups, is_met, part_of
from search.query import SearchResult


def longest(ask: Ask, patterns: Patterns, asked: Asked) -> SearchResult:
    """One page of results."""
    counted = ask(asked.counting("pattern", limit=0))
    counts = counted[0]["facetDistribution"]["pattern"]
    overlaps = patterns.overlaps(counts, asked.query)
    ordered = groups(counts, {id: -minutes for id, minutes in overlaps.items()})
    wanted = [
        part_of(asked, one, sort=asked.nearest_first()) for one in ordered if is_met(one, asked)
    ]
    hits: list[Body] = []
    for answer in ask(wanted) if wanted else ():
        hits += asked.by_distance(answer["hits"])
    return asked.result(total_of(counted[0]), hits, counted)
