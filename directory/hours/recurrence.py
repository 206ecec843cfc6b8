"""On which dates a rule falls: RFC 5545 WEEKLY and MONTHLY, worked out date by date.

Each part of a rule is a test on one date, so a date costs a microsecond and no start, interval or
impossible rule (the 30th of February) can make it slow. dateutil's rrule walks from the start
instead, and takes seconds to find that nothing comes; it is what the tests compare this with.
Where RFC 5545 is silent this follows dateutil: a `dtstart` that does not match the rule is not an
occurrence, and the by-parts filter one another. The parts of one `byday` are alternatives ("WE,2FR"),
as RFC 5545 has it and dateutil has not.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from directory.hours.rules import WEEKDAYS, Rule, split_days, split_numbers
from directory.hours.zones import LATEST

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
EVERY = 1  # the bit for "every such weekday"; 1 to 5 and -1 to -5 have their own
ANY_DAY = (EVERY,) * 7


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule made ready to be asked; dates are ordinals, both ends included.

    `days[w]` has a bit for each of "every", "nth" and "nth from the end" that the rule has for
    weekday w, see `day_bits`; `monthdays` has one per day of the month, see `month_bits`, and 0
    for any. `anchor` is the week or month the interval is counted from. `sure` is False when the
    rule does not say which days it means; then `falls_on` says which days it may mean.
    """

    rule: Rule
    days: tuple[int, ...]
    monthdays: int
    weeks: frozenset[int]
    yeardays: frozenset[int]
    valid: tuple[int, int]
    bounds: tuple[int, int]
    interval: int
    anchor: int
    sure: bool
    span: tuple[int, int] | None

    def known_on(self, ordinal: int) -> bool:
        """Whether the rule claims to know that day at all."""
        return self.valid[0] <= ordinal <= self.valid[1]

    def falls_on(self, day: date) -> bool:
        """Whether the rule has an occurrence that day."""
        ordinal = day.toordinal()
        if not (
            self.bounds[0] <= ordinal <= self.bounds[1]
            and self.days[day.weekday()] & day_bits(day)
            and self.known_on(ordinal)
        ):
            return False
        if self.monthdays and not self.monthdays & month_bits(day):
            return False
        if self.interval > 1 and (period(self.rule, day) - self.anchor) % self.interval:
            return False
        return self._in_year(day)

    def _in_year(self, day: date) -> bool:
        if self.yeardays and not self.yeardays & year_days(day):
            return False
        wkst = WEEKDAYS.index(self.rule.wkst)
        return not self.weeks or bool(self.weeks & week_numbers(day, wkst))


@lru_cache(maxsize=16384)
def recurrence(rule: Rule) -> Recurrence:
    """The rule made ready."""
    sure = _says_its_days(rule)
    start = rule.dtstart
    found = Recurrence(
        rule=rule,
        days=_weekdays(rule),
        monthdays=_monthdays(rule),
        weeks=frozenset(split_numbers(rule.byweekno)),
        yeardays=frozenset(split_numbers(rule.byyearday)),
        valid=(_ordinal(rule.valid_from, FIRST), _ordinal(rule.valid_to, LAST)),
        bounds=(_ordinal(start, FIRST), _ordinal(rule.until, LAST)),
        interval=rule.interval if sure else 1,
        anchor=period(rule, start) if start else 0,
        sure=sure,
        span=rule.span,
    )
    if sure and rule.count is not None:
        found = replace(found, bounds=(found.bounds[0], _last(found, rule.count)))
    return found


def day_bits(day: date) -> int:
    """EVERY, the bit of "nth weekday of its month" and of "nth from the end"."""
    before = (day.day - 1) // 7 + 1
    after = (_month_length(day.year, day.month) - day.day) // 7 + 1
    return EVERY | ordinal_bit(before) | ordinal_bit(-after)


def ordinal_bit(ordinal: int) -> int:
    """0 is every, 1 to 5 bits 1 to 5, -1 to -5 bits 6 to 10."""
    return 1 << (ordinal if ordinal >= 0 else 5 - ordinal)


def month_bits(day: date) -> int:
    """The bits of the day of the month from its start (1 to 31) and from its end (32 to 62)."""
    from_end = _month_length(day.year, day.month) - day.day + 1
    return 1 << day.day | 1 << 31 + from_end


def period(rule: Rule, day: date) -> int:
    """The running number of the week or month an interval counts."""
    if rule.freq == "MONTHLY":
        return month_index(day)
    return week_index(day.toordinal(), WEEKDAYS.index(rule.wkst))


def month_index(day: date) -> int:
    """The running number of the month."""
    return day.year * 12 + day.month


def week_index(ordinal: int, wkst: int) -> int:
    """The running number of the week that starts on weekday `wkst` (0 is Monday)."""
    return (ordinal - 1 - wkst) // 7


def week_numbers(day: date, wkst: int) -> frozenset[int]:
    """The week's number in its year, from the start and (negative) from the end.

    Week 1 is the first with at least four days in the year (RFC 5545, BYWEEKNO).
    """
    middle = week_index(day.toordinal(), wkst) * 7 + 1 + wkst + 3
    year = date.fromordinal(middle)
    number = (year.timetuple().tm_yday - 1) // 7 + 1
    days_left = date(year.year, 12, 31).toordinal() - middle
    return frozenset((number, -(days_left // 7 + 1)))


def year_days(day: date) -> frozenset[int]:
    """The day's number in its year, from the start and (negative) from the end."""
    return frozenset(
        (day.timetuple().tm_yday, day.toordinal() - date(day.year, 12, 31).toordinal() - 1)
    )


@lru_cache(maxsize=4096)
def _month_length(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - date(year, month, 1)).days


def _says_its_days(rule: Rule) -> bool:
    if rule.dtstart:
        return True
    needs_start = rule.interval > 1 or rule.count is not None
    return not needs_start and bool(rule.byday or rule.bymonthday or rule.byyearday)


def _weekdays(rule: Rule) -> tuple[int, ...]:
    bits = [0] * 7
    for day, ordinal in split_days(rule.byday):
        bits[day] |= ordinal_bit(ordinal)
    if rule.byday:
        return tuple(bits)
    start = _start_weekday(rule)
    if start is None:
        return ANY_DAY
    bits[start] = EVERY
    return tuple(bits)


def _start_weekday(rule: Rule) -> int | None:
    """The weekday of dtstart stands in for a missing byday, unless other parts say the days."""
    if rule.dtstart is None or rule.byday or rule.bymonthday or rule.byyearday:
        return None
    return rule.dtstart.weekday() if rule.freq == "WEEKLY" or rule.byweekno else None


def _monthdays(rule: Rule) -> int:
    numbers = split_numbers(rule.bymonthday)
    monthly = rule.freq == "MONTHLY" and not (rule.byday or rule.byweekno or rule.byyearday)
    if not numbers and monthly and rule.dtstart:
        numbers = [rule.dtstart.day]
    bits = 0
    for number in numbers:
        bits |= 1 << (number if number > 0 else 31 - number)
    return bits


def _last(found: Recurrence, count: int) -> int:
    """The ordinal of occurrence number `count`, or of the end before it; all count, known or not."""
    found = replace(found, valid=(FIRST, LAST))
    first, last = found.bounds[0], min(found.bounds[1], LATEST.toordinal())
    for ordinal in range(first, last + 1):
        if found.falls_on(date.fromordinal(ordinal)):
            count -= 1
            if not count:
                return ordinal
    return found.bounds[1]


def _ordinal(day: date | None, default: int) -> int:
    return day.toordinal() if day else default
