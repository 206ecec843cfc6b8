"""How many results each value of a facet has."""

from collections.abc import Iterable

from search.embedded.index import Index
from search.embedded.select import Selection


def count_facets(
    index: Index, names: Iterable[str], selection: Selection
) -> dict[str, dict[str, int]]:
    """Facet → value → results with it, leaving out the facet's own filter and values that count 0."""
    counts: dict[str, dict[str, int]] = {}
    for name in names:
        among = selection.without.get(name, selection.bitmap)
        found = counts[name] = {}
        if among:
            for value, rows in index.postings.values(name).items():
                count = among.intersection_cardinality(rows)
                if count:
                    found[value] = count
    return counts
