"""Whether a place is open now, until when, and when it opens next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from directory.hours.days import Calendar, DayHours, calendar
from directory.hours.pattern import Hours
from directory.hours.spans import around, first_opening
from directory.hours.zones import DAY, epoch_minute, local_date, moment

# Open for longer than a week without a break is said as "open 24 hours".
ENDLESS_DAYS = 7


class State(StrEnum):
    """What can be said of a place at a moment. UNKNOWN is neither open nor closed."""

    OPEN = "open"
    CLOSING_SOON = "closing_soon"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    BY_APPOINTMENT = "by_appointment"


@dataclass(frozen=True, slots=True)
class OpenState:
    """The state at a moment; datetimes are on the clock of the place's zone.

    `until` is when an open place closes, adjoining spans taken as one, None when it stays open
    for more than a week. `next_opens` is when a place that is closed or by appointment opens
    next, None when it does not within 400 days or when a day of unknown hours comes first.
    `cause` says whether today is a holiday, closed or has special hours, and `note` why.
    """

    state: State
    until: datetime | None = None
    next_opens: datetime | None = None
    note: str = ""
    cause: Literal["", "holiday", "closure", "special"] = ""


def state_at(hours: Hours, at: datetime, soon_minutes: int = 30) -> OpenState:
    """The state at an aware moment, to the minute. Raises Invalid for a naive or far moment.

    Open wins: within a known span the place is open, also on a day of otherwise unknown hours.
    """
    ready = calendar(hours)
    now = epoch_minute(at)
    day = ready.day(local_date(ready.zone, now))
    for opens, closes in around(ready, now, now + ENDLESS_DAYS * DAY):
        if opens <= now:
            return _open(ready, day, now, closes, soon_minutes)
        break
    if not day.known:
        return OpenState(State.UNKNOWN, note=day.note, cause=day.cause)
    state = State.BY_APPOINTMENT if day.by_appointment else State.CLOSED
    return OpenState(state, None, _next(ready, now), day.note, day.cause)


def is_open(hours: Hours, at: datetime) -> bool | None:
    """True, False, or None when that is not known or takes an appointment."""
    ready = calendar(hours)
    now = epoch_minute(at)
    if any(around(ready, now, now + 1)):
        return True
    day = ready.day(local_date(ready.zone, now))
    return False if day.known and not day.by_appointment else None


def _open(ready: Calendar, day: DayHours, now: int, closes: int, soon: int) -> OpenState:
    if closes - now > ENDLESS_DAYS * DAY:
        return OpenState(State.OPEN, note=day.note, cause=day.cause)
    state = State.CLOSING_SOON if closes - now <= soon else State.OPEN
    return OpenState(state, moment(ready.zone, closes), note=day.note, cause=day.cause)


def _next(ready: Calendar, now: int) -> datetime | None:
    found = first_opening(ready, now)
    if found is None:
        return None
    opens = moment(ready.zone, found[0])
    today = local_date(ready.zone, now)
    return None if _unknown_between(ready, today, opens.date()) else opens


def _unknown_between(ready: Calendar, first: date, last: date) -> bool:
    on = first + timedelta(days=1)
    while on <= last:
        if not ready.day(on).known:
            return True
        on += timedelta(days=1)
    return False
