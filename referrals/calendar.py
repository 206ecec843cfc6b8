"""Business time of an organization: its days, hours and holidays. Pure.

A business day is one working day's worth of minutes, so a day counted from Friday 16:00 ends on
Monday 16:00, and one counted from Saturday ends when Monday's hours do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from accounts.models import NetworkOrganization
from directory.hours.calendars import holiday_name

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
USUAL_DAYS = frozenset(range(5))
HORIZON_DAYS = 3 * 366
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When an organization works: weekdays (Monday is 0), hours of its zone, holidays.

    Hours that end at or before they start mean the whole day.
    """

    timezone: str = "America/New_York"
    days: frozenset[int] = USUAL_DAYS
    opens_at: time = time(9)
    closes_at: time = time(17)
    holidays: str | None = None


def calendar_of(organization: NetworkOrganization) -> BusinessCalendar:
    """The calendar an organization has set; without any day of the week, Monday to Friday."""
    return BusinessCalendar(
        timezone=organization.timezone,
        days=_weekdays(organization.business_days),
        opens_at=organization.opens_at,
        closes_at=organization.closes_at,
        holidays=organization.holiday_calendar,
    )


@cache
def _weekdays(listed: str) -> frozenset[int]:
    named = (day.strip() for day in listed.split(","))
    return frozenset(WEEKDAYS.index(day) for day in named if day in WEEKDAYS) or USUAL_DAYS


def is_business_day(calendar: BusinessCalendar, on: date) -> bool:
    """Whether the organization works on that day."""
    if on.weekday() not in calendar.days:
        return False
    return not (calendar.holidays and holiday_name(calendar.holidays, on))


def day_minutes(calendar: BusinessCalendar) -> int:
    """Minutes of one working day."""
    opens, closes = _minute(calendar.opens_at), _minute(calendar.closes_at)
    return closes - opens if closes > opens else 24 * 60


def add_business(
    calendar: BusinessCalendar, at: datetime, *, days: int = 0, hours: int = 0, minutes: int = 0
) -> datetime:
    """The moment (UTC) when so much business time after `at` (aware) has passed.

    Raises ValueError when the organization does not work that much in three years.
    """
    at = at.astimezone(UTC)  # or adding would be on the wall clock, an hour off across a change
    left = timedelta(minutes=days * day_minutes(calendar) + hours * 60 + minutes)
    if left < timedelta(0):
        raise ValueError("business time is counted forward")
    for opens, closes in _spans(calendar, at):
        start = max(opens, at)
        if closes - start >= left:
            return start + left
        left -= closes - start
    raise ValueError("the organization does not work that much in three years")


def business_minutes_between(calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """Whole minutes of business time from `start` to `end` (aware); 0 when end is not later."""
    start, end, worked = start.astimezone(UTC), end.astimezone(UTC), timedelta(0)
    for opens, closes in _spans(calendar, start):
        if opens >= end:
            break
        worked += min(closes, end) - max(opens, start)
    return worked // MINUTE


def _spans(calendar: BusinessCalendar, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Working hours (UTC) that end after that moment, in order, for three years."""
    first = after.astimezone(ZoneInfo(calendar.timezone)).date()
    for offset in range(HORIZON_DAYS):
        span = _hours_on(calendar, first + timedelta(days=offset))
        if span is not None and span[1] > after:
            yield span


@lru_cache(maxsize=4096)
def _hours_on(calendar: BusinessCalendar, on: date) -> tuple[datetime, datetime] | None:
    """Working hours (UTC) that begin on that day."""
    if not is_business_day(calendar, on):
        return None
    zone, whole_day = ZoneInfo(calendar.timezone), calendar.closes_at <= calendar.opens_at
    if whole_day:
        return _moment(on, time(0), zone), _moment(on + timedelta(days=1), time(0), zone)
    return _moment(on, calendar.opens_at, zone), _moment(on, calendar.closes_at, zone)


def _moment(on: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
