"""The hours that documents keep, known by pattern id, and which of them are open when.

Documents carry the id of their hours as a facet: which ids a search's candidates have, and how often, is one
request. The hours behind an id are read once and kept. A time is then a list of ids.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

from core.errors import Invalid
from directory.hours import pattern_id
from directory.hours.book import NEVER, HoursBook
from search.meili.client import Body, Client
from search.meili.filters import any_of, quote
from search.meili.stored import UNKNOWN_HOURS
from search.openings import Minutes, next_openings, overlaps, passing
from search.query import SearchQuery

_FEW = 50
"""So many unknown ids are asked for by name; more of them together with all others."""
_ALL = 1_000_000
_NOTHING = -1


class Patterns:
    """The hours of one index, kept by a process. Safe to share between threads."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index
        self._lock = threading.Lock()
        self._book = HoursBook()
        self._numbers: dict[str, int] = {UNKNOWN_HOURS: _NOTHING}

    def open(self, ids: Iterable[str], query: SearchQuery) -> set[str]:
        """Those of the ids that pass what the query asks of hours."""
        numbers = self._numbers_of(ids)
        with self._lock:
            passes = passing(self._book, query)
        return {id for id, number in numbers.items() if number != _NOTHING and passes[number]}

    def next_openings(self, ids: Iterable[str], query: SearchQuery) -> dict[str, int]:
        """Id → epoch minute of the next opening that fits the query; NEVER for unknown hours."""
        return self._asked(next_openings, ids, query, NEVER)

    def overlaps(self, ids: Iterable[str], query: SearchQuery) -> dict[str, int]:
        """Id → minutes open in the query's free time."""
        return self._asked(overlaps, ids, query, 0)

    def _asked(
        self,
        question: Callable[[HoursBook, SearchQuery], Minutes],
        ids: Iterable[str],
        query: SearchQuery,
        unknown: int,
    ) -> dict[str, int]:
        numbers = self._numbers_of(ids)
        with self._lock:
            found = question(self._book, query)
        return {
            id: unknown if number == _NOTHING else int(found[number])
            for id, number in numbers.items()
        }

    def _numbers_of(self, ids: Iterable[str]) -> dict[str, int]:
        """Id → number in the book. Reads the hours of ids that were not met before."""
        wanted = list(ids)
        unknown = [id for id in wanted if id not in self._numbers]
        if unknown:
            self._learn(self._read(unknown))
        return {id: self._numbers.get(id, _NOTHING) for id in wanted}

    def _read(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Id → hours, from one document each."""
        query: Body = {
            "indexUid": self._index,
            "attributesToRetrieve": ["hours"],
            "distinct": "pattern",
        }
        if len(ids) <= _FEW:
            query |= {"filter": any_of("pattern", ids), "limit": len(ids)}
        else:
            query |= {"filter": f"NOT pattern = {quote(UNKNOWN_HOURS)}", "limit": _ALL}
        hits = self._client.search([query])[0]["hits"]
        return {pattern_id(hit["hours"]): hit["hours"] for hit in hits}

    def _learn(self, hours: Mapping[str, str]) -> None:
        with self._lock:
            for id, text in hours.items():
                if id not in self._numbers:
                    self._numbers[id] = self._add(text)

    def _add(self, hours: str) -> int:
        try:
            return self._book.add(hours)
        except Invalid:  # from another version: as good as unknown
            return _NOTHING
