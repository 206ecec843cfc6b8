"""Opening hours the slow and plain way: paint every minute of a year, and compare.

Written apart from directory/hours: dates come from dateutil's own recurrences, holidays straight
from the `holidays` package, clock changes from `datetime.timestamp`. A schedule takes well under a
second.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from dateutil.rrule import rrulestr

from directory.hours import Hours, Rule, is_open, next_opening, overlap_minutes, spans, state_at
from directory.hours.book import HoursBook

ONE_DAY = timedelta(days=1)
SAMPLE_MINUTES = 1 + 60 * 11  # not a divisor of a day: every time of day comes up


def oracle_open_minutes(hours: Hours, year: int) -> np.ndarray:
    """One bool for each minute of the UTC year: known to be open."""
    first = _minute(datetime(year, 1, 1, tzinfo=UTC))
    length = _minute(datetime(year + 1, 1, 1, tzinfo=UTC)) - first
    painted = np.zeros(length, np.bool_)
    zone = ZoneInfo(hours.timezone)
    for day, opens, closes in _day_spans(hours, year):
        start = _minute(datetime.combine(day, opens, zone))
        closing_day = day if closes > opens else day + ONE_DAY
        end = _minute(datetime.combine(closing_day, closes, zone))
        painted[max(0, start - first) : max(0, end - first)] = True
    return painted


def assert_matches_oracle(hours: Hours, year: int) -> None:
    """Every answer of directory.hours about a year agrees with the painted minutes."""
    painted = oracle_open_minutes(hours, year)
    first = _minute(datetime(year, 1, 1, tzinfo=UTC))
    moments = _moments(painted)
    _assert_spans(hours, year, painted)
    book = HoursBook()
    book.add(hours.key())
    for place in moments:
        at = _moment(first + place)
        expected = bool(painted[place])
        assert (is_open(hours, at) is True) == expected, f"is_open at {at}"
        assert bool(book.open_at(at)[0]) == expected, f"open_at at {at}"
    for place in moments[:: max(1, len(moments) // 60)]:
        _assert_ahead(hours, book, painted, first, place)
    start, end = first + moments[0], first + moments[-1]
    expected_minutes = int(painted[moments[0] : moments[-1]].sum())
    assert overlap_minutes(hours, _moment(start), _moment(end)) == expected_minutes


def assert_all_match_oracle(all_hours: Sequence[Hours], year: int) -> None:
    """As `assert_matches_oracle`, for many: every minute, but fewer moments asked one by one."""
    first = _minute(datetime(year, 1, 1, tzinfo=UTC))
    book = HoursBook()
    places = range(0, 365 * 24 * 60, 60 * 24 + 7 * 60 + 11)
    expected = []
    for hours in all_hours:
        book.add(hours.key())
        painted = oracle_open_minutes(hours, year)
        _assert_spans(hours, year, painted)
        expected.append([bool(painted[place]) for place in places])
        alone = HoursBook()
        alone.add(hours.key())
        moments = _moments(painted)
        for place in moments[:: max(1, len(moments) // 12)]:
            _assert_ahead(hours, alone, painted, first, place)
    for number, place in enumerate(places):
        at = _moment(first + place)
        found = book.open_at(at)
        differing = [
            hours.key()
            for hours, row, opened in zip(all_hours, expected, found, strict=True)
            if row[number] != opened or (is_open(hours, at) is True) != opened
        ]
        assert not differing, f"at {at}: {differing[0]}"


def _assert_spans(hours: Hours, year: int, painted: np.ndarray) -> None:
    first = _minute(datetime(year, 1, 1, tzinfo=UTC))
    again = np.zeros(len(painted), np.bool_)
    last_end = -1
    for span in spans(hours, date(year - 1, 12, 29), date(year + 1, 1, 2)):
        start, end = _minute(span.start), _minute(span.end)
        assert last_end < start < end, f"not merged, sorted and half-open at {span}"
        last_end = end
        again[max(0, start - first) : max(0, end - first)] = True
    differing = np.flatnonzero(again != painted)
    assert not len(differing), f"spans differ from {_moment(first + int(differing[0]))} on"


def _assert_ahead(
    hours: Hours, book: HoursBook, painted: np.ndarray, first: int, place: int
) -> None:
    """What is said at one moment of the closing time and the next opening."""
    at = _moment(first + place)
    state = state_at(hours, at)
    ahead = painted[place:]
    changes = np.flatnonzero(ahead[1:] != ahead[:-1]) + 1
    if painted[place]:
        if len(changes) and changes[0] <= 7 * 24 * 60:
            assert state.until is not None and _minute(state.until) == first + place + changes[0]
        elif len(changes):
            assert state.until is None
        assert book.next_opening_minutes(at)[0] == first + place
    elif len(changes):
        opens = first + place + int(changes[0])
        found = next_opening(hours, at)
        assert found is not None and _minute(found.start) == opens, f"next opening after {at}"
        assert state.next_opens is None or _minute(state.next_opens) == opens
        if changes[0] < 28 * 24 * 60:
            assert book.next_opening_minutes(at)[0] == opens


def _moments(painted: np.ndarray) -> list[int]:
    """Around each change, and evenly over the year."""
    changes = np.flatnonzero(painted[1:] != painted[:-1]) + 1
    near = np.concatenate([changes - 1, changes, changes + 1])
    even = np.arange(0, len(painted), SAMPLE_MINUTES)
    found = np.unique(np.concatenate([near, even]))
    return [int(place) for place in found if 0 <= place < len(painted)]


def _day_spans(hours: Hours, year: int) -> list[tuple[date, time, time]]:
    first, last = date(year, 1, 1) - 3 * ONE_DAY, date(year, 12, 31) + 3 * ONE_DAY
    replaced = _replaced_dates(hours, first, last)
    found = []
    for rule in hours.rules:
        if rule.opens_at is not None and rule.closes_at is not None:
            days = _rule_dates(rule, first, last) - replaced
            found += [(day, rule.opens_at, rule.closes_at) for day in days]
    if hours.always_open:
        days = set(_dates(first, last)) - replaced
        found += [(day, time(0), time(0)) for day in days]
    for exception in hours.exceptions:
        if exception.opens_at is not None and exception.closes_at is not None:
            days = set(_dates(max(first, exception.starts_on), min(last, exception.ends_on)))
            found += [(day, exception.opens_at, exception.closes_at) for day in days]
    return found


def _replaced_dates(hours: Hours, first: date, last: date) -> set[date]:
    found: set[date] = set()
    for exception in hours.exceptions:
        found.update(_dates(max(first, exception.starts_on), min(last, exception.ends_on)))
    if hours.holidays:
        country, _, part = hours.holidays.partition("-")
        years = range(first.year, last.year + 1)
        found.update(holidays.country_holidays(country, subdiv=part or None, years=years))
    return found


def _dates(first: date, last: date) -> list[date]:
    return [first + number * ONE_DAY for number in range((last - first).days + 1)]


def _rule_dates(rule: Rule, first: date, last: date) -> set[date]:
    """The days of a year the rule falls on, weekday by weekday of its `byday`.

    RFC 5545 means any of them; dateutil takes "WE,2FR" in one rule as Wednesdays that are second
    Fridays, so it is asked about one at a time.
    """
    says_days = rule.byday or rule.bymonthday or rule.byyearday
    if rule.dtstart is None and (not says_days or rule.interval > 1 or rule.count):
        return set()
    byday = rule.byday
    if rule.byweekno and not says_days and rule.dtstart:
        byday = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][rule.dtstart.weekday()]
    low, high = max(first, rule.valid_from or first), min(last, rule.until or last)
    found = sorted({day for part in byday.split(",") for day in _falls_on(rule, part, first, high)})
    known_to = rule.valid_to or last
    return {day for day in found[: rule.count] if low <= day <= known_to}


def _falls_on(rule: Rule, byday: str, first: date, last: date) -> set[date]:
    """From the text of an RRULE, as anybody would write it."""
    parts = [f"FREQ={rule.freq}", f"INTERVAL={rule.interval}", f"WKST={rule.wkst}"]
    for name in ("bymonthday", "byweekno", "byyearday"):
        if getattr(rule, name):
            parts.append(f"{name.upper()}={getattr(rule, name)}")
    if byday:
        parts.append(f"BYDAY={byday}")
    parts.append(f"UNTIL={last:%Y%m%d}")
    start = datetime.combine(rule.dtstart or date(first.year - 1, 1, 1), time())
    return {at.date() for at in rrulestr(";".join(parts), dtstart=start)}


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
