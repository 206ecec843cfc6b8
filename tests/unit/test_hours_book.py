"""The book of patterns answers as the plain functions do, one by one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from core.errors import Invalid
from directory.hours import ExceptionDay, Hours, Rule, parse_window, parse_windows
from directory.hours.book import NEVER, HoursBook
from directory.hours.zones import epoch_minute

NEW_YORK = ZoneInfo("America/New_York")
MONDAY_10 = datetime(2026, 6, 1, 10, tzinfo=NEW_YORK)


def weekly(byday, opens, closes, **more):
    return Hours(rules=(Rule(byday=byday, opens_at=opens, closes_at=closes),), **more)


MONDAYS = weekly("MO", time(9), time(17))
EVENINGS = weekly("MO,TU,WE,TH,FR", time(17), time(20))
NIGHTS = weekly("SU,MO", time(22), time(6))
ALWAYS = Hours(always_open=True)
UNKNOWN = Hours()
APPOINTMENT = Hours(by_appointment=True)
PACIFIC = weekly("MO", time(9), time(17), timezone="America/Los_Angeles")
ALL = (MONDAYS, EVENINGS, NIGHTS, ALWAYS, UNKNOWN, APPOINTMENT, PACIFIC)


def book_of(*all_hours):
    book = HoursBook()
    for hours in all_hours:
        book.add(hours.key())
    return book


def names(array):
    return [place for place, found in enumerate(array) if found]


def test_an_empty_book_answers_nothing():
    book = HoursBook()
    assert len(book) == 0
    assert len(book.open_at(MONDAY_10)) == 0
    assert len(book.open_during([parse_window("mon 09:00-12:00")], MONDAY_10)) == 0
    assert len(book.next_opening_minutes(MONDAY_10)) == 0


def test_the_same_pattern_has_the_same_number():
    book = HoursBook()
    assert [book.add(hours.key()) for hours in (MONDAYS, ALWAYS, MONDAYS)] == [0, 1, 0]
    assert len(book) == 2


def test_what_is_not_a_pattern_is_refused_and_not_added():
    book = book_of(MONDAYS)
    with pytest.raises(Invalid):
        book.add('{"tz":"Mars/Phobos"}')
    assert len(book) == 1
    assert names(book.open_at(MONDAY_10)) == [0]


@pytest.mark.parametrize(
    ("at", "open_then"),
    [
        (MONDAY_10, {MONDAYS, ALWAYS}),
        (datetime(2026, 6, 1, 16, 59, 59, tzinfo=NEW_YORK), {MONDAYS, ALWAYS, PACIFIC}),
        (datetime(2026, 6, 1, 17, tzinfo=NEW_YORK), {EVENINGS, ALWAYS, PACIFIC}),
        (datetime(2026, 6, 2, 5, 59, tzinfo=NEW_YORK), {NIGHTS, ALWAYS}),
        (datetime(2026, 6, 2, 6, tzinfo=NEW_YORK), {ALWAYS}),
        (datetime(2026, 6, 1, 16, tzinfo=UTC), {MONDAYS, ALWAYS, PACIFIC}),
    ],
)
def test_open_at_a_moment(at, open_then):
    assert {ALL[place] for place in names(book_of(*ALL).open_at(at))} == open_then


def test_next_openings_are_now_when_open_and_never_when_not_known():
    found = book_of(*ALL).next_opening_minutes(MONDAY_10)
    now = epoch_minute(MONDAY_10)
    at = {hours: int(minute) for hours, minute in zip(ALL, found, strict=True)}
    assert at == {
        MONDAYS: now,
        EVENINGS: now + 7 * 60,
        NIGHTS: now + 12 * 60,
        ALWAYS: now,
        UNKNOWN: NEVER,
        APPOINTMENT: NEVER,
        PACIFIC: now + 2 * 60,
    }


def test_the_next_opening_is_looked_for_28_days_ahead():
    after = MONDAY_10 + timedelta(days=28)
    just_in = weekly("MO", time(9, 59), time(17))
    once = ExceptionDay(MONDAY_10.date() + timedelta(days=1), after.date() - timedelta(days=1))
    inside = Hours(rules=just_in.rules, exceptions=(once,))
    outside = Hours(
        rules=(Rule(byday="MO", opens_at=time(10), closes_at=time(11)),),
        exceptions=(ExceptionDay(MONDAY_10.date(), after.date() - timedelta(days=1)),),
    )
    now = MONDAY_10 + timedelta(hours=8)
    assert list(book_of(inside, outside).next_opening_minutes(MONDAY_10)) == [
        epoch_minute(MONDAY_10),
        NEVER,
    ]
    assert list(book_of(inside, outside).next_opening_minutes(now)) == [
        epoch_minute(after) - 1,
        epoch_minute(after),
    ]


@pytest.mark.parametrize(
    ("window", "open_then"),
    [
        ("mon 09:00-12:00", {MONDAYS, ALWAYS}),
        ("mon 16:30-17:30", {MONDAYS, EVENINGS, ALWAYS}),
        ("mon 16:31-17:29", {ALWAYS}),
        ("mon 16:40-17:00", {MONDAYS, ALWAYS}),
        ("mon 16:40-17:10", {ALWAYS}),
        ("sun 23:00-24:00", {NIGHTS, ALWAYS}),
        ("tue 05:00-06:00", {NIGHTS, ALWAYS}),
        ("mon 23:50-00:20", {NIGHTS, ALWAYS}),
        ("sat 09:00-12:00", {ALWAYS}),
    ],
)
def test_open_during_is_half_an_hour_or_the_whole_of_a_shorter_window(window, open_then):
    all_hours = [hours for hours in ALL if hours is not PACIFIC]
    found = book_of(*all_hours).open_during([parse_window(window)], MONDAY_10)
    assert {all_hours[place] for place in names(found)} == open_then


def test_two_openings_that_touch_count_as_one_for_a_window():
    touching = Hours(
        rules=(
            Rule(byday="MO", opens_at=time(9), closes_at=time(10, 15)),
            Rule(byday="MO", opens_at=time(10, 15), closes_at=time(11)),
        )
    )
    to_midnight = Hours(
        rules=(
            Rule(byday="MO", opens_at=time(20), closes_at=time(0)),
            Rule(byday="TU", opens_at=time(0), closes_at=time(6)),
        )
    )
    apart = Hours(
        rules=(
            Rule(byday="MO", opens_at=time(9), closes_at=time(10, 15)),
            Rule(byday="MO", opens_at=time(10, 16), closes_at=time(11)),
        )
    )
    with_one_inside = Hours(
        rules=(
            Rule(byday="MO", opens_at=time(9), closes_at=time(10, 20)),
            Rule(byday="MO", opens_at=time(10, 5), closes_at=time(10, 10)),
            Rule(byday="MO", opens_at=time(10, 20), closes_at=time(11)),
        )
    )
    book = book_of(touching, to_midnight, apart, with_one_inside)
    assert names(book.open_during([parse_window("mon 10:00-10:30")], MONDAY_10)) == [0, 3]
    assert names(book.open_during([parse_window("mon 23:45-00:15")], MONDAY_10)) == [1]


def test_several_windows_are_alternatives():
    windows = parse_windows("weekend 09:00-12:00") + parse_windows("mon,tue 18:00-19:00")
    found = book_of(MONDAYS, EVENINGS, UNKNOWN).open_during(windows, MONDAY_10)
    assert names(found) == [1]


def test_what_has_passed_of_a_window_does_not_count():
    only_today = weekly("MO", time(9), time(12))
    once = Hours(
        rules=only_today.rules,
        exceptions=(ExceptionDay(date(2026, 6, 2), date(2026, 12, 31)),),
    )
    window = [parse_window("mon 09:00-12:00")]
    book = book_of(once)
    assert book.open_during(window, datetime(2026, 6, 1, 11, 30, tzinfo=NEW_YORK))[0]
    assert not book.open_during(window, datetime(2026, 6, 1, 11, 31, tzinfo=NEW_YORK))[0]


def test_a_monthly_opening_is_found_within_28_days_only():
    first_saturday = Hours(
        rules=(Rule(freq="MONTHLY", byday="1SA", opens_at=time(9), closes_at=time(11)),)
    )
    window = [parse_window("sat 09:00-11:00")]
    book = book_of(first_saturday)
    assert book.open_during(window, datetime(2026, 6, 6, 8, tzinfo=NEW_YORK))[0]
    # From Saturday 6 June the next is 28 days on, from Saturday 1 August it is 35.
    assert book.open_during(window, datetime(2026, 6, 6, 12, tzinfo=NEW_YORK))[0]
    assert not book.open_during(window, datetime(2026, 8, 1, 12, tzinfo=NEW_YORK))[0]


def test_a_window_that_begins_28_days_from_now_is_too_far():
    from_then_on = Rule(byday="MO", dtstart=date(2026, 6, 29), opens_at=time(9), closes_at=time(17))
    book = book_of(Hours(rules=(from_then_on,)))
    window = [parse_window("mon 10:00-12:00")]
    assert not book.open_during(window, MONDAY_10)[0]
    assert book.open_during(window, MONDAY_10 + timedelta(minutes=1))[0]


def test_windows_are_on_each_place_s_own_clock():
    book = book_of(MONDAYS, PACIFIC)
    assert names(book.open_during([parse_window("mon 09:00-09:30")], MONDAY_10)) == [0, 1]


def test_a_pattern_added_later_is_in_answers_already_asked_for():
    book = book_of(MONDAYS)
    window = [parse_window("mon 18:00-19:00")]
    before = (
        book.open_at(MONDAY_10),
        book.open_during(window, MONDAY_10),
        book.next_opening_minutes(MONDAY_10),
    )
    assert [list(array) for array in before] == [[True], [False], [epoch_minute(MONDAY_10)]]
    for number, hours in enumerate((EVENINGS, ALWAYS, NIGHTS), start=1):
        assert book.add(hours.key()) == number
        whole = book_of(MONDAYS, EVENINGS, ALWAYS, NIGHTS)
        for at in (MONDAY_10, MONDAY_10 + timedelta(hours=13), MONDAY_10 - timedelta(hours=5)):
            assert list(book.open_at(at)) == list(whole.open_at(at)[: number + 1])
        same = whole.open_during(window, MONDAY_10)[: number + 1]
        assert list(book.open_during(window, MONDAY_10)) == list(same)
        nexts = whole.next_opening_minutes(MONDAY_10)[: number + 1]
        assert list(book.next_opening_minutes(MONDAY_10)) == list(nexts)


def test_a_pattern_with_exceptions_added_later_touches_no_other():
    book = book_of(MONDAYS)
    assert book.open_at(MONDAY_10)[0]
    day = MONDAY_10.date()
    book.add(Hours(rules=MONDAYS.rules, exceptions=(ExceptionDay(day, day),)).key())
    assert list(book.open_at(MONDAY_10)) == [True, False]


def test_a_span_the_clock_change_swallows_is_no_opening():
    # On 8 March 2026 both 2:30 and 3:30 are 3:30.
    swallowed = weekly("SU", time(2, 30), time(3, 30))
    before = datetime(2026, 3, 8, 1, tzinfo=NEW_YORK)
    found = book_of(swallowed).next_opening_minutes(before)
    assert found[0] == epoch_minute(datetime(2026, 3, 15, 2, 30, tzinfo=NEW_YORK))


def test_a_long_span_far_west_reaches_the_second_utc_day_after_it_opens():
    place = weekly("MO", time(20), time(19), timezone="Pacific/Honolulu")
    tuesday_evening = datetime(2026, 6, 2, 18, 30, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert tuesday_evening.astimezone(UTC).day == 3
    assert book_of(place).open_at(tuesday_evening)[0]


def test_answers_asked_twice_cannot_be_spoilt_by_whoever_got_them():
    book = book_of(MONDAYS)
    with pytest.raises(ValueError, match="read-only"):
        book.next_opening_minutes(MONDAY_10)[0] = 1
    book.open_at(MONDAY_10)[0] = False
    assert book.open_at(MONDAY_10)[0]


def test_more_dates_than_are_kept_do_not_confuse_the_book():
    book = book_of(*ALL)
    times = [MONDAY_10 + timedelta(days=days) for days in range(0, 300, 3)]
    once = [list(book.open_at(at)) for at in times]
    assert [list(book.open_at(at)) for at in times] == once
    assert [list(book_of(*ALL).open_at(at)) for at in times[::20]] == once[::20]


def test_a_naive_moment_is_refused():
    with pytest.raises(Invalid):
        book_of(MONDAYS).open_at(datetime(2026, 6, 1, 10))


def test_arrays_have_one_place_for_each_pattern():
    book = book_of(*ALL)
    assert book.open_at(MONDAY_10).dtype == np.bool_
    assert book.next_opening_minutes(MONDAY_10).dtype == np.int64
    assert len(book.open_at(MONDAY_10)) == len(book) == len(ALL)
