"""Opening hours as written down: recurrence rules and dated exceptions.

Names and meanings are those of an HSDS 3 `schedule` row, which borrows them from RFC 5545. The
values here are immutable, checked when made, and normalised, so that two ways of writing the same
opening hours are equal and share one key.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any, Literal

from core.errors import Invalid

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)")
_MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class Rule:
    """One HSDS schedule row: on which days, from when to when on the wall clock.

    - `closes_at` not after `opens_at` means past midnight; equal means 24 hours. The span belongs
      to the day it opens. A closing time of 23:59 is how forms that cannot say 24:00 write
      midnight, and is taken as midnight. Seconds are dropped from `opens_at` and round
      `closes_at` up to the next minute.
    - `dtstart`, `until` and `count` bound the recurrence: outside them the place is closed.
      `valid_from` and `valid_to` bound what is *known*: outside them nothing is known.
    - Without both times, the hours of the days it falls on are unknown. The days themselves are
      unknown when they cannot be worked out: no by-part and no `dtstart`, or an `interval` or
      `count` without the `dtstart` it is counted from.

    Raises Invalid naming the field.
    """

    freq: Literal["WEEKLY", "MONTHLY"] = "WEEKLY"
    interval: int = 1
    wkst: str = "MO"
    byday: str = ""  # "MO,WE", and with MONTHLY also "1SA,-1FR"
    bymonthday: str = ""  # "1,15,-1"
    byweekno: str = ""  # "1,26,-1"
    byyearday: str = ""  # "1,200,-1"
    dtstart: date | None = None
    until: date | None = None  # last day an occurrence may fall on
    count: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None

    def __post_init__(self) -> None:
        _one_of("freq", self.freq, ("WEEKLY", "MONTHLY"))
        _one_of("wkst", self.wkst, WEEKDAYS)
        _within("interval", self.interval, 1, 999)
        if self.count is not None:
            _within("count", self.count, 1, 9999)
        _set(self, "byday", _days(self.byday, self.freq))
        for name, limit in (("bymonthday", 31), ("byweekno", 53), ("byyearday", 366)):
            text = getattr(self, name)
            if text:
                _set(self, name, ",".join(map(str, _numbers(name, text, limit))))
        if self.opens_at is not None:
            _set(self, "opens_at", _opening(self.opens_at))
        if self.closes_at is not None:
            _set(self, "closes_at", _closing(self.closes_at))

    @property
    def span(self) -> tuple[int, int] | None:
        """Minutes after the day's midnight, end above start and up to 2879; None: unknown."""
        return span_minutes(self.opens_at, self.closes_at)


@dataclass(frozen=True, slots=True)
class ExceptionDay:
    """Dates (both included) on which everything regular is replaced.

    `closed` says there is nothing; otherwise the times say what there is instead, and without
    both times the hours of those dates are unknown. Several of them on one date add up; one with
    hours wins over one that says closed. Raises Invalid.
    """

    starts_on: date
    ends_on: date
    opens_at: time | None = None
    closes_at: time | None = None
    closed: bool = True
    reason: str = ""

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise Invalid("An exception cannot end before it starts.", parameter="ends_on")
        if self.closed and (self.opens_at or self.closes_at):
            raise Invalid(
                "An exception is either closed or has hours, not both.", parameter="closed"
            )
        if self.opens_at is not None:
            _set(self, "opens_at", _opening(self.opens_at))
        if self.closes_at is not None:
            _set(self, "closes_at", _closing(self.closes_at))

    @property
    def span(self) -> tuple[int, int] | None:
        """As `Rule.span`."""
        return span_minutes(self.opens_at, self.closes_at)


def span_minutes(opens_at: time | None, closes_at: time | None) -> tuple[int, int] | None:
    """Wall-clock minutes [start, end) of a day; an end past midnight is above 1440."""
    if opens_at is None or closes_at is None:
        return None
    start = opens_at.hour * 60 + opens_at.minute
    end = closes_at.hour * 60 + closes_at.minute
    return start, end if end > start else end + 24 * 60


@lru_cache(maxsize=4096)
def split_days(byday: str) -> tuple[tuple[int, int], ...]:
    """(weekday with Monday 0, ordinal or 0) of each part of a checked `byday`."""
    parts = (_DAY.fullmatch(part) for part in byday.split(",") if part)
    return tuple((WEEKDAYS.index(part[2]), int(part[1] or 0)) for part in parts if part)


def split_numbers(text: str) -> list[int]:
    """The numbers of a checked `bymonthday`, `byweekno` or `byyearday`."""
    return [int(part) for part in text.split(",") if part]


def _set(value: Any, name: str, to: Any) -> None:
    object.__setattr__(value, name, to)


def _one_of(name: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise Invalid(f"{name} must be one of {', '.join(allowed)}.", parameter=name)


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise Invalid(f"{name} must be from {low} to {high}.", parameter=name)


@lru_cache(maxsize=4096)
def _days(text: str, freq: str) -> str:
    """`byday` in week order without repeats."""
    if not text:
        return ""
    found = set()
    for part in text.upper().split(","):
        match = _DAY.fullmatch(part.strip())
        if match is None or abs(int(match[1] or 0)) > 5:
            raise Invalid(
                f"byday has {part.strip()!r}; use MO to SU, with MONTHLY also 1SA to 5SA and -1SA.",
                parameter="byday",
            )
        if match[1] and freq != "MONTHLY":
            raise Invalid(f"byday {part.strip()!r} needs freq MONTHLY.", parameter="byday")
        found.add((int(match[1] or 0), WEEKDAYS.index(match[2])))
    return ",".join(f"{ordinal or ''}{WEEKDAYS[day]}" for ordinal, day in sorted(found))


def _numbers(name: str, text: str, limit: int) -> list[int]:
    try:
        found = sorted({int(part) for part in text.split(",")})
    except ValueError:
        found = [0]
    if any(number == 0 or abs(number) > limit for number in found):
        raise Invalid(
            f"{name} must be numbers from 1 to {limit} or -{limit} to -1, between commas.",
            parameter=name,
        )
    return found


def _opening(at: time) -> time:
    _check_local("opens_at", at)
    return at.replace(second=0, microsecond=0)


def _closing(at: time) -> time:
    _check_local("closes_at", at)
    minute = at.hour * 60 + at.minute + (1 if at.second or at.microsecond else 0)
    if minute >= 23 * 60 + 59:
        return _MIDNIGHT
    return time(minute // 60, minute % 60)


def _check_local(name: str, at: time) -> None:
    if at.tzinfo is not None:
        raise Invalid(f"{name} must be a time on the place's own clock.", parameter=name)
