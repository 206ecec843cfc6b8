"""Which rows a query selects."""

from collections.abc import Callable
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from search.embedded.bitmaps import EMPTY, Rows, bitmap_of, intersection, rows_of, union
from search.embedded.geo import (
    Cells,
    Ruler,
    box_cells,
    circle_cells,
    in_box,
)
from search.embedded.hours import Answer
from search.embedded.index import Index
from search.embedded.keys import flag, fold_key
from search.embedded.text import Match
from search.query import FLAGS, SearchQuery

ANYWHERE = "any"
"""The reach key of a service that goes everywhere."""
_ROWS_A_CELL = 50
"""So many rows are measured in the time that one cell is joined to others."""
_FEW = 4
"""A set counts as small below one row in so many: then its rows are looked at one by one."""


Test = Callable[[Rows], npt.NDArray[np.bool_]]
"""Which of some rows pass."""


class Selection:
    """The rows that pass everything, and those that would without one facet's own filter."""

    def __init__(self, rows: BitMap, without: dict[str, BitMap], ruler: Ruler | None) -> None:
        self.bitmap = rows
        self.without = without
        self.ruler = ruler

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
    always += _around(index, query, few=min(map(len, always)))
    base = intersection(always)
    without = {
        name: intersection([base, *(rows for other, rows in free.items() if other != name)])
        for name in free
    }
    wide = union(without.values()) if without else base
    never = _never(index, query)
    ruler = Ruler(index.columns, query.origin) if query.origin is not None else None
    passed = _examine(index, query, wide - never if never else wide, ruler)
    return Selection(
        intersection([passed, *free.values()]),
        {name: passed & rows for name, rows in without.items()},
        ruler,
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
    for name in FLAGS:
        asked = getattr(query, name)
        if asked is not None:
            found[name] = index.postings.any_value(name, [flag(asked)])
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


def _examine(index: Index, query: SearchQuery, rows: BitMap, ruler: Ruler | None) -> BitMap:
    """Those that also pass hours, place, wait and date: sets first, then row by row."""
    columns = index.columns
    tests: list[Test] = []
    for answer in _hours(index, query):
        if answer.rows is None and len(rows) * _FEW < len(index.alive):
            tests.append(partial(answer.test, columns))
        else:
            rows = rows & answer.all_rows(columns)
    if query.radius_m is not None and ruler is not None:
        rows = _within(index, query, rows, ruler)
    if query.box is not None:
        tests.append(partial(in_box, columns, box=query.box))
    if query.max_wait_days is not None:
        limit = query.max_wait_days
        tests.append(lambda found: _from_to(columns.wait.take(found), 0, limit))
    if query.verified_since is not None:
        first = query.verified_since.toordinal()
        tests.append(lambda found: columns.assured.take(found) >= first)
    return _passing(rows, tests)


def _from_to(values: npt.NDArray[np.int32], low: int, high: int) -> npt.NDArray[np.bool_]:
    return (values >= low) & (values <= high)


def _passing(rows: BitMap, tests: list[Test]) -> BitMap:
    if not tests:
        return rows
    found = rows_of(rows)
    for test in tests:
        found = found[test(found)]
    return bitmap_of(found)


def _hours(index: Index, query: SearchQuery) -> list[Answer]:
    answers = []
    if query.open_at is not None:
        answers.append(index.patterns.open_at(query.open_at))
    if query.open_during:
        answers.append(index.patterns.open_during(query.open_during, query.now))
    if query.free:
        answers.append(index.patterns.open_during(query.free, query.now))
    return answers


def _within(index: Index, query: SearchQuery, rows: BitMap, ruler: Ruler) -> BitMap:
    """Rows within the radius; with `reach`, those that come to the patient too."""
    assert query.origin is not None and query.radius_m is not None
    near: Test = partial(ruler.within, metres=query.radius_m)
    if query.reach is None:
        return _passing(rows, [near])
    coming = rows & index.postings.get("remote", "yes")
    placed = rows - coming
    cells = _joined(index, circle_cells(query.origin, query.radius_m), len(placed))
    return _passing(intersection([placed, *cells]), [near]) | coming


def _around(index: Index, query: SearchQuery, few: int) -> list[BitMap]:
    """Sets of the cells that box and radius reach into, if that is less work than measuring `few` rows."""
    found: list[BitMap] = []
    if query.box is not None:
        found += _joined(index, box_cells(query.box), few)
    if query.radius_m is not None and query.origin is not None and query.reach is None:
        found += _joined(index, circle_cells(query.origin, query.radius_m), few)
    return found


def _joined(index: Index, cells: Cells | None, few: int) -> list[BitMap]:
    if cells is None or cells.number * _ROWS_A_CELL > few:
        return []
    return [index.postings.any("cell", cells.keys())]
