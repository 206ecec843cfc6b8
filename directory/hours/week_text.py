"""The week of a place in words, for a table: regular hours, monthly rules, days that differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from babel import Locale

from directory.hours.clock import (
    Gettext,
    listed,
    locale_of,
    sentence,
    spoken_date,
    spoken_range,
    spoken_ranges,
    weekday_name,
)
from directory.hours.days import Calendar, DayHours, calendar, merged
from directory.hours.holiday_names import N_, spoken_holiday
from directory.hours.pattern import Hours
from directory.hours.recurrence import EVERY, Recurrence, ordinal_bit
from directory.hours.rules import split_numbers

_ORDINALS = {
    1: N_("first"),
    2: N_("second"),
    3: N_("third"),
    4: N_("fourth"),
    5: N_("fifth"),
    -5: N_("fifth to last"),
    -4: N_("fourth to last"),
    -3: N_("third to last"),
    -2: N_("second to last"),
    -1: N_("last"),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """The language something is said in, and the date it is said on."""

    gettext: Gettext
    locale: Locale
    today: date


@dataclass(frozen=True, slots=True)
class Rare:
    """A rule that does not hold every week of the year. `span` is minutes of its days, None when unknown.

    `texts` has one sentence for each of its `weekdays`, unless it holds every week of a season: then
    `season` says which, "(from Jun 14) (until Aug 13)".
    """

    weekdays: tuple[int, ...]
    span: tuple[int, int] | None
    season: str
    texts: tuple[str, ...]


def rare_rules(
    hours: Hours, on: date, gettext: Gettext, locale: str | Locale = "en"
) -> tuple[list[Rare], set[int]]:
    """The rules by weekday that hold in some weeks only, as of the date `on`; and the weekdays (Monday
    is 0) on which nothing else falls."""
    words = _Words(gettext, locale_of(locale), on)
    pinned = [rule for rule in _in_force(calendar(hours), on) if _by_weekday(rule)]
    plain = [rule for rule in pinned if _is_plain(rule, words)]
    found = [_rare(rule, words) for rule in pinned if rule not in plain]
    days = {day for one in found for day in one.weekdays}
    return found, {day for day in days if not any(rule.days[day] for rule in plain)}


def _is_plain(rule: Recurrence, words: _Words) -> bool:
    days = (day for day in range(7) if rule.days[day])
    return not _limits(rule, words) and all(_every_week(rule, day) for day in days)


def _rare(rule: Recurrence, words: _Words) -> Rare:
    weekdays = tuple(day for day in range(7) if rule.days[day])
    if all(_every_week(rule, day) for day in weekdays):
        return Rare(weekdays, rule.span, " ".join(_limits(rule, words)), ())
    texts = [_with_hours(_weekday_days(rule, day, words), rule, words) for day in weekdays]
    return Rare(weekdays, rule.span, "", tuple(map(sentence, texts)))


def describe_week(
    hours: Hours, on: date, gettext: Gettext, locale: str | Locale = "en"
) -> list[tuple[str, str]]:
    """(weekday, hours) for Monday to Sunday, as they regularly are on the date `on`.

    "9 a.m. – 12 p.m., 1 – 5 p.m.", "Closed", "Open 24 hours", "By appointment", "Hours unknown –
    call"; what is not every week is in words: "First Saturday of the month, 9–11 a.m.". Empty when
    nothing says which weekdays; then `describe_other` has all there is.
    """
    words = _Words(gettext, locale_of(locale), on)
    ready = calendar(hours)
    rules = _in_force(ready, on)
    pinned = [rule for rule in rules if rule.sure and _by_weekday(rule)]
    if rules and not pinned and not hours.always_open:
        return []
    return [
        (sentence(weekday_name(day, words.locale)), _weekday_text(ready, rules, pinned, day, words))
        for day in range(7)
    ]


def describe_other(
    hours: Hours, on: date, gettext: Gettext, locale: str | Locale = "en"
) -> list[str]:
    """The rules no weekday can be given for: "The 1st and 15th of the month, 9–11 a.m."."""
    words = _Words(gettext, locale_of(locale), on)
    rules = [rule for rule in _in_force(calendar(hours), on) if not _by_weekday(rule)]
    return [sentence(_with_hours(_other_days(rule, words), rule, words)) for rule in rules]


def describe_dates(
    hours: Hours, first: date, last: date, gettext: Gettext, locale: str | Locale = "en"
) -> list[tuple[str, str]]:
    """(dates, hours) of holidays and exceptions: ("Dec 24 – Jan 1", "Closed: Winter break").

    Days in a row with the same hours and reason are one. A holiday on a day that is closed anyway
    is left out.
    """
    words = _Words(gettext, locale_of(locale), first)
    found = []
    for days in _runs(_special_days(calendar(hours), first, last)):
        dates = [spoken_date(day, first, words.locale) for day in (days[0].on, days[-1].on)]
        text = gettext("{start} – {end}").format(start=dates[0], end=dates[1])
        found.append((text if len(days) > 1 else dates[0], _special_text(days[0], words)))
    return found


def _in_force(ready: Calendar, on: date) -> list[Recurrence]:
    """Rules known on the date that have not ended by it."""
    ordinal = on.toordinal()
    return [rule for rule in ready.rules if rule.known_on(ordinal) and ordinal <= rule.bounds[1]]


def _by_weekday(rule: Recurrence) -> bool:
    return not (rule.monthdays or rule.weeks or rule.yeardays) and rule.sure


def _every_week(rule: Recurrence, weekday: int) -> bool:
    return rule.interval == 1 and bool(rule.days[weekday] & EVERY)


def _weekday_text(
    ready: Calendar,
    rules: list[Recurrence],
    pinned: list[Recurrence],
    weekday: int,
    words: _Words,
) -> str:
    if ready.hours.always_open:
        return words.gettext("Open 24 hours")
    falling = [rule for rule in pinned if rule.days[weekday]]
    plain = [rule for rule in falling if _every_week(rule, weekday) and not _limits(rule, words)]
    spans = merged([rule.span for rule in plain if rule.span])
    parts = [spoken_ranges(spans, words.gettext, words.locale)] if spans else []
    if any(rule.span is None for rule in plain):
        parts.append(words.gettext("Hours unknown – call"))
    rest = [rule for rule in falling if rule not in plain]
    texts = [_with_hours(_weekday_days(rule, weekday, words), rule, words) for rule in rest]
    parts += [sentence(text) for text in texts]
    return "; ".join(parts) or _nothing(ready, rules, words)


def _nothing(ready: Calendar, rules: list[Recurrence], words: _Words) -> str:
    if ready.hours.by_appointment:
        return words.gettext("By appointment")
    unsure = not any(rule.sure for rule in rules) or any(not rule.sure for rule in rules)
    return words.gettext("Hours unknown – call") if unsure else words.gettext("Closed")


def _with_hours(days: str, rule: Recurrence, words: _Words) -> str:
    """first Saturday of the month, 9–11 a.m. (until Oct 31)"""
    gettext = words.gettext
    if rule.span is None or not rule.sure:
        hours = gettext("hours unknown – call")
    elif rule.span[1] - rule.span[0] == 24 * 60:
        hours = gettext("24 hours")
    else:
        hours = spoken_range(rule.span, gettext, words.locale, tight=True)
    text = gettext("{days}, {hours}").format(days=days, hours=hours)
    return " ".join([text, *_limits(rule, words)])


def _limits(rule: Recurrence, words: _Words) -> list[str]:
    """When the rule starts, if it has not yet, and when it ends."""
    found = []
    start, end = rule.rule.dtstart, rule.rule.until
    if start and start > words.today:
        text = spoken_date(start, words.today, words.locale)
        found.append(words.gettext("(from {date})").format(date=text))
    if end:
        text = spoken_date(end, words.today, words.locale)
        found.append(words.gettext("(until {date})").format(date=text))
    return found


def _weekday_days(rule: Recurrence, weekday: int, words: _Words) -> str:
    """first and third Saturday of the month · every other Tuesday"""
    gettext, every = words.gettext, rule.interval
    name = weekday_name(weekday, words.locale)
    if rule.rule.freq == "WEEKLY":
        if every == 1:
            return gettext("every {weekday}").format(weekday=name)
        if every == 2:
            return gettext("every other {weekday}").format(weekday=name)
        return gettext("{weekday} every {number} weeks").format(weekday=name, number=every)
    if rule.days[weekday] & EVERY:
        which = gettext("every {weekday}").format(weekday=name)
    else:
        ordinals = [
            gettext(text)
            for number, text in _ORDINALS.items()
            if rule.days[weekday] & ordinal_bit(number)
        ]
        which = gettext("{ordinals} {weekday}").format(
            ordinals=listed(ordinals, words.locale), weekday=name
        )
    return _of_the_month(which, every, gettext)


def _of_the_month(which: str, every: int, gettext: Gettext) -> str:
    if every == 1:
        return gettext("{which} of the month").format(which=which)
    if every == 2:
        return gettext("{which} of every other month").format(which=which)
    return gettext("{which}, every {number} months").format(which=which, number=every)


def _other_days(rule: Recurrence, words: _Words) -> str:
    """the 1st and 15th of the month"""
    numbers = split_numbers(rule.rule.bymonthday)
    if not numbers and rule.rule.dtstart and rule.monthdays:
        numbers = [rule.rule.dtstart.day]
    only_days = rule.rule.freq == "MONTHLY" and rule.sure and not (rule.weeks or rule.yeardays)
    if not only_days or rule.rule.byday or any(number < -1 for number in numbers):
        return words.gettext("on certain dates")
    return _of_the_month(_days_of_month(numbers, words), rule.interval, words.gettext)


def _days_of_month(numbers: list[int], words: _Words) -> str:
    gettext = words.gettext
    if numbers == [-1]:
        return gettext("the last day")
    days = [_ordinal_day(number, words) for number in numbers if number > 0]
    if numbers[0] == -1:
        # Translators: after other days: "the 1st, 15th, and last day of the month".
        days.append(gettext("last day"))
    if len(days) == 1:
        return gettext("the {day}").format(day=days[0])
    return gettext("the {days}").format(days=listed(days, words.locale))


def _ordinal_day(number: int, words: _Words) -> str:
    if words.locale.language != "en":
        return str(number)
    ending = "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _special_days(ready: Calendar, first: date, last: date) -> Iterator[DayHours]:
    on = first
    while on <= last:
        day = ready.day(on)
        regular = ready.regular(on)
        closed_anyway = day.cause == "holiday" and regular.known and not regular.spans
        if day.cause and not closed_anyway:
            yield day
        on += timedelta(days=1)


def _runs(days: Iterable[DayHours]) -> Iterator[list[DayHours]]:
    def same(numbered: tuple[int, DayHours]) -> tuple[object, ...]:
        number, day = numbered
        return day.on.toordinal() - number, day.cause, day.note, day.spans, day.known

    for _, run in groupby(enumerate(days), key=same):
        yield [day for _, day in run]


def _special_text(day: DayHours, words: _Words) -> str:
    gettext = words.gettext
    if not day.known:
        text = gettext("Hours unknown – call")
    elif day.spans:
        text = spoken_ranges(day.spans, gettext, words.locale)
    else:
        text = gettext("Closed")
    if not day.note:
        return text
    holiday = day.cause == "holiday"
    reason = spoken_holiday(day.note, gettext) if holiday else gettext(day.note)
    return gettext("{hours}: {reason}").format(hours=text, reason=reason)
