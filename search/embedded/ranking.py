"""The rows of one page, best first."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from search.embedded.bitmaps import NO_ROWS, Rows, bitmap_of, rows_of
from search.embedded.geo import Ruler
from search.embedded.index import Index
from search.embedded.select import Selection
from search.embedded.text import Match
from search.openings import all_earliest, ranks_overlap
from search.query import SearchQuery

Key = Callable[[Rows], npt.NDArray[np.generic]]
"""Sort value of each row, smaller first, never NaN."""
Level = Callable[[], list[BitMap]]
"""Sets of rows; the more of them a row is in, the better."""

_FEW = 4
"""Up to so many times the rows wanted, sorting all is as quick as choosing first."""


def page_rows(index: Index, query: SearchQuery, texts: list[Match], selection: Selection) -> Rows:
    """The rows of the page asked for."""
    end = query.page * query.per_page
    start = end - query.per_page
    if start >= len(selection.bitmap):
        return NO_ROWS
    if query.sort == "match" and texts:
        best = _best_matches(index, query, texts, selection, end)
    else:
        best = first_rows(selection.rows, _keys(index, query, selection.ruler, texts), end)
    return best[start:]


def _keys(
    index: Index, query: SearchQuery, ruler: Ruler | None, texts: Sequence[Match] = ()
) -> list[Key]:
    """Sort keys, the most important first; the last makes the order lasting."""
    columns = index.columns
    keys: list[Key] = []
    if query.sort == "soonest":
        opening = index.patterns.next_opening(query)
        keys.append(
            lambda rows: all_earliest(
                opening.take(columns.pattern.take(rows)), columns.wait.take(rows), query
            )
        )
        # As an unsigned number, UNKNOWN (-1) is the longest wait.
        keys.append(lambda rows: columns.wait.take(rows).astype(np.uint32))
        if texts:
            keys.append(lambda rows: _misses(rows, _levels(texts)))
    elif ranks_overlap(query):
        overlap = -index.patterns.overlap(query)
        keys.append(lambda rows: overlap.take(columns.pattern.take(rows)))
    if ruler is not None:
        keys.append(ruler.chords)
    keys.append(lambda rows: columns.tie.take(rows))
    return keys


def first_rows(rows: Rows, keys: list[Key], count: int) -> Rows:
    """The first `count` rows by `keys` (then by row), in order."""
    if len(rows) <= count * _FEW or not keys:
        return _sorted(rows, keys)[:count]
    values = keys[0](rows)
    limit = np.partition(values, count - 1)[count - 1]
    below, equal = rows[values < limit], rows[values == limit]
    if len(equal) + len(below) == count:
        return _sorted(rows[values <= limit], keys)
    last = first_rows(equal, keys[1:], count - len(below))
    return np.concatenate([_sorted(below, keys), last])


def _sorted(rows: Rows, keys: list[Key]) -> Rows:
    if not keys:
        return rows
    return rows[np.lexsort([key(rows) for key in reversed(keys)])]


def _best_matches(
    index: Index, query: SearchQuery, texts: list[Match], selection: Selection, count: int
) -> Rows:
    """Words in the title first, then words as typed, then fewer typos, then nearer."""
    keys = _keys(index, query, selection.ruler)
    found: list[Rows] = []
    for bucket in _buckets(selection.bitmap, _levels(texts)):
        found.append(first_rows(rows_of(bucket), keys, count))
        count -= len(found[-1])
        if count <= 0:
            break
    return np.concatenate(found)


def _levels(texts: Sequence[Match]) -> list[Level]:
    return [
        lambda: [match.title for match in texts],
        lambda: [match.exact for match in texts],
        lambda: [rows for match in texts for rows in match.few_typos()],
    ]


def _misses(rows: Rows, levels: list[Level]) -> npt.NDArray[np.int64]:
    """How badly each row matches, the first level weighing most."""
    all_rows, found = bitmap_of(rows), np.zeros(len(rows), np.int64)
    for level in levels:
        sets = level()
        found *= len(sets) + 1
        for members in sets:
            found += ~np.isin(rows, rows_of(members & all_rows), assume_unique=True)
    return found


def _buckets(rows: BitMap, levels: list[Level]) -> Iterator[BitMap]:
    """Parts of equal rank, the best first; worked out only as far as they are taken."""
    if not levels:
        yield rows
        return
    for part in _by_count(rows, levels[0]()):
        if part:
            yield from _buckets(part, levels[1:])


def _by_count(rows: BitMap, sets: list[BitMap]) -> list[BitMap]:
    """Parts by how many of the sets a row is in, the most first."""
    parts = [rows]
    for members in sets:
        inside = [part & members for part in parts]
        outside = [part - members for part in parts]
        parts = [
            inside[0],
            *(a | b for a, b in zip(inside[1:], outside[:-1], strict=True)),
            outside[-1],
        ]
    return parts
