"""When something is open against when a patient can go. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.errors import Invalid
from directory.hours import Hours, Window, free_windows, next_overlap, parse_windows, plain_week
from patients.views import TimeView

DAY = 1440


@dataclass(frozen=True, slots=True)
class Clash:
    """It is open while the patient cannot go: in these windows; or, with `never`, always.

    With `never` and no windows, blocked times are not to blame: it is closed whenever they are free.
    """

    never: bool
    windows: tuple[Window, ...]


def clash_of(hours: Hours | None, times: Iterable[TimeView], at: datetime) -> Clash | None:
    """How the hours clash with the times of a patient; None when they do not, or nothing is known."""
    known = list(times)
    if hours is None or not known:
        return None
    today = at.astimezone(ZoneInfo(hours.timezone)).date()
    held = [time for time in known if holds(time, today)]
    if not held:
        return None
    blocked = windows_of(held, "blocked")
    try:
        free = free_windows(windows_of(held, "free"), blocked)
        never = next_overlap(hours, free, at) is None
    except Invalid:
        never = True
    found = tuple(_both(plain_week(hours, today), blocked))
    return Clash(never, found) if never or found else None


def clash_at(times: Iterable[TimeView], at: datetime, zone: ZoneInfo) -> TimeView | None:
    """The blocked time of the patient that a moment falls into."""
    local = at.astimezone(zone)
    for time in times:
        if time.kind == "blocked" and any(_holds_at(time, w, local) for w in windows_of([time])):
            return time
    return None


def holds(time: TimeView, on: date) -> bool:
    """Whether the time is said of that day."""
    return (time.valid_from or on) <= on <= (time.valid_to or on)


def windows_of(times: Iterable[TimeView], kind: str = "") -> list[Window]:
    """The windows of these times, of one kind or of all."""
    return [w for time in times if kind in ("", time.kind) for w in parse_windows(time.window)]


def _holds_at(time: TimeView, window: Window, local: datetime) -> bool:
    """Whether the window, begun that day or the evening before, has the moment in it."""
    minute = local.hour * 60 + local.minute
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        inside = window.start_minute <= minute + back * DAY < window.end_minute
        if day.weekday() == window.weekday and inside and holds(time, day):
            return True
    return False


def _both(week: Sequence[Sequence[tuple[int, int]]], blocked: Iterable[Window]) -> list[Window]:
    """What an opening and a blocked time have in common, by day; past midnight is the next day."""
    found = set()
    for window in blocked:
        for day, start, end in _parts(window):
            for opens, closes in week[day]:
                low, high = max(start, opens), min(end, closes)
                if low < high:
                    found.add(Window(day, low, high))
    return sorted(found)


def _parts(window: Window) -> Iterable[tuple[int, int, int]]:
    yield window.weekday, window.start_minute, min(window.end_minute, DAY)
    if window.end_minute > DAY:
        yield (window.weekday + 1) % 7, 0, window.end_minute - DAY
