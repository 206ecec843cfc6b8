"""Many hours as numpy columns, and what of them opens on one date.

The tests of `recurrence` and the replacements of `days`, done for all rules at once. Rules that
name week numbers or days of the year are rare and asked one by one.
"""

from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from directory.hours.calendars import holiday_name
from directory.hours.days import ALL_DAY, Minutes
from directory.hours.pattern import Hours
from directory.hours.recurrence import (
    ANY_DAY,
    FIRST,
    LAST,
    Recurrence,
    day_bits,
    month_bits,
    month_index,
    recurrence,
    week_index,
)
from directory.hours.rules import WEEKDAYS
from directory.hours.zones import DAY, midnight, minute_at, zone_named

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

_MONTHS = 7  # the unit of a monthly interval; 0 to 6 are weeks by their first day


class Opened(NamedTuple):
    """Spans in epoch minutes, not merged, each with the number of the pattern it is of."""

    pattern: Ints
    start: Ints
    end: Ints


NOTHING = Opened(*(np.empty(0, np.int32) for _ in range(3)))

_SPAN = ("pattern", "start", "end")
_PATTERN = np.dtype([("zone", np.int16), ("calendar", np.int16)])  # calendar -1: none
_RULE = np.dtype(
    [
        ("pattern", np.int32),
        ("days", np.int16, 7),
        ("monthdays", np.int64),
        ("first", np.int32),
        ("last", np.int32),
        ("interval", np.int16),
        ("unit", np.int8),
        ("anchor", np.int32),
        ("start", np.int16),
        ("end", np.int16),
    ]
)
_EXCEPTION = np.dtype(
    [
        ("pattern", np.int32),
        ("first", np.int32),
        ("last", np.int32),
        ("start", np.int16),  # -1: closed or unknown
        ("end", np.int16),
    ]
)


class Columns:
    """Patterns by number, in the order they were added."""

    def __init__(self) -> None:
        self.count = 0
        self._zones: list[str] = []
        self._calendars: list[str] = []
        self._patterns = _Table(_PATTERN)
        self._rules = _Table(_RULE)
        self._exceptions = _Table(_EXCEPTION)
        self._by_hand: list[tuple[int, Recurrence]] = []  # rows of rules asked one by one

    @property
    def zones(self) -> tuple[list[ZoneInfo], Any]:
        """The zones there are, and for each pattern the place of its zone among them."""
        return [zone_named(name) for name in self._zones], self._patterns.columns()["zone"]

    def add(self, hours: Hours) -> None:
        """One more pattern."""
        number = self.count
        self.count += 1
        calendar = _index(self._calendars, hours.holidays) if hours.holidays else -1
        self._patterns.add((_index(self._zones, hours.timezone), calendar))
        if hours.always_open:
            self._rules.add((number, ANY_DAY, 0, FIRST, LAST, 1, 0, 0, *ALL_DAY))
        for rule in map(recurrence, hours.rules):
            if rule.sure and rule.span:
                self._add_rule(number, rule, rule.span)
        for day in hours.exceptions:
            span = day.span or (-1, -1)
            dates = day.starts_on.toordinal(), day.ends_on.toordinal()
            self._exceptions.add((number, *dates, *span))

    def _add_rule(self, number: int, rule: Recurrence, span: Minutes) -> None:
        if rule.weeks or rule.yeardays:
            self._by_hand.append((len(self._rules), rule))
        first = max(rule.valid[0], rule.bounds[0])
        last = min(rule.valid[1], rule.bounds[1])
        monthly = rule.rule.freq == "MONTHLY"
        unit = _MONTHS if monthly else WEEKDAYS.index(rule.rule.wkst)
        dates = first, last, rule.interval, unit, rule.anchor
        self._rules.add((number, rule.days, rule.monthdays, *dates, *span))

    def opened_on(self, on: date, since: int = 0) -> Opened:
        """What opens on one date, of the patterns from number `since` on."""
        rules = self._rules.columns()
        row = int(np.searchsorted(rules["pattern"], since))
        rows = np.flatnonzero(self._falls_on(on, row)) + row
        found = [rules[name][rows] for name in _SPAN]
        replaced, instead = self._replaced(on, since)
        if replaced is not None:
            keep = ~replaced[found[0]]
            found = [column[keep] for column in found]
        if instead is not None:
            found = [np.concatenate(pair) for pair in zip(found, instead, strict=True)]
        return self._to_epoch(on, *found)

    def _falls_on(self, on: date, row: int) -> Bools:
        """Which rules, from a row on, have an occurrence on a date; as `Recurrence.falls_on`."""
        rules = {name: column[..., row:] for name, column in self._rules.columns().items()}
        ordinal = on.toordinal()
        found: Bools = (rules["days"][on.weekday()] & day_bits(on)) != 0
        found &= (rules["first"] <= ordinal) & (rules["last"] >= ordinal)
        found &= (rules["monthdays"] == 0) | (rules["monthdays"] & month_bits(on) != 0)
        some = np.flatnonzero(found & (rules["interval"] > 1))
        if len(some):
            now = [week_index(ordinal, first) for first in range(7)] + [month_index(on)]
            passed = np.array(now, np.int32)[rules["unit"][some]] - rules["anchor"][some]
            found[some] = passed % rules["interval"][some] == 0
        for place, rule in self._by_hand:
            if place >= row:
                found[place - row] &= rule.falls_on(on)
        return found

    def _replaced(self, on: date, since: int) -> tuple[Bools | None, list[Any] | None]:
        """Which patterns do not follow their rules that day, and exceptional spans instead."""
        replaced: Bools | None = None
        for number, name in enumerate(self._calendars):
            if holiday_name(name, on):
                closed = self._patterns.columns()["calendar"] == number
                replaced = closed if replaced is None else replaced | closed
        days, ordinal = self._exceptions.columns(), on.toordinal()
        rows = np.flatnonzero(
            (days["first"] <= ordinal) & (days["last"] >= ordinal) & (days["pattern"] >= since)
        )
        if not len(rows):
            return replaced, None
        if replaced is None:
            replaced = np.zeros(self.count, np.bool_)
        replaced[days["pattern"][rows]] = True
        rows = rows[days["start"][rows] >= 0]
        return replaced, [days[name][rows] for name in _SPAN]

    def _to_epoch(self, on: date, pattern: Ints, start: Any, end: Any) -> Opened:
        """Wall-clock minutes of a date to epoch minutes, zone by zone."""
        ordinal = on.toordinal()
        zones, zone_of = self.zones
        known = [midnight(zone, ordinal) for zone in zones]
        if not all(steady for _, steady in known):  # an end that is skipped is an end of the whole
            pattern, start, end = merged(Opened(pattern, start, end))
        zone_of = zone_of[pattern]
        base = np.array([minute for minute, _ in known], np.int32)[zone_of]
        first, last = base + start, base + end
        for number, (_, steady) in enumerate(known):
            if not steady:
                rows = np.flatnonzero(zone_of == number)
                first[rows] = _minutes_at(zones[number], ordinal, start[rows])
                last[rows] = _minutes_at(zones[number], ordinal, end[rows])
        real = first < last
        return Opened(pattern[real], first[real], last[real])


