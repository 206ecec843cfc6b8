"""The plain week as half hours, what differs from it, and the week as bars."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from directory.hours import (
    Hours,
    dated_exceptions,
    week,
    week_days,
    weekly_mask,
)
from directory.hours.days import calendar
from tests.support.hours_strategies import examples, some_hours
from tests.support.hours_words import EVERY_DAY, NIGHTS, OFFICE, days, hours, rule

MONDAY = date(2026, 6, 1)
WHOLE_WEEK = (1 << 336) - 1


def slots(mask):
    return [slot for slot in range(337) if mask >> slot & 1]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (hours(rule("MO", "09:00", "10:30")), [18, 19, 20]),
        (hours(rule("SU", "23:00", "00:00")), [334, 335]),
        (hours(rule("SU", "23:30", "01:00")), [0, 1, 335]),
        (hours(rule("MO", "09:10", "10:50")), [19, 20]),
        (hours(rule("MO", "09:10", "09:50")), []),
        (hours(rule("MO", "09:00", "09:15"), rule("MO", "09:15", "09:30")), [18]),
        (hours(rule("1MO", "09:00", "10:00", freq="MONTHLY")), []),
        (hours(rule("MO", "09:00", "10:00", interval=2, dtstart=MONDAY)), []),
        (hours(rule("MO", "09:00", "10:00", valid_to=date(2026, 5, 1))), []),
        (hours(rule("MO", "09:00", "10:00", dtstart=date(2026, 7, 1))), []),
        (hours(rule("MO", "09:00", "09:30"), exceptions=(days("2026-06-01"),)), [18]),
        (Hours(), []),
    ],
)
def test_the_half_hours_of_a_plain_week(place, expected):
    assert slots(weekly_mask(place, MONDAY)) == expected


def test_always_open_is_every_half_hour():
    assert weekly_mask(Hours(always_open=True), MONDAY) == WHOLE_WEEK
    assert weekly_mask(hours(rule(EVERY_DAY, "00:00", "00:00")), MONDAY) == WHOLE_WEEK


def test_dates_that_differ_from_the_plain_week():
    place = hours(
        OFFICE,
        rule("1SA", "09:00", "11:00", freq="MONTHLY"),
        holidays="US",
        exceptions=(days("2026-06-10"), days("2026-06-11", "", "09:00", "17:00")),
    )
    # 6 June is the first Saturday, 19 June is Juneteenth; 11 June is as usual.
    assert dated_exceptions(place, MONDAY, date(2026, 6, 30)) == (
        date(2026, 6, 6),
        date(2026, 6, 10),
        date(2026, 6, 19),
    )


def test_a_rule_that_ends_differs_from_the_week_it_began_with():
    place = hours(rule("MO", "09:00", "10:00", until=date(2026, 6, 8)))
    assert dated_exceptions(place, MONDAY, date(2026, 6, 30)) == (
        date(2026, 6, 15),
        date(2026, 6, 22),
        date(2026, 6, 29),
    )


def days_of(place, first, last):
    ready = calendar(place)
    return [ready.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]


@given(some_hours())
@examples(60)
def test_the_mask_holds_on_every_date_that_is_not_an_exception(place):
    first, last = MONDAY, MONDAY + timedelta(days=40)
    mask = weekly_mask(place, first)
    different = set(dated_exceptions(place, first, last))
    for day in days_of(place, first + timedelta(days=1), last):
        if different & {day.on, day.on - timedelta(days=1)}:
            continue
        before = days_of(place, day.on - timedelta(days=1), day.on)[0]
        opened = {minute for start, end in day.spans for minute in range(start, min(end, 1440))}
        opened |= {
            m for start, end in before.spans for m in range(max(0, start - 1440), end - 1440)
        }
        for slot in range(48):
            whole = all(minute in opened for minute in range(slot * 30, slot * 30 + 30))
            assert bool(mask >> (day.on.weekday() * 48 + slot) & 1) == whole


def test_the_week_as_bars_cut_at_midnight():
    place = hours(
        rule("MO", "09:00", "12:00"),
        rule("MO", "13:00", "17:00"),
        rule("SU", "22:00", "02:00"),
        rule("1SA", "09:00", "11:00", freq="MONTHLY"),
    )
    assert week(place, date(2026, 6, 3)) == [
        [(0, 120), (540, 720), (780, 1020)],
        [],
        [],
        [],
        [],
        [(540, 660)],
        [(1320, 1440)],
    ]


def test_spans_that_touch_are_one_bar_and_one_span_of_the_day():
    place = hours(rule("MO", "09:00", "12:00"), rule("MO", "12:00", "17:00"))
    assert week(place, MONDAY)[0] == [(540, 1020)]
    assert week_days(place, MONDAY)[0].spans == ((540, 1020),)


def test_the_bars_show_what_really_happens_that_week():
    place = hours(OFFICE, holidays="US", exceptions=(days("2026-11-27", "", "10:00", "12:00"),))
    bars = week(place, date(2026, 11, 26))
    assert bars[2:5] == [[(540, 1020)], [], [(600, 720)]]


def test_a_night_that_meets_the_morning_is_one_bar():
    place = hours(rule("MO", "22:00", "06:00"), rule("TU", "06:00", "10:00"))
    assert week(place, MONDAY)[1] == [(0, 600)]


def test_the_days_of_a_week_say_what_is_known_and_why():
    place = hours(OFFICE, rule("SA"), holidays="US")
    found = week_days(place, date(2026, 11, 26))
    assert [day.on.day for day in found] == [23, 24, 25, 26, 27, 28, 29]
    assert [day.known for day in found] == [True] * 5 + [False, True]
    assert (found[3].cause, found[3].note, found[3].spans) == ("holiday", "Thanksgiving Day", ())
    regular = week_days(place, date(2026, 11, 26), regular=True)
    assert (regular[3].cause, regular[3].spans) == ("", ((540, 1020),))


def test_a_night_keeps_its_length_on_the_day_it_opens():
    friday = week_days(hours(NIGHTS), MONDAY)[4]
    assert friday.spans == ((1320, 1800),)
