"""Results by their next opening, then by the shorter wait, then by words and distance.

Meilisearch cannot sort by a time that has to be worked out. But all results with one pattern open at one
time, and facets say how many there are: so it is known which patterns lie on a page before it is asked for.
A group of patterns that is cut by the edge of the page is parted further, by wait. What lies wholly on the
page comes in one query, each of the two cut ends in another, wherever the page lies.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.hours import pattern_id
from search.meili.asking import Ask, Asked, total_of
from search.meili.client import Body
from search.meili.filters import any_of
from search.meili.patterns import Patterns
from search.meili.stored import UNKNOWN_HOURS
from search.query import SearchResult

NO_WAIT = 10**9
"""Sorts after every wait, for where none is known."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Results that stand together: those after the first `start`, as many as `count`."""

    filter: str
    start: int
    count: int

    @property
    def end(self) -> int:
        """Results up to and with these."""
        return self.start + self.count


def soonest(ask: Ask, patterns: Patterns, asked: Asked) -> SearchResult:
    """One page of results."""
    counted = ask(asked.counting("pattern", limit=0))
    counts = counted[0]["facetDistribution"]["pattern"]
    openings = patterns.next_openings(counts, asked.query)
    buckets = [one for one in groups(counts, openings) if is_met(one, asked)]
    buckets = [part for one in buckets for part in _parts(ask, asked, one)]
    hits = _page(ask, asked, [one for one in buckets if is_met(one, asked)], openings)
    return asked.result(total_of(counted[0]), hits, counted)


def is_met(bucket: Bucket, asked: Asked) -> bool:
    """Whether some of it is on the page."""
    return bucket.start < asked.end and bucket.end > asked.start


def _is_whole(bucket: Bucket, asked: Asked) -> bool:
    return asked.start <= bucket.start and bucket.end <= asked.end


def groups(counts: Mapping[str, int], values: Mapping[str, int]) -> Iterator[Bucket]:
    """Patterns of one value (when they open, say), the smallest value first."""
    found: dict[int, list[str]] = {}
    for id in counts:
        found.setdefault(values[id], []).append(id)
    start = 0
    for value in sorted(found):
        count = sum(counts[id] for id in found[value])
        yield Bucket(any_of("pattern", sorted(found[value])), start, count)
        start += count


def _parts(ask: Ask, asked: Asked, group: Bucket) -> Iterator[Bucket]:
    """The group; by wait, when only a part of it is on the page."""
    if _is_whole(group, asked):
        yield group
        return
    [answer] = ask([asked.body(also=group.filter, facets=["wait_days"], limit=0)])
    waits = {int(float(days)): n for days, n in answer["facetDistribution"]["wait_days"].items()}
    start = group.start
    for days in sorted(waits):
        yield Bucket(f"{group.filter} AND wait_days = {days}", start, waits[days])
        start += waits[days]
    if start < group.end:
        yield Bucket(f"{group.filter} AND wait_days IS NULL", start, group.end - start)


def _page(
    ask: Ask, asked: Asked, buckets: Sequence[Bucket], openings: Mapping[str, int]
) -> list[Body]:
    """The documents of the page; buckets that are wholly on it are asked for as one."""
    whole = [one for one in buckets if _is_whole(one, asked)]
    cut = [one for one in buckets if not _is_whole(one, asked)]
    queries = [part_of(asked, one, sort=asked.nearest_first()) for one in cut]
    if whole:
        together = " OR ".join(f"({one.filter})" for one in whole)
        limit = sum(one.count for one in whole)
        queries.append(asked.body(also=f"({together})", limit=limit, sort=asked.nearest_first()))
    if not queries:
        return []

    def key(hit: Mapping[str, Any]) -> tuple[int, int]:
        id = UNKNOWN_HOURS if hit["hours"] is None else pattern_id(hit["hours"])
        return openings[id], NO_WAIT if hit["wait_days"] is None else hit["wait_days"]

    hits = [hit for answer in ask(queries) for hit in answer["hits"]]
    return sorted(hits if asked.text else asked.by_distance(hits), key=key)


def part_of(asked: Asked, bucket: Bucket, **parameters: Any) -> Body:
    """The part of a bucket that is on the page."""
    skipped = max(0, asked.start - bucket.start)
    shown = min(asked.end, bucket.end) - bucket.start - skipped
    return asked.body(also=bucket.filter, offset=skipped, limit=shown, **parameters)
