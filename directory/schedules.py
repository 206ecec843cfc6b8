"""Schedule rows → Hours. Pure: the rows may be unsaved."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from core.errors import Invalid
from directory.hours import ExceptionDay, Hours, Rule
from directory.models import Frequency, Schedule, ScheduleException

KEPT = 16_384
"""Rules, and hours, that are remembered: a large directory has as many different ones."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def hours_of(
    levels: Iterable[Sequence[Schedule]],
    exceptions: Iterable[ScheduleException],
    *,
    timezone: str,
    by_appointment: bool = False,
) -> Hours | None:
    """Hours from the schedules of a service at a location, of the service, and of the location.

    `levels` come in that order: the most specific level that says anything holds, alone.
    None when nobody says anything, so that "unknown" stays a state of its own.
    """
    rules = next(filter(None, (rules_of(rows) for rows in levels)), ())
    if not rules and not by_appointment:
        return None
    days = tuple(exceptions)
    calendars = (day.holiday_calendar for day in days if day.holiday_calendar)
    try:
        dated = tuple(_exception(day) for day in days if day.starts_on)
        return _hours(timezone, rules, dated, next(calendars, ""), by_appointment)
    except Invalid:  # an unknown zone or calendar: nothing can be said for certain
        return None


_hours = lru_cache(maxsize=KEPT)(Hours)  # most places share theirs with others


def rules_of(rows: Iterable[Schedule]) -> tuple[Rule, ...]:
    """The rows that say more than words."""
    return tuple(rule for row in rows if (rule := _rule(_Written._make(_written(row)))))


def notes_of(rows: Iterable[Schedule]) -> tuple[str, ...]:
    """What schedules say in words, without repeats."""
    texts = (text.strip() for row in rows for text in (row.description, row.notes) if text)
    return tuple(sorted(set(filter(None, texts))))


class _Written(NamedTuple):
    """What a schedule row says to a clock."""

    freq: Frequency | None
    interval: int | None
    wkst: str | None
    byday: str | None
    bymonthday: str | None
    byweekno: str | None
    byyearday: str | None
    dtstart: date | None
    until: date | None
    count: int | None  # type: ignore[assignment]  # nobody counts in a row
    valid_from: date | None
    valid_to: date | None
    opens_at: time | None
    closes_at: time | None


_written = attrgetter(*_Written._fields)


@lru_cache(maxsize=KEPT)
def _rule(row: _Written) -> Rule | None:
    byday, dtstart, until = row.byday or "", row.dtstart, row.until
    if not row.freq and not byday:
        day = dtstart or row.valid_from
        if day is None or day not in (until, row.valid_to) and row.count != 1:
            return None  # only words: nothing a clock can check
        byday, dtstart, until = WEEKDAYS[day.weekday()], day, day
    try:
        return _readable(row, byday, dtstart, until)
    except Invalid:
        return Rule()  # says it is open, not when: unknown, never closed


def _readable(row: _Written, byday: str, dtstart: date | None, until: date | None) -> Rule:
    return Rule(
        freq="MONTHLY" if row.freq == Frequency.MONTHLY else "WEEKLY",
        interval=row.interval or 1,
        wkst=row.wkst or "MO",
        byday=byday,
        bymonthday=row.bymonthday or "",
        byweekno=row.byweekno or "",
        byyearday=row.byyearday or "",
        dtstart=dtstart,
        until=until,
        count=row.count,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )


def _exception(row: ScheduleException) -> ExceptionDay:
    assert row.starts_on and row.ends_on  # the caller leaves calendars out; the table pairs them
    return ExceptionDay(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        opens_at=None if row.closed else row.opens_at,
        closes_at=None if row.closed else row.closes_at,
        closed=row.closed,
        reason=row.reason or "",
    )
