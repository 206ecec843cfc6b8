"""Which rows a query selects."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from search.embedded.bitmaps import EMPTY, Rows, bitmap_of, intersection, rows_of, union
from search.embedded.geo import (
    box_cells,
    circle_cells,
    in_box,
    squared_chord,
    squared_chords,
)
from search.embedded.hours import Answer
from search.embedded.index import Index
from search.embedded.keys import flag, fold_key
from search.embedded.text import Match
from search.query import SearchQuery

ANYWHERE = "any"
"""The reach key of a service that goes everywhere."""
_FEW = 4
"""A set counts as small below one row in so many: then its rows are looked at one by one."""


class Selection:
    """The rows that pass everything, and those that would without one facet's own filter."""

    def __init__(self, rows: BitMap, without: dict[str, BitMap]) -> None:
        self.bitmap = rows
        self.without = without

    @cached_property
    def rows(self) -> Rows:
        """The selected rows, ascending."""
        return rows_of(self.bitmap)


def select(index: Index, query: SearchQuery, texts: list[Match]) -> Selection:
    """Intersect the sets, then look at what only rows can tell, once for all facets."""
    always = _always(index, query, texts)
    own = _facet_sets(index, query)
    free = {name: own[name] for name in query.facets if name in own}
    always += [rows for name, rows in own.items() if name not in free]
    base = intersection(always)
    without = {
        name: intersection([base, *(rows for other, rows in free.items() if other != name)])
        for name in free
    }
    wide = union(without.values()) if without else base
    passed = _examine(index, query, wide - _never(index, query))
    return Selection(
        intersection([passed, *free.values()]),
        {name: passed & rows for name, rows in without.items()},
    )


def _facet_sets(index: Index, query: SearchQuery) -> dict[str, BitMap]:
    """For each facet that is filtered by: the rows with one of the values."""
    found = {}
    for name in (
        "categories",
        "terms",
        "languages",
        "cost",
        "audiences",
        "delivery",
        "accessibility",
    ):
        values = getattr(query, name)
        if values:
            found[name] = index.postings.any_value(name, values)
    if query.accepts_referrals is not None:
        value = flag(query.accepts_referrals)
        found["accepts_referrals"] = index.postings.any_value("accepts_referrals", [value])
    return found


def _always(index: Index, query: SearchQuery, texts: list[Match]) -> list[BitMap]:
    """Sets that every result is in, facets aside."""
    postings = index.postings
    sets = [index.alive, *(match.rows for match in texts)]
    for kind, values in (
        ("visibility", query.visibility),
        ("insurance", query.insurance),
        ("organization", query.organizations),
    ):
        if values:
            sets.append(postings.any(kind, map(fold_key, values)))
    if query.has_capacity is not None:
        sets.append(postings.get("has_capacity", flag(query.has_capacity)))
    if query.reach is not None:
        sets.append(postings.any("area", {ANYWHERE, *map(fold_key, query.reach)}))
    if query.box is not None:
        cells = box_cells(query.box)
        if cells is not None:
            sets.append(postings.any("cell", cells))
    return sets


def _never(index: Index, query: SearchQuery) -> BitMap:
    """Rows that are out whatever else they have."""
    postings = index.postings
    sets = [postings.get("documents", fold_key(name)) for name in query.documents_not_required]
    if query.age is not None:
        for age in postings.all_keys("minimum_age"):
            if float(age) > query.age:
                sets.append(postings.get("minimum_age", age))
        for age in postings.all_keys("maximum_age"):
            if float(age) < query.age:
                sets.append(postings.get("maximum_age", age))
    return union(sets) if sets else EMPTY


def _examine(index: Index, query: SearchQuery, rows: BitMap) -> BitMap:
    """Those that also pass hours, place, wait and date."""
    for answer in _hours(index, query):
        rows = _open(index, answer, rows)
    if query.radius_m is not None:
        rows = _within(index, query, rows)
    columns = index.columns
    if query.box is not None:
        box = query.box
        rows = _keep(rows, lambda found: in_box(columns, found, box))
    if query.max_wait_days is not None:
        limit = query.max_wait_days
        rows = _keep(rows, lambda found: _from_to(columns.wait.take(found), 0, limit))
    if query.verified_since is not None:
        first = query.verified_since.toordinal()
        rows = _keep(rows, lambda found: columns.assured.take(found) >= first)
    return rows


def _from_to(values: np.ndarray, low: int, high: int) -> np.ndarray:
    return (values >= low) & (values <= high)


def _keep(rows: BitMap, test: Callable[[Rows], np.ndarray]) -> BitMap:
    found = rows_of(rows)
    return bitmap_of(found[test(found)])


def _hours(index: Index, query: SearchQuery) -> list[Answer]:
    answers = []
    if query.open_at is not None:
        answers.append(index.patterns.open_at(query.open_at))
    if query.open_during:
        answers.append(index.patterns.open_during(query.open_during, query.now))
    return answers


def _open(index: Index, answer: Answer, rows: BitMap) -> BitMap:
    if answer.rows is None and len(rows) * _FEW < len(index.alive):
        return _keep(rows, lambda found: answer.test(index.columns, found))
    return rows & answer.all_rows(index.columns)


def _within(index: Index, query: SearchQuery, rows: BitMap) -> BitMap:
    """Rows within the radius; with `reach`, those that come to the patient too."""
    assert query.origin is not None and query.radius_m is not None
    origin, limit = query.origin, squared_chord(query.radius_m)
    coming = rows & index.postings.get("remote", "yes") if query.reach is not None else EMPTY
    placed = rows - coming
    cells = circle_cells(origin, query.radius_m)
    if cells is not None:
        placed &= index.postings.any("cell", cells)
    columns = index.columns
    near = _keep(placed, lambda found: squared_chords(columns, found, origin) <= limit)
    return near | coming
