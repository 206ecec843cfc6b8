"""Openings as moments: merged, sorted, half-open, in the place's own zone.

Inside, a moment is a whole minute since the epoch, because Python compares and subtracts two
datetimes of one zone by the wall clock, which is wrong on the days clocks change.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from directory.hours.days import Calendar, Minutes, calendar, merged
from directory.hours.pattern import Hours
from directory.hours.window import Window
from directory.hours.zones import (
    DAY,
    check_date,
    epoch_minute,
    local_date,
    minute_at,
    moment,
)

HORIZON_DAYS = 400


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to but not including `end`, aware, on the clock of the place's zone."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """How long it really lasts, also when clocks change inside it."""
        return epoch_minute(self.end) - epoch_minute(self.start)

    def __contains__(self, at: datetime) -> bool:
        return epoch_minute(self.start) <= epoch_minute(at) < epoch_minute(self.end)


def spans(hours: Hours, first: date, last: date) -> list[Span]:
    """What opens on the dates from `first` to `last`, both included.

    A span that opened the evening before `first` is not among them; one that opens on `last`
    past its midnight is there whole. Daylight-saving changes are as `zones` says. Raises Invalid
    for dates outside 1970 to 2199.
    """
    ready = calendar(hours)
    found = openings(ready, check_date(first), check_date(last))
    return [span_of(ready.zone, minutes) for minutes in found]


def openings(ready: Calendar, first: date, last: date) -> Iterator[Minutes]:
    """As `spans`, in epoch minutes, and as late as possible: ask for little, pay for little."""
    current: Minutes | None = None
    on = first
    while on <= last:
        for start, end in opened_on(ready, on):
            if current and start <= current[1]:
                current = (current[0], max(current[1], end))
                continue
            if current:
                yield current
            current = (start, end)
        on += timedelta(days=1)
        if current and current[1] < minute_at(ready.zone, on.toordinal(), 0):
            yield current
            current = None
    if current:
        yield current


def opened_on(ready: Calendar, on: date) -> tuple[Minutes, ...]:
    """The date's own spans in epoch minutes."""
    day = ready.day(on).spans
    if not day:
        return ()
    ordinal, zone = on.toordinal(), ready.zone
    found = [(minute_at(zone, ordinal, start), minute_at(zone, ordinal, end)) for start, end in day]
    return merged([(start, end) for start, end in found if start < end])


def around(ready: Calendar, start: int, end: int) -> Iterator[Minutes]:
    """The openings that have a minute in [start, end)."""
    first = local_date(ready.zone, start) - timedelta(days=1)
    last = local_date(ready.zone, end)
    for found in openings(ready, first, last):
        if found[0] >= end:
            return
        if found[1] > start:
            yield found


def overlap_minutes(hours: Hours, start: datetime, end: datetime) -> int:
    """How many minutes it is open from `start` up to `end`, as time really passes."""
    first, last = epoch_minute(start), epoch_minute(end)
    found = around(calendar(hours), first, last)
    return sum(min(last, closes) - max(first, opens) for opens, closes in found)


def next_opening(hours: Hours, after: datetime, horizon_days: int = HORIZON_DAYS) -> Span | None:
    """The first opening that starts at `after` or later, within the horizon.

    A place that is open at `after` and opened before it has its next opening after it closes.
    """
    ready = calendar(hours)
    minute = epoch_minute(after)
    late = after.second or after.microsecond
    found = first_opening(ready, minute + 1 if late else minute, horizon_days)
    return span_of(ready.zone, found) if found else None


def first_opening(ready: Calendar, after: int, horizon_days: int = HORIZON_DAYS) -> Minutes | None:
    """As `next_opening`, in epoch minutes."""
    for found in around(ready, after, after + horizon_days * DAY):
        if found[0] >= after:
            return found
    return None


def next_overlap(
    hours: Hours, windows: Iterable[Window], after: datetime, days: int = 28, minutes: int = 30
) -> Span | None:
    """The first time from `after` on that one opening covers enough of one of the windows.

    Enough is `minutes`, or the whole window where that is shorter. The span is what the two have
    in common. Windows are on the place's own clock, and those of the next `days` days count.
    """
    ready = calendar(hours)
    start = epoch_minute(after)
    found = [
        part
        for window in windows
        for part in _first_part(ready, window, start, start + days * DAY, minutes)
    ]
    return span_of(ready.zone, min(found)) if found else None


def minutes_inside(hours: Hours, windows: Iterable[Window], after: datetime, days: int = 28) -> int:
    """How many minutes from `after` on it is open inside the windows of the next `days` days.

    The windows must not overlap; see `free_windows`.
    """
    ready = calendar(hours)
    start = epoch_minute(after)
    found = 0
    for window in windows:
        for low, high in window.occurrences(ready.zone, start, start + days * DAY):
            first = max(low, start)
            parts = around(ready, first, high)
            found += sum(min(closes, high) - max(opens, first) for opens, closes in parts)
    return found


def _first_part(
    ready: Calendar, window: Window, start: int, end: int, minutes: int
) -> Iterator[Minutes]:
    for opens, closes in window.occurrences(ready.zone, start, end):
        need = min(minutes, closes - opens)
        low = max(opens, start)
        for found in around(ready, low, closes):
            part = (max(found[0], low), min(found[1], closes))
            if part[1] - part[0] >= need:
                yield part
                return


def span_of(zone: ZoneInfo, found: Minutes) -> Span:
    """Epoch minutes as moments on the zone's clock."""
    return Span(moment(zone, found[0]), moment(zone, found[1]))
