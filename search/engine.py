"""The protocol every search engine keeps. Two engines, one contract suite (tests/contract).

Meaning of a search, for every engine:

* Text: accents and case do not matter. Every word must match (stop words aside, when others remain), in
  name, alternate name, organization, program, keywords, context, summary (in any language) or city. The first
  10 words count. One typo is forgiven from 5 letters, two from 9; a wrong first letter counts twice, two
  swapped letters once. The last word may be the beginning of one. Synonyms are English and Spanish.
* Place: the radius is inclusive, on a sphere of R = 6,371,000 m. A box is inclusive and may cross the
  antimeridian. A document without coordinates is in no radius and no box.
* Filters: compared without regard to case; any value of a list may match; null never satisfies a filter,
  save that a missing age limit admits every age.
* Hours: `open_during` and `free` ask for an opening that covers half an hour of one of the windows, or all of
  a shorter one, on one of its occurrences in the 28 days from `now`. Unknown hours never match.
* Order: "match" is words found in the name (or alternate name, keywords), then exactness, then fewer typos,
  then distance when there is an origin. Without words, but with `free`, it is the minutes of openings inside
  the free windows of 28 days, most first, then distance. "distance" is nearest first. "soonest" is when
  somebody is served first: the next opening after `now` (with `free`, or else `open_during`, the next one
  that covers enough of a window), or the end of the promised wait where that is later; an unknown wait is
  none. Then the shorter wait, then as for "match". A missing sort value is last. Ties keep one order.
* Totals and facet counts are exact. A facet's counts leave out that facet's own filter.
* A put or delete that waits is seen by the next search of every process.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import Unavailable
from search.query import SearchQuery, SearchResult


class IndexMissing(Unavailable):
    """The engine is there, its index is not, and nobody is building one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that was left out, and why. The others of its batch went in."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Outcome of a rebuild: how many documents the new index holds, and which were refused."""

    count: int
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine answers, and a sentence about it for an operator."""

    ok: bool
    engine: str
    documents: int
    detail: str = ""


class SearchEngine(Protocol):
    """Safe to share between threads. Raises core.errors.Unavailable when it cannot answer."""

    def search(self, query: SearchQuery) -> SearchResult:
        """One page of matching documents, the exact total and the facets asked for."""
        ...

    def totals(self, queries: Sequence[SearchQuery]) -> list[int]:
        """The exact total of each query, as `search` would say it, in one call and of one moment."""
        ...

    def put(self, documents: Sequence[Mapping[str, Any]], wait: bool = True) -> list[Refused]:
        """Insert or replace by id. With `wait`, returns once every process can see them."""
        ...

    def delete(self, ids: Sequence[str], wait: bool = True) -> None:
        """Remove; ids that are not there are no error."""
        ...

    def get(self, id: str) -> Mapping[str, Any] | None:
        """The stored document, or None."""
        ...

    def count(self) -> int:
        """How many documents there are."""
        ...

    def ids_and_hashes(self) -> Iterator[tuple[str, str]]:
        """(id, hash) of every document, in any order, read a batch at a time. For `reindex --verify`.

        What changes meanwhile may or may not be seen, or be seen twice.
        """
        ...

    def rebuild(self, documents: Iterable[Mapping[str, Any]]) -> Rebuilt:
        """Build a new index beside the old one from `documents`, then switch in one step.

        Searches go on in the old index meanwhile. `documents` is first read after the rebuild began, and
        puts and deletes made since then are in the new index too. If anything fails, the old index stays.
        """
        ...

    def tend(self) -> None:
        """Put right what others did to the index: settings, and what a rebuild that was killed left.

        A worker does this now and then. Raises Unavailable.
        """
        ...

    def health(self) -> Health:
        """Never raises."""
        ...

    def close(self) -> None:
        """Release files and connections. Closing twice is no error."""
        ...
