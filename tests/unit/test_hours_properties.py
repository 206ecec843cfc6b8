"""What holds for all hours at all times."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from directory.hours import (
    Hours,
    State,
    free_windows,
    is_open,
    minutes_inside,
    next_opening,
    next_overlap,
    overlap_minutes,
    pattern_id,
    spans,
    state_at,
)
from directory.hours.book import NEVER, HoursBook
from directory.hours.zones import epoch_minute
from tests.support.hours_oracle import assert_matches_oracle
from tests.support.hours_strategies import examples, moments, some_hours, windows

MINUTE = timedelta(minutes=1)


def minutes(span):
    return (epoch_minute(span.start), epoch_minute(span.end))


def around(hours, at, days):
    first = at.date() - timedelta(days=3)
    return [minutes(span) for span in spans(hours, first, at.date() + timedelta(days=days))]


@given(some_hours())
@examples(12)
def test_every_minute_of_a_year_agrees_with_the_oracle(hours):
    assert_matches_oracle(hours, 2026)


@given(some_hours(), st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 40))
@examples(60)
def test_spans_are_sorted_apart_and_not_empty(hours, first, days):
    last = first + timedelta(days=days)
    found = spans(hours, first, last)
    ends = [minute for span in found for minute in minutes(span)]
    assert all(before < after for before, after in pairwise(ends))
    assert all(str(span.start.tzinfo) == hours.timezone for span in found)
    assert all(span.start in span and span.end not in span for span in found)
    # A time the clocks skip at 23:30 is already the next day's; nothing opens later than that.
    assert all(first <= span.start.date() <= last + timedelta(days=1) for span in found)


@given(some_hours(), moments())
@examples(60)
def test_open_means_inside_a_span(hours, at):
    minute = epoch_minute(at)
    inside = any(start <= minute < end for start, end in around(hours, at, 2))
    assert (is_open(hours, at) is True) == inside
    state = state_at(hours, at).state
    assert (state in (State.OPEN, State.CLOSING_SOON)) == inside
    assert (is_open(hours, at) is None) == (state in (State.UNKNOWN, State.BY_APPOINTMENT))


@given(some_hours(), moments())
@examples(60)
def test_the_next_opening_is_the_first_and_until_is_exact(hours, at):
    minute = epoch_minute(at)
    starts = [start for start, _ in around(hours, at, 60) if start * 60 >= at.timestamp()]
    found = next_opening(hours, at, horizon_days=50)
    if found is not None:
        assert epoch_minute(found.start) == starts[0]
        assert is_open(hours, found.start - MINUTE) is not True
        assert is_open(hours, found.start) is True
    else:
        assert not starts or starts[0] >= minute + 50 * 24 * 60
    until = state_at(hours, at).until
    if until is not None:
        until = until.astimezone(UTC)
        assert is_open(hours, until - MINUTE) is True
        assert is_open(hours, until) is not True


@given(some_hours(), moments(), st.integers(0, 10_000))
@examples(60)
def test_overlap_is_the_minutes_that_are_open(hours, at, length):
    start = epoch_minute(at)
    expected = sum(
        max(0, min(end, start + length) - max(begin, start)) for begin, end in around(hours, at, 10)
    )
    assert overlap_minutes(hours, at, at + length * MINUTE) == expected


@given(some_hours())
@examples(100)
def test_hours_come_back_from_their_key(hours):
    again = Hours.from_json(hours.key())
    assert again == hours
    assert (again.key(), pattern_id(again)) == (hours.key(), pattern_id(hours))


@given(
    st.lists(some_hours(), min_size=1, max_size=8),
    st.lists(moments(), min_size=1, max_size=4),
    st.lists(windows(), min_size=1, max_size=3),
    st.integers(0, 8),
)
@examples(50)
def test_the_book_answers_as_the_functions_do(patterns, times, free, added_first):
    book, numbers = HoursBook(), []
    for place, hours in enumerate(patterns):
        if place == added_first:
            ask(book, times[0], free)
        numbers.append(book.add(hours.key()))
    for at in times:
        apart = free_windows(free)
        opened, during, following, fitting, overlap = ask(book, at, free)
        for hours, number in zip(patterns, numbers, strict=True):
            assert opened[number] == (is_open(hours, at) is True)
            assert during[number] == (next_overlap(hours, free, at) is not None)
            assert following[number] == next_minute(hours, at)
            first = next_overlap(hours, free, at)
            assert fitting[number] == (epoch_minute(first.start) if first else NEVER)
            assert overlap[number] == minutes_inside(hours, apart, at)


def ask(book, at, free):
    return (
        book.open_at(at),
        book.open_during(free, at),
        book.next_opening_minutes(at),
        book.next_fitting_minutes(free, at),
        book.overlap_minutes(free_windows(free), at),
    )


def next_minute(hours, at):
    minute = epoch_minute(at)
    if is_open(hours, at):
        return minute
    found = next_opening(hours, datetime.fromtimestamp(minute * 60, UTC), 28)
    return NEVER if found is None else epoch_minute(found.start)


@given(some_hours(), moments(), windows(), st.integers(1, 120))
@examples(60)
def test_an_overlap_lies_in_the_window_and_in_an_opening(hours, at, window, need):
    found = next_overlap(hours, [window], at, minutes=need)
    if found is None:
        return
    length = window.end_minute - window.start_minute
    # On the night of a change a window may be longer or shorter than it says.
    assert found.minutes >= min(need, length - 60)
    assert epoch_minute(found.start) >= epoch_minute(at)
    assert is_open(hours, found.start) is True
    assert is_open(hours, found.end.astimezone(UTC) - MINUTE) is True
    assert overlap_minutes(hours, found.start, found.end) == found.minutes
