"""When a patient can go: their week as a ribbon and in words, and windows as fields of a form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import Invalid
from directory.hours import Window, free_windows, parse_windows
from directory.hours.clock import clock
from patients.views import TimeView
from web.forms import read_clock
from web.i18n import Language
from web.ribbon import LARGE, Minutes, drawing, ribbon
from web.staff.typed import Typed
from web.times import DAY, day_name, window_words

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A free or blocked time in words."""

    kind: str
    words: str
    reason: str
    dates: str


@dataclass(frozen=True, slots=True)
class Week:
    """The drawing (HTML), and the same in words. `full` is that blocked times leave nothing."""

    drawing: str
    lines: tuple[TimeLine, ...]
    free: tuple[Window, ...]
    full: bool


def week_of(times: Sequence[TimeView], today: date, say: Language) -> Week:
    """The patient's week as it is today."""
    now = [time for time in times if _holds(time, today)]
    said = {kind: _windows(now, kind) for kind in ("free", "blocked")}
    full = False
    try:
        free = free_windows(said["free"], said["blocked"])
    except Invalid:
        free, full = (), True
    view = ribbon(
        _by_day(free),
        [day_name(day, say, "narrow").upper() for day in range(7)],
        None,
        LARGE,
        hour_words=[clock(hour * 60, say.locale) for hour in (6, 12, 18)],
        busy=_by_day(said["blocked"]),
    )
    lines = tuple(_line(time, say) for time in sorted(times, key=lambda time: time.kind))
    return Week(drawing(view) if now else "", lines, free, full)


def _holds(time: TimeView, today: date) -> bool:
    return (time.valid_from or today) <= today <= (time.valid_to or today)


def _windows(times: Iterable[TimeView], kind: str) -> list[Window]:
    return [w for time in times if time.kind == kind for w in parse_windows(time.window)]


def _by_day(windows: Iterable[Window]) -> list[list[Minutes]]:
    """Windows by weekday; what runs past midnight goes on the next day."""
    days: list[list[Minutes]] = [[] for _ in range(7)]
    for window in windows:
        days[window.weekday].append((window.start_minute, min(window.end_minute, DAY)))
        if window.end_minute > DAY:
            days[(window.weekday + 1) % 7].append((0, window.end_minute - DAY))
    return days


def _line(time: TimeView, say: Language) -> TimeLine:
    dates = ""
    if time.valid_from and time.valid_to:
        dates = say.gettext(
            "from %(first)s to %(last)s",
            first=say.day(time.valid_from),
            last=say.day(time.valid_to),
        )
    elif time.valid_from:
        dates = say.gettext("from %(first)s on", first=say.day(time.valid_from))
    elif time.valid_to:
        dates = say.gettext("until %(last)s", last=say.day(time.valid_to))
    return TimeLine(time.kind, window_words(time.window, say), time.reason or "", dates)


def day_options(say: Language) -> list[tuple[str, str]]:
    """The days of the week, short."""
    names = [day_name(number, say, "abbreviated") for number in range(7)]
    return [(day, name[:1].upper() + name[1:]) for day, name in zip(DAYS, names, strict=True)]


def window_fields(prefix: str, text: str) -> dict[str, object]:
    """A window as the fields of a form."""
    windows = parse_windows(text)
    first = windows[0]
    return {
        f"{prefix}-days": [DAYS[window.weekday] for window in windows],
        f"{prefix}-from": _clock(first.start_minute),
        f"{prefix}-to": _clock(first.end_minute),
    }


def read_window(typed: Typed, prefix: str, say: Language) -> tuple[str, dict[str, str]]:
    """The window in the fields, blank when they are; and what is wrong with them, by field."""
    days = [day for day in DAYS if typed.has(f"{prefix}-days", day)]
    said = {part: typed.value(f"{prefix}-{part}").strip() for part in ("from", "to")}
    if not days and not any(said.values()):
        return "", {}
    errors, minutes = {}, {"from": 0, "to": 0}
    for part, text in said.items():
        found = read_clock(text) if text else 0
        if found is None:
            errors[f"{prefix}-{part}"] = say.gettext("Type a time like 7:00 p.m. or 19:00.")
        minutes[part] = found or 0
    if not days:
        errors[f"{prefix}-days"] = say.gettext("Choose at least one day.")
    start, end = _clock(minutes["from"]), _clock(minutes["to"])
    return f"{','.join(days)} {start}-{end}", errors


def _clock(minute: int) -> str:
    minute %= DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"
