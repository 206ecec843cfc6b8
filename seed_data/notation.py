"""The short notation of hours in the county's files, and what it becomes.

mo-fr 9-17; sa 9:30-12        every week, Monday to Friday and Saturday
tu 10-12,13-16                two spans a day
fr,sa 22-2                    past midnight
daily 0-24                    never closed
1,3 sa 9-12                   first and third Saturday of the month (-1 is the last)
2w th 10-12 from 2026-01-08   every second week, counted from that day
2026-06-15..2026-08-14: mo-fr 11-13    only known for those dates
season 2027-06-14..2027-08-13: mo-fr 11-13    closed before and after
appointment                   no regular hours; call for an appointment
unknown: Call first.          words only; nothing a clock can check
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from directory.models import Frequency

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_RANGE = re.compile(r"^(season\s+)?(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d):\s*(.+)$")
_ENTRY = re.compile(
    r"^(?:(?P<weeks>\d+)w\s+|(?P<nth>-?\d(?:,-?\d)*)\s+)?"
    r"(?P<days>[a-z,-]+)\s+(?P<spans>[\d:,-]+)(?:\s+from\s+(?P<start>\d{4}-\d\d-\d\d))?$"
)


class NotationError(ValueError):
    """Text that is not in the notation above."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours read: `schedules` are values of HSDS schedule rows."""

    schedules: tuple[dict[str, Any], ...] = ()
    by_appointment: bool = False


def read_hours(text: str) -> Opening:
    """Reads the notation. Raises NotationError naming the part that is wrong."""
    if text == "appointment":
        return Opening(by_appointment=True)
    if text.startswith("unknown"):
        words = text.partition(":")[2].strip()
        return Opening(({"description": words},) if words else ())
    ranged = _RANGE.match(text)
    dates: dict[str, Any] = {}
    if ranged:
        season, first, last, text = ranged.groups()
        names = ("dtstart", "until") if season else ("valid_from", "valid_to")
        dates = dict(zip(names, map(date.fromisoformat, (first, last)), strict=True))
    rows = [row | dates for part in text.split(";") for row in _entry(part.strip())]
    return Opening(tuple(rows))


def read_span(text: str) -> tuple[time, time]:
    """ "9-17:30" as two times; "24" is midnight. Raises NotationError."""
    opens, dash, closes = text.partition("-")
    if not dash:
        raise NotationError(f"{text!r} is not a span like 9-17:30")
    return _time(opens), _time(closes)


def _entry(part: str) -> Iterator[dict[str, Any]]:
    found = _ENTRY.match(part)
    if not found:
        raise NotationError(f"{part!r} is not hours like 'mo-fr 9-17'")
    days = _days(found["days"])
    nth = found["nth"]
    rule: dict[str, Any] = {"freq": Frequency.WEEKLY, "byday": ",".join(days)}
    if nth:
        ordinals = nth.split(",")
        rule = {
            "freq": Frequency.MONTHLY,
            "byday": ",".join(n + day for n in ordinals for day in days),
        }
    if found["weeks"]:
        if not found["start"]:
            raise NotationError(f"{part!r} needs 'from' and a date to count the weeks from")
        rule |= {"interval": int(found["weeks"]), "dtstart": date.fromisoformat(found["start"])}
    for span in found["spans"].split(","):
        opens, closes = read_span(span)
        yield rule | {"opens_at": opens, "closes_at": closes}


def _days(text: str) -> list[str]:
    if text == "daily":
        text = "mo-su"
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise NotationError(f"{part!r} is not a day or a range of days")
        start, length = DAYS.index(first), (DAYS.index(last or first) - DAYS.index(first)) % 7
        found += [DAYS[(start + step) % 7].upper() for step in range(length + 1)]
    return found


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    try:
        return time(int(hour) % 24 if int(hour) <= 24 else -1, int(minute or 0))
    except ValueError as problem:
        raise NotationError(f"{text!r} is not a time like 9 or 17:30") from problem
