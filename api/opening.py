"""Whether places are open, for answers of the API: worked out once for many, and kept while it holds.

Many places share their hours, and what is said of them ("Opens at 5 p.m.") stays true for hours.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from api.schemas.search import Matching, Open
from core.errors import Invalid
from directory.hours import Hours, OpenState, State, next_overlap, state_at
from directory.hours.text import describe
from directory.hours.zones import midnight, zone_named
from search.openings import times_asked
from search.query import SearchQuery

SOON_MINUTES = 30
KEPT = 50_000  # hours patterns; a directory of a million services has fewer
FOREVER = 2**40  # an epoch minute nobody will see

Kept = tuple[int, int, Open]
"""From this epoch minute on, before that one, this is so."""


class Openings:
    """States in one language. Keep one for the life of the application: it remembers."""

    def __init__(self, language: str, gettext: Callable[[str], str]) -> None:
        self._language = language
        self.gettext = gettext
        self._kept: dict[str | None, Kept] = {}

    def at(self, hours: str | None, at: datetime) -> Open:
        """The state of a place with these hours (their canonical JSON) at an aware moment."""
        minute = int(at.timestamp()) // 60
        kept = self._kept.get(hours)
        if kept is None or not kept[0] <= minute < kept[1]:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            kept = self._kept[hours] = self._compute(hours, minute)
        return kept[2]

    def _compute(self, hours: str | None, minute: int) -> Kept:
        at = datetime.fromtimestamp(minute * 60, UTC)
        parsed = _hours(hours) if hours else None
        if parsed is None:
            return 0, FOREVER, self._said(OpenState(State.UNKNOWN), at)
        state = state_at(parsed, at, SOON_MINUTES)
        return minute, _holds_until(state, parsed, at, minute), self._said(state, at)

    def _said(self, state: OpenState, at: datetime) -> Open:
        text = describe(state, at, self.gettext, locale=self._language)
        return Open(state.state, text, state.until, state.next_opens)


@lru_cache(maxsize=KEPT)
def _hours(text: str) -> Hours | None:
    try:
        return Hours.from_json(text)
    except Invalid:  # hours that cannot be read are not known
        return None


def next_matching(hours: str | None, query: SearchQuery) -> Matching | None:
    """The next opening in the times the query asks about; None when it asks about none."""
    windows = times_asked(query)
    parsed = _hours(hours) if hours and windows else None
    found = next_overlap(parsed, windows, query.now) if parsed else None
    return Matching(found.start, found.end) if found else None


def _holds_until(state: OpenState, hours: Hours, at: datetime, minute: int) -> int:
    """The epoch minute from which something else may have to be said; at midnight words change."""
    if state.state is State.UNKNOWN:
        return minute + 1  # hours that are known may begin on a day of unknown ones
    zone = zone_named(hours.timezone)
    ends = [midnight(zone, at.astimezone(zone).date().toordinal() + 1)[0]]
    if state.until is not None:
        soon = SOON_MINUTES if state.state is State.OPEN else 0
        ends.append(_minute(state.until) - soon)
    if state.next_opens is not None:
        ends.append(_minute(state.next_opens))
    return max(min(ends), minute + 1)


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