class _Table:
    """Rows added one by one, asked by contiguous columns."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype
        self._fresh: list[tuple[Any, ...]] = []
        self._columns = _by_column(np.empty(0, dtype))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, row: tuple[Any, ...]) -> None:
        self._fresh.append(row)
        self._length += 1

    def columns(self) -> dict[str, Any]:
        if self._fresh:
            fresh = _by_column(np.array(self._fresh, self._dtype))
            self._columns = {
                name: np.concatenate((column, fresh[name]), axis=-1)
                for name, column in self._columns.items()
            }
            self._fresh = []
        return self._columns


def _by_column(rows: Any) -> dict[str, Any]:
    """A record array as columns; a field of several values has one row for each of them."""
    return {name: np.ascontiguousarray(rows[name].T) for name in rows.dtype.names}


def _minutes_at(zone: ZoneInfo, ordinal: int, minutes: Any) -> Any:
    """As `minute_at`, on a date on which the clocks change."""
    different, places = np.unique(minutes, return_inverse=True)
    found = [minute_at(zone, ordinal, int(minute)) for minute in different]
    return np.array(found, np.int32)[places]


def between(start: int, end: int) -> range:
    """Ordinals of the dates, in whatever zone, whose spans may have a minute in [start, end)."""
    epoch = date(1970, 1, 1).toordinal()
    return range(epoch + start // DAY - 2, epoch + (end - 1) // DAY + 2)


def joined(parts: list[Opened]) -> Opened:
    """Several as one."""
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return Opened(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def merged(spans: Opened) -> Opened:
    """Touching and overlapping spans of a pattern as one."""
    if not len(spans.pattern):
        return spans
    apart = spans.pattern.astype(np.int64) << 32  # patterns one after another on one line
    order = np.argsort(apart + spans.start)
    end = np.maximum.accumulate((apart + spans.end)[order])
    start = (apart + spans.start)[order]
    first = np.flatnonzero(np.append(True, start[1:] > end[:-1]))
    last = np.append(first[1:], len(order)) - 1
    low = (apart[order])[first]
    return Opened(
        spans.pattern[order][first],
        (start[first] - low).astype(np.int32),
        (end[last] - low).astype(np.int32),
    )


def _index(names: list[str], name: str) -> int:
    if name not in names:
        names.append(name)
    return names.index(name)
