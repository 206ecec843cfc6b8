"""The week as half hours, as lists to draw, and the dates that differ from it."""

from datetime import date, timedelta

from directory.hours.days import Calendar, DayHours, Minutes, calendar, merged
from directory.hours.pattern import Hours
from directory.hours.zones import DAY, check_date

SLOT = 30
SLOTS = 7 * DAY // SLOT
_WEEK = 7 * DAY


def weekly_mask(hours: Hours, on: date) -> int:
    """336 bits, bit 0 for Monday 00:00–00:30: open for the whole half hour in a plain week.

    Plain is what every week of that time has in common: WEEKLY rules in force on `on` with
    interval 1, without exceptions, holidays and monthly rules, which `dated_exceptions` lists.
    Hours past Sunday midnight come back on Monday.
    """
    bits = 0
    for start, end in _plain_minutes(calendar(hours), check_date(on)):
        for slot in range(-(-start // SLOT), end // SLOT):
            bits |= 1 << slot % SLOTS
    return bits


def plain_week(hours: Hours, on: date) -> list[tuple[Minutes, ...]]:
    """Spans of what every week around `on` has in common, Monday first; see `weekly_mask`."""
    return _plain_days(calendar(hours), check_date(on))


def dated_exceptions(hours: Hours, first: date, last: date) -> tuple[date, ...]:
    """The dates from `first` to `last` whose own spans differ from the plain week of `first`.

    Also the dates whose hours are unknown where the plain week has some.
    """
    ready = calendar(hours)
    plain = _plain_days(ready, check_date(first))
    found = []
    on = first
    while on <= check_date(last):
        if ready.day(on).spans != plain[on.weekday()]:
            found.append(on)
        on += timedelta(days=1)
    return tuple(found)


def week_days(hours: Hours, on: date, *, regular: bool = False) -> tuple[DayHours, ...]:
    """Monday to Sunday of the week `on` lies in; `regular` leaves out exceptions and holidays."""
    ready = calendar(hours)
    monday = check_date(on) - timedelta(days=on.weekday())
    ask = ready.regular if regular else ready.day
    return tuple(ask(monday + timedelta(days=number)) for number in range(7))


def week(hours: Hours, on: date) -> list[list[Minutes]]:
    """Seven lists of (start, end) minutes, 0 to 1440, Monday first, as the bars of a week are drawn.

    What really happens that week, exceptions and monthly rules included. What runs past midnight
    is cut there and goes on the next day. An empty list is not a closed day: ask `week_days`.
    """
    ready = calendar(hours)
    monday = check_date(on) - timedelta(days=on.weekday())
    bars = []
    for number in range(7):
        today = monday + timedelta(days=number)
        before = ready.day(today - timedelta(days=1)).spans
        found = [(0, end - DAY) for _, end in before if end > DAY]
        found += [(start, min(end, DAY)) for start, end in ready.day(today).spans]
        bars.append(list(merged(found)))
    return bars


def _plain_days(ready: Calendar, on: date) -> list[tuple[Minutes, ...]]:
    if ready.hours.always_open:
        return [((0, DAY),)] * 7
    ordinal = on.toordinal()
    rules = [
        rule
        for rule in ready.rules
        if rule.rule.freq == "WEEKLY"
        and rule.sure
        and rule.span
        and rule.interval == 1
        and not (rule.monthdays or rule.weeks or rule.yeardays)
        and rule.known_on(ordinal)
        and rule.bounds[0] <= ordinal <= rule.bounds[1]
    ]
    return [
        merged([rule.span for rule in rules if rule.span and rule.days[weekday]])
        for weekday in range(7)
    ]


def _plain_minutes(ready: Calendar, on: date) -> tuple[Minutes, ...]:
    found = [
        (number * DAY + start, number * DAY + end)
        for number, spans in enumerate(_plain_days(ready, on))
        for start, end in spans
    ]
    wrapped = [(0, end - _WEEK) for _, end in found if end > _WEEK]
    return merged([(start, min(end, _WEEK)) for start, end in found] + wrapped)
