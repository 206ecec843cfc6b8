"""Whether a place is open, for answers of the API. Cached by pattern: many places share one."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from api.schemas.search import Open
from core.errors import Invalid
from directory.hours import Hours, OpenState, State, state_at
from directory.hours.text import describe

UNKNOWN = OpenState(State.UNKNOWN)


class Openings:
    """States in one language. Keep one for the life of the application: it remembers."""

    def __init__(self, language: str, gettext: Callable[[str], str]) -> None:
        self._language = language
        self._gettext = gettext
        self._at_minute = lru_cache(maxsize=20_000)(self._compute)

    def at(self, hours: str | None, at: datetime) -> Open:
        """The state of a place with these hours (their canonical JSON) at an aware moment."""
        return self._at_minute(hours, int(at.timestamp()) // 60)

    def _compute(self, hours: str | None, minute: int) -> Open:
        at = datetime.fromtimestamp(minute * 60, UTC)
        parsed = _hours(hours) if hours else None
        state = state_at(parsed, at) if parsed else UNKNOWN
        text = describe(state, at, self._gettext, locale=self._language)
        return Open(state.state, text, state.until, state.next_opens)


@lru_cache(maxsize=20_000)
def _hours(text: str) -> Hours | None:
    try:
        return Hours.from_json(text)
    except Invalid:  # hours that cannot be read are not known
        return None
