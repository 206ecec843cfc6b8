"""What is known of one date: the spans that open on it, or that it is unknown, and why."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from directory.hours.calendars import holiday_name
from directory.hours.pattern import Hours
from directory.hours.recurrence import Recurrence, recurrence
from directory.hours.rules import ExceptionDay
from directory.hours.zones import DAY, zone_named

Minutes = tuple[int, int]
ALL_DAY: Minutes = (0, DAY)


@dataclass(frozen=True, slots=True)
class DayHours:
    """One date. `spans` are wall-clock minutes [start, end) after its midnight, merged, sorted.

    A span belongs to the day it opens; its end may be past midnight, up to 2879. `known` is False
    when there may be hours besides the spans. `by_appointment` is that no rule falls on the day
    and the place sees people by appointment. `cause` says what replaced the regular hours and
    `note` is its reason or the holiday's English name.
    """

    on: date
    spans: tuple[Minutes, ...]
    known: bool = True
    by_appointment: bool = False
    cause: Literal["", "holiday", "closure", "special"] = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours made ready to be asked about dates."""

    hours: Hours
    zone: ZoneInfo
    rules: tuple[Recurrence, ...]

    def day(self, on: date) -> DayHours:
        """The date with exceptions and holidays."""
        if self.hours.exceptions:
            found = [day for day in self.hours.exceptions if day.starts_on <= on <= day.ends_on]
            if found:
                return _replaced(on, found)
        if self.hours.holidays:
            name = holiday_name(self.hours.holidays, on)
            if name:
                return DayHours(on, (), cause="holiday", note=name)
        return self.regular(on)

    def regular(self, on: date) -> DayHours:
        """The date as if there were no exceptions or holidays."""
        if self.hours.always_open:
            return DayHours(on, (ALL_DAY,))
        ordinal = on.toordinal()
        found = [rule for rule in self.rules if rule.falls_on(on)]
        known = any(rule.sure and rule.known_on(ordinal) for rule in self.rules)
        unsure = any(not rule.sure or rule.span is None for rule in found)
        if not found and self.hours.by_appointment:
            return DayHours(on, (), by_appointment=True)
        spans = merged([rule.span for rule in found if rule.sure and rule.span])
        return DayHours(on, spans, known=known and not unsure)


@lru_cache(maxsize=8192)
def calendar(hours: Hours) -> Calendar:
    """The hours made ready."""
    rules = tuple(recurrence(rule) for rule in hours.rules)
    return Calendar(hours, zone_named(hours.timezone), rules)


def merged(spans: list[Minutes]) -> tuple[Minutes, ...]:
    """Sorted, with touching and overlapping spans as one."""
    if len(spans) < 2:
        return tuple(spans)
    found: list[Minutes] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _replaced(on: date, found: list[ExceptionDay]) -> DayHours:
    note = ", ".join(dict.fromkeys(day.reason for day in found if day.reason))
    opened = [day for day in found if not day.closed]
    if not opened:
        return DayHours(on, (), cause="closure", note=note)
    spans = merged([day.span for day in opened if day.span])
    known = all(day.span for day in opened)
    return DayHours(on, spans, known=known, cause="special", note=note)
