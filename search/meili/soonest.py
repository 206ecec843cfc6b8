"""Results by when somebody is served first, then by the shorter wait, then by words and distance.

Meilisearch cannot sort by a time that has to be worked out. But all results with one pattern of hours and one
wait are served at one time, and facets say how many there are: so it is known which of them lie on a page
before it is asked for. What lies wholly on the page comes in one query, each of the two groups that the edges
of the page cut in another, wherever the page lies.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.hours import pattern_id
from search.meili.asking import Ask, Asked, total_of
from search.meili.client import Body
from search.meili.filters import any_of
from search.meili.patterns import Patterns
from search.meili.stored import UNKNOWN_HOURS
from search.openings import earliest
from search.query import SearchQuery, SearchResult

NO_WAIT = 10**9
"""Sorts after every wait, for where none is known."""

ByWait = Mapping[int | None, Mapping[str, int]]
"""How many results have each pattern of hours, by their wait in days."""


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
    counted = ask(asked.counting("pattern", "wait_days", limit=0))
    counts = counted[0]["facetDistribution"]
    openings = patterns.next_openings(counts["pattern"], asked.query)
    ordered = _groups(_by_wait(ask, asked, counts), openings, asked.query)
    hits = _page(ask, asked, [one for one in ordered if is_met(one, asked)], openings)
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


def _by_wait(ask: Ask, asked: Asked, counts: Mapping[str, Mapping[str, int]]) -> ByWait:
    waits = sorted(int(float(days)) for days in counts["wait_days"])
    queries = [
        asked.body(also=f"wait_days = {days}", facets=["pattern"], limit=0) for days in waits
    ]
    answers = ask(queries) if queries else []
    found: dict[int | None, Mapping[str, int]] = {
        days: answer["facetDistribution"]["pattern"]
        for days, answer in zip(waits, answers, strict=True)
    }
    unknown = Counter(counts["pattern"])
    for known in found.values():
        unknown.subtract(known)
    return found | {None: +unknown}


def _groups(by_wait: ByWait, openings: Mapping[str, int], query: SearchQuery) -> Iterator[Bucket]:
    """Results served at one time after one wait, in order."""
    found: dict[tuple[int, int], list[str]] = {}
    for wait, counts in by_wait.items():
        for id in counts:
            found.setdefault(_key(openings[id], wait, query), []).append(id)
    start = 0
    for key in sorted(found):
        wait = None if key[1] == NO_WAIT else key[1]
        count = sum(by_wait[wait][id] for id in found[key])
        waiting = "wait_days IS NULL" if wait is None else f"wait_days = {wait}"
        yield Bucket(f"{waiting} AND {any_of('pattern', sorted(found[key]))}", start, count)
        start += count


def _key(opening: int, wait: int | None, query: SearchQuery) -> tuple[int, int]:
    return earliest(opening, wait, query), NO_WAIT if wait is None else wait


def _page(
    ask: Ask, asked: Asked, buckets: Sequence[Bucket], openings: Mapping[str, int]
) -> list[Body]:
    """The documents of the page; buckets that are wholly on it are asked for as one."""
    whole = [one for one in buckets if _is_whole(one, asked)]
    cut = [one for one in buckets if not _is_whole(one, asked)]
    nearest = asked.nearest_first()
    queries = [part_of(asked, one, sort=nearest) for one in cut]
    if whole:
        together = " OR ".join(f"({one.filter})" for one in whole)
        limit = sum(one.count for one in whole)
        queries.append(asked.body(also=f"({together})", limit=limit, sort=nearest))
    if not queries:
        return []

    def key(hit: Mapping[str, Any]) -> tuple[int, int]:
        id = UNKNOWN_HOURS if hit["hours"] is None else pattern_id(hit["hours"])
        return _key(openings[id], hit["wait_days"], asked.query)

    hits = [hit for answer in ask(queries) for hit in answer["hits"]]
    return sorted(hits if asked.text else asked.by_distance(hits), key=key)


def part_of(asked: Asked, bucket: Bucket, **parameters: Any) -> Body:
    """The part of a bucket that is on the page."""
    skipped = max(0, asked.start - bucket.start)
    shown = min(asked.end, bucket.end) - bucket.start - skipped
    return asked.body(also=bucket.filter, offset=skipped, limit=shown, **parameters)
