"""A time of the week somebody is free: "sat 09:00-12:00", "weekdays 17:00-21:00"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from core.errors import Invalid
from directory.hours.zones import DAY, local_date, minute_at

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS = {"weekdays": (0, 1, 2, 3, 4), "weekend": (5, 6), "daily": (0, 1, 2, 3, 4, 5, 6)}
_TEXT = re.compile(r"([a-z]+(?:,[a-z]+)*) +(\d\d?):(\d\d)-(\d\d?):(\d\d)", re.ASCII)
_ALLOWED = (
    "a day (mon, tue, wed, thu, fri, sat, sun, weekdays, weekend, daily) and times from 00:00 to "
    '24:00, such as "sat 09:00-12:00"'
)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Every such weekday (0 is Monday) from one minute of the day to another, on a local clock.

    `end_minute` is above `start_minute`; past midnight it is above 1440.
    """

    weekday: int
    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not (
            0 <= self.weekday <= 6
            and 0 <= self.start_minute < DAY
            and self.start_minute < self.end_minute <= self.start_minute + DAY
        ):
            raise Invalid(f"A window needs {_ALLOWED}.", parameter="open_during")

    def __str__(self) -> str:
        """As it is written: "tue 09:00-12:00"."""
        end = self.end_minute - DAY if self.end_minute > DAY else self.end_minute
        start = self.start_minute
        return (
            f"{_NAMES[self.weekday]} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
        )

    def occurrences(self, zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Each [start, end) in epoch minutes that has a minute in [start, end), in order."""
        on = local_date(zone, start) - timedelta(days=1)
        last = local_date(zone, end)
        while on <= last:
            if on.weekday() == self.weekday:
                found = self.on(zone, on)
                if found[0] < found[1] and found[1] > start and found[0] < end:
                    yield found
            on += timedelta(days=1)

    def on(self, zone: ZoneInfo, day: date) -> tuple[int, int]:
        """[start, end) in epoch minutes on one date of this weekday."""
        ordinal = day.toordinal()
        return (
            minute_at(zone, ordinal, self.start_minute),
            minute_at(zone, ordinal, self.end_minute),
        )


def parse_windows(text: str) -> tuple[Window, ...]:
    """One window for each day named: "weekdays 17:00-21:00" is five. Raises Invalid.

    An end not after the start is past midnight: "fri 22:00-02:00".
    """
    match = _TEXT.fullmatch(text.strip().lower())
    if match is None:
        raise Invalid(f"Not a time window; use {_ALLOWED}.", parameter="open_during")
    start, end = _minute(match[2], match[3]), _minute(match[4], match[5])
    if start == DAY:
        raise Invalid("A window cannot start at 24:00.", parameter="open_during")
    if end <= start:
        end += DAY
    return tuple(Window(day, start, end) for day in sorted(_weekdays(match[1])))


def parse_window(text: str) -> Window:
    """The one window of a text that names one day. Raises Invalid."""
    found = parse_windows(text)
    if len(found) != 1:
        raise Invalid("Name one day for one window.", parameter="open_during")
    return found[0]


def _weekdays(text: str) -> set[int]:
    found: set[int] = set()
    for name in text.split(","):
        if name in _GROUPS:
            found.update(_GROUPS[name])
        elif name in _NAMES:
            found.add(_NAMES.index(name))
        else:
            raise Invalid(f"Unknown day {name!r}; use {_ALLOWED}.", parameter="open_during")
    return found


def _minute(hour: str, minute: str) -> int:
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > DAY:
        raise Invalid(f"There is no {hour}:{minute}; use {_ALLOWED}.", parameter="open_during")
    return found
