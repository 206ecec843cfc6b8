"""Business time, against a minute-by-minute count."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import NetworkOrganization, OrganizationKind
from patients.models import Urgency
from referrals import clocks
from referrals.calendar import (
    BusinessCalendar,
    add_business,
    business_minutes_between,
    calendar_of,
    day_minutes,
    is_business_day,
)
from referrals.states import Clock, Limit

NEW_YORK = ZoneInfo("America/New_York")
USUAL = BusinessCalendar(holidays="US-NC")
NIGHTS = BusinessCalendar(opens_at=time(0), closes_at=time(0), days=frozenset(range(7)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("at", "days", "hours", "due"),
    [
        ("2026-03-06T16:00", 1, 0, "2026-03-09T16:00"),  # Friday to Monday, clocks go forward
        ("2026-03-07T12:00", 1, 0, "2026-03-09T17:00"),  # from a Saturday: all of Monday
        ("2026-03-06T16:00", 2, 0, "2026-03-10T16:00"),
        ("2026-03-06T18:30", 2, 0, "2026-03-10T17:00"),
        ("2026-03-06T15:00", 0, 4, "2026-03-09T11:00"),
        ("2026-11-25T16:00", 1, 0, "2026-11-30T16:00"),  # Thanksgiving and the day after
        ("2026-07-02T16:00", 1, 0, "2026-07-06T16:00"),  # the Fourth is observed on Friday
        ("2026-03-06T16:00", 0, 0, "2026-03-06T16:00"),
    ],
)
def test_deadlines(at: str, days: int, hours: int, due: str) -> None:
    found = add_business(USUAL, local(at), days=days, hours=hours)
    assert found == local(due)
    assert found.tzinfo is UTC


def test_an_organization_that_never_works_is_an_error_not_a_hang() -> None:
    with pytest.raises(ValueError, match="three years"):
        add_business(BusinessCalendar(days=frozenset()), local("2026-03-06T16:00"), days=1)
    with pytest.raises(ValueError, match="forward"):
        add_business(USUAL, local("2026-03-06T16:00"), days=-1)


def test_the_calendar_is_the_organizations_own() -> None:
    of = NetworkOrganization(
        name="Night shelter",
        kind=OrganizationKind.PARTNER,
        timezone="America/Chicago",
        business_days="SA, SU",
        opens_at=time(20),
        closes_at=time(23),
        holiday_calendar="US",
    )
    found = calendar_of(of)
    assert (sorted(found.days), day_minutes(found)) == ([5, 6], 180)
    assert found.timezone == "America/Chicago"
    assert not is_business_day(found, date(2026, 7, 4))
    of.business_days = ""
    assert sorted(calendar_of(of).days) == [0, 1, 2, 3, 4]


CALENDARS = st.builds(
    BusinessCalendar,
    timezone=st.sampled_from(["America/New_York", "UTC", "America/Los_Angeles"]),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens_at=st.sampled_from([time(0), time(8, 30), time(9)]),
    closes_at=st.sampled_from([time(0), time(12), time(17)]),
    holidays=st.sampled_from([None, "US-NC"]),
)
MOMENTS = st.integers(0, 60 * 24 * 40).map(
    lambda minutes: datetime(2026, 10, 10, tzinfo=UTC) + timedelta(minutes=minutes)
)


def counted(calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """The oracle: asks of every minute whether the organization works in it."""
    zone, worked, at = ZoneInfo(calendar.timezone), 0, start
    whole_day = calendar.closes_at <= calendar.opens_at
    while at < end:
        here = at.astimezone(zone)
        in_hours = whole_day or calendar.opens_at <= here.time() < calendar.closes_at
        worked += in_hours and is_business_day(calendar, here.date())
        at += timedelta(minutes=1)
    return worked


@settings(max_examples=40, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, length=st.integers(0, 60 * 24 * 4))
def test_minutes_between_are_those_counted_one_by_one(
    calendar: BusinessCalendar, start: datetime, length: int
) -> None:
    end = start + timedelta(minutes=length)
    assert business_minutes_between(calendar, start, end) == counted(calendar, start, end)


@settings(max_examples=100, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, minutes=st.integers(1, 5000))
def test_adding_and_measuring_agree(
    calendar: BusinessCalendar, start: datetime, minutes: int
) -> None:
    end = add_business(calendar, start, minutes=minutes)
    assert business_minutes_between(calendar, start, end) == minutes
    assert business_minutes_between(calendar, start, end - timedelta(minutes=1)) == minutes - 1


def test_reminders_come_at_half_and_nine_tenths_and_the_grace_after_the_limit() -> None:
    sent = local("2026-03-02T09:00")
    running = clocks.start(USUAL, Clock.RESPONSE, Limit("business_days", 2), sent)
    assert running.due_at == local("2026-03-03T17:00")
    assert running.reminders == (local("2026-03-02T17:00"), local("2026-03-03T15:24"))
    contact = clocks.start(USUAL, Clock.CONTACT, Limit("business_days", 5), sent)
    assert contact.due_at == local("2026-03-09T17:00")
    assert contact.reminders[1] == local("2026-03-06T13:00")


def test_usual_limits_are_shorter_when_urgent() -> None:
    assert clocks.usual_limit(Clock.RESPONSE, Urgency.URGENT) == Limit("business_hours", 4)
    assert clocks.usual_limit(Clock.RESPONSE, Urgency.ROUTINE) == Limit("business_days", 2)


@pytest.mark.parametrize("half", [60, 481])
def test_a_resumed_clock_runs_for_what_was_left(half: int) -> None:
    at = local("2026-03-06T16:00")
    running = clocks.start_with(USUAL, Clock.RESPONSE, half, at)
    assert business_minutes_between(USUAL, at, running.due_at) == half
    assert at < running.reminders[0] < running.reminders[1] < running.due_at
