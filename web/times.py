"""One place's week in words and as a ribbon: clock times, groups of days, the table of hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from core.errors import Invalid
from directory.hours import (
    Hours,
    Window,
    next_overlap,
    parse_windows,
    state_at,
    week,
    week_days,
)
from directory.hours.clock import clock, spoken_range, spoken_time
from directory.hours.text import (
    describe,
    describe_dates,
    describe_other,
    describe_week,
    rare_rules,
)
from directory.hours.week_text import Rare
from web.forms import DAYS, SearchForm, read_clock
from web.i18n import Language
from web.ribbon import LARGE, SMALL, Minutes, Ribbon, Size, drawing, ribbon

DAY = 1440
NO_BREAK = "\N{NO-BREAK SPACE}"
AHEAD_DAYS = 60
"""How far ahead a listing tells of holidays and exceptions."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One row of the table of hours."""

    name: str
    today: bool
    text: str


@dataclass(frozen=True, slots=True)
class StateWords:
    """The open state: `kind` chooses the lamp, `text` says it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What a card says of hours: the state, the week in a few short lines, its ribbon as SVG."""

    state: StateWords
    lines: tuple[str, ...] = ()
    ribbon: str = ""


def glance(
    hours: str | None, now: datetime, say: Language, wanted: tuple[Window, ...] = ()
) -> Glance:
    """A glance at hours given by their canonical JSON."""
    if hours is None:
        return Glance(state(None, now, say))
    known = _read_hours(hours)
    return Glance(
        state(known, now, say),
        compact(known, now, say),
        week_drawing(known, now, say, SMALL, wanted),
    )


@lru_cache(maxsize=20_000)
def _read_hours(text: str) -> Hours:
    return Hours.from_json(text)


def state(hours: Hours | None, now: datetime, say: Language) -> StateWords:
    """The open state now; no hours at all is a state of its own."""
    if hours is None:
        return StateWords("unknown", say.gettext("Hours unknown – call"))
    found = state_at(hours, now)
    return StateWords(found.state.value, describe(found, now, say.gettext, say.locale))


def at_clock(minute: int, say: Language) -> str:
    """A time of day inside a sentence, after "at" or "until"."""
    return spoken_time(minute, say.gettext, say.locale).replace(" ", NO_BREAK)


def day_name(weekday: int, say: Language, width: str = "wide") -> str:
    """Monday is 0. `width` is "wide", "abbreviated" or "narrow"."""
    names = get_day_names(width, "stand-alone", say.locale)  # type: ignore[arg-type]
    return str(names[weekday])


def table(hours: Hours, now: datetime, say: Language) -> tuple[DayRow, ...]:
    """The regular week, Monday first; empty when nothing says which weekdays."""
    today = _today(hours, now)
    rows = describe_week(hours, today, say.gettext, say.locale)
    return tuple(
        DayRow(name, number == today.weekday(), text) for number, (name, text) in enumerate(rows)
    )


def other_rules(hours: Hours, now: datetime, say: Language) -> tuple[str, ...]:
    """Rules without a weekday: "The 1st and 15th of the month, 9–11 a.m."."""
    return tuple(describe_other(hours, _today(hours, now), say.gettext, say.locale))


def changes(hours: Hours, now: datetime, say: Language) -> tuple[tuple[str, str], ...]:
    """(dates, hours) of the holidays and exceptions to come."""
    today = _today(hours, now)
    last = today + timedelta(days=AHEAD_DAYS)
    return tuple(describe_dates(hours, today, last, say.gettext, say.locale))


def _today(hours: Hours, now: datetime) -> date:
    return now.astimezone(ZoneInfo(hours.timezone)).date()


def compact(hours: Hours, now: datetime, say: Language) -> tuple[str, ...]:
    """The week in a few short lines: "Mon–Fri 9 a.m.–5 p.m.", then what is not so every week."""
    today = _today(hours, now)
    rare, rare_days = rare_rules(hours, today, say.gettext, say.locale)
    groups: dict[tuple[Minutes, ...], list[int]] = {}
    for day in week_days(hours, today):
        told = day.on.weekday() in rare_days and not day.cause
        if day.spans and not told:
            groups.setdefault(day.spans, []).append(day.on.weekday())
    lines = [
        f"{_day_group(days, say)} {', '.join(_short(span, say) for span in spans)}"
        for spans, days in groups.items()
    ]
    return (*lines, *(line for one in rare for line in _rare_lines(one, say)))


def _rare_lines(rare: Rare, say: Language) -> tuple[str, ...]:
    """ "Third Monday of the month, 5–8 p.m.", "Mon–Fri 8–9 a.m. (from Jun 14, 2027)"."""
    if rare.texts or rare.span is None:
        return rare.texts
    return (f"{_day_group(rare.weekdays, say)} {_short(rare.span, say)} {rare.season}",)


def _short(span: Minutes, say: Language) -> str:
    if span[1] - span[0] >= DAY:
        return say.gettext("24 hours")
    return spoken_range(span, say.gettext, say.locale, tight=True).replace(" ", NO_BREAK)


