"""What is said of one place at one moment: the table of cases, and what stands beside it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import Invalid
from directory.hours import State, is_open, state_at
from tests.support.hours_words import OFFICE, days, hours, moment, rule, shown
from tests.unit import hours_cases_regular, hours_cases_special

CASES = hours_cases_regular.CASES + hours_cases_special.CASES


@pytest.mark.parametrize(
    ("place", "at", "state", "until", "next_opens"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_state_at_a_moment(place, at, state, until, next_opens):
    found = state_at(place, moment(at))
    assert (found.state, shown(found.until), shown(found.next_opens)) == (state, until, next_opens)
    expected = {State.OPEN: True, State.CLOSING_SOON: True, State.CLOSED: False}
    assert is_open(place, moment(at)) is expected.get(state)


def test_no_case_is_named_twice():
    names = [case[0] for case in CASES]
    assert len(set(names)) == len(names) >= 80


def test_the_second_of_two_half_past_ones_is_after_closing():
    place = hours(rule("SU", "00:00", "01:30"), rule("SU", "01:45", "05:00"))
    first = moment("11-01 01:29")
    again = first.replace(fold=1)
    assert is_open(place, first) is True
    assert is_open(place, again) is True, "open again since the first 1:45"
    assert is_open(hours(rule("SU", "00:00", "01:30")), again) is False


def test_a_place_is_asked_on_its_own_clock():
    place = hours(OFFICE, timezone="America/Los_Angeles")
    found = state_at(place, moment("06-01 11:59"))
    assert found.state is State.CLOSED
    assert found.next_opens == moment("06-01 12:00")
    assert found.next_opens.tzinfo == ZoneInfo("America/Los_Angeles")
    assert state_at(place, moment("06-01 12:00")).state is State.OPEN


def test_seconds_do_not_open_or_close_a_place_early():
    place = hours(OFFICE)
    assert is_open(place, moment("06-01 08:59:59.999")) is False
    assert is_open(place, moment("06-01 16:59:59.999")) is True


def test_how_soon_is_soon_can_be_said():
    place = hours(OFFICE)
    assert state_at(place, moment("06-01 16:00"), soon_minutes=60).state is State.CLOSING_SOON
    assert state_at(place, moment("06-01 16:59"), soon_minutes=0).state is State.OPEN


@pytest.mark.parametrize(
    ("place", "at", "cause", "note"),
    [
        (hours(OFFICE, holidays="US"), "11-26 10:00", "holiday", "Thanksgiving Day"),
        (hours(OFFICE), "11-26 10:00", "", ""),
        (
            hours(OFFICE, exceptions=(days("2026-06-01", reason="Staff training"),)),
            "06-01 10:00",
            "closure",
            "Staff training",
        ),
        (
            hours(OFFICE, exceptions=(days("2026-06-01", "", "09:00", "12:00", "Half day"),)),
            "06-01 10:00",
            "special",
            "Half day",
        ),
        (
            hours(
                OFFICE, holidays="US", exceptions=(days("2026-11-26", reason="Volunteers' dinner"),)
            ),
            "11-26 10:00",
            "closure",
            "Volunteers' dinner",
        ),
    ],
)
def test_the_state_says_why_today_is_not_as_usual(place, at, cause, note):
    found = state_at(place, moment(at))
    assert (found.cause, found.note) == (cause, note)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 6, 1, 10),
        datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("UTC")),
        datetime(1, 1, 1, tzinfo=ZoneInfo("UTC")),
    ],
)
def test_a_naive_or_far_moment_is_refused(at):
    with pytest.raises(Invalid):
        state_at(hours(OFFICE), at)