def _day_group(days: Sequence[int], say: Language) -> str:
    """ "Mon–Fri, Sun" of [0, 1, 2, 3, 4, 6]."""
    if len(days) == 7:
        return say.gettext("Every day")
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = []
    for run in runs:
        names = [_capital(day_name(day, say, "abbreviated")) for day in run]
        parts += [f"{names[0]}–{names[-1]}"] if len(run) > 2 else names
    return ", ".join(parts)


def week_drawing(
    hours: Hours, now: datetime, say: Language, size: Size, wanted: Sequence[Window] = ()
) -> str:
    """The ribbon of this week as SVG; blank when nothing certain is known of any day."""
    view = draw(hours, now, say, size, wanted)
    known = any(post.spans or not post.unsure for post in view.posts)
    return drawing(view) if known else ""


def draw(
    hours: Hours,
    now: datetime,
    say: Language,
    size: Size = SMALL,
    wanted: Sequence[Window] = (),
) -> Ribbon:
    """The ribbon of the week `now` lies in; `wanted` are the times somebody asked about."""
    local = now.astimezone(ZoneInfo(hours.timezone))
    labels = (6, 12, 18) if size is LARGE else ()
    return ribbon(
        week(hours, local.date()),
        [day_name(day, say, "narrow").upper() for day in range(7)],
        (local.weekday(), local.hour * 60 + local.minute),
        size,
        unsure=[day.by_appointment or not day.known for day in week_days(hours, local.date())],
        wanted=_wanted(wanted),
        hour_words=[clock(hour * 60, say.locale) for hour in labels] or [""] * 3,
    )


def _wanted(windows: Sequence[Window]) -> list[list[Minutes]]:
    """The windows by day; what runs past midnight goes on the next day. A whole day is not news."""
    days: list[list[Minutes]] = [[] for _ in range(7)]
    for window in windows:
        if window.end_minute - window.start_minute >= DAY:
            continue
        days[window.weekday].append((window.start_minute, min(window.end_minute, DAY)))
        if window.end_minute > DAY:
            days[(window.weekday + 1) % 7].append((0, window.end_minute - DAY))
    return days


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def chosen_time(form: SearchForm, say: Language) -> str:
    """The time the form asks for, in words; blank for any time."""
    when = form.value("when")
    if when != "choose":
        return when_words(say).get(when, "")
    minutes = {name: read_clock(form.value(name)) for name in ("from", "to")}
    said = [day_words(say).get(form.value("day"), "")]
    if minutes["from"] is not None and minutes["to"] is not None:
        said.append(_short((minutes["from"], minutes["to"]), say))
    elif minutes["from"] is not None:
        said.append(say.gettext("at %(time)s", time=at_clock(minutes["from"], say)))
    elif minutes["to"] is not None:
        said.append(say.gettext("until %(time)s", time=at_clock(minutes["to"], say)))
    text = " ".join(part for part in said if part)
    return _capital(text)


def next_matching(hours: str | None, now: datetime, say: Language, wanted: Sequence[Window]) -> str:
    """The next opening in the times asked about: "Saturday, March 7, 9 a.m. – 12 p.m."; or blank."""
    if hours is None or not wanted:
        return ""
    span = next_overlap(_read_hours(hours), wanted, now)
    if span is None:
        return ""
    first = span.start.date()
    start = span.start.hour * 60 + span.start.minute
    end = (span.end.date() - first).days * DAY + span.end.hour * 60 + span.end.minute
    said = spoken_range((start, end), say.gettext, say.locale).replace(" ", NO_BREAK)
    return f"{_capital(say.weekday_date(first))}, {said}"


def window_words(text: str, say: Language) -> str:
    """A window as people say it: "Mon–Fri 6–9 p.m."; as it was typed when it is none."""
    try:
        windows = parse_windows(text)
    except Invalid:
        return text
    span = (windows[0].start_minute, windows[0].end_minute)
    return f"{_day_group([window.weekday for window in windows], say)} {_short(span, say)}"


def when_words(say: Language) -> dict[str, str]:
    """The times the form offers, less "any time" and "a time I choose"."""
    return {
        "now": say.gettext("Open now"),
        "evening": say.gettext("Evenings, after 6"),
        "saturday": say.gettext("Saturday"),
        "sunday": say.gettext("Sunday"),
    }


def day_words(say: Language) -> dict[str, str]:
    """The days the form offers, less "any day"."""
    days = {name: _capital(day_name(number, say)) for number, name in enumerate(DAYS[:7])}
    return days | {"weekdays": say.gettext("Monday to Friday"), "weekend": say.gettext("Weekend")}


def when_options(say: Language) -> list[tuple[str, str]]:
    """Values and words of the field that asks when."""
    return [
        ("", say.gettext("Any time")),
        *when_words(say).items(),
        ("choose", say.gettext("A time I choose…")),
    ]


def day_options(say: Language) -> list[tuple[str, str]]:
    """Values and words of the field that asks for a day."""
    return [("", say.gettext("Any day")), *day_words(say).items()]
