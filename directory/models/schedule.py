"""When a service, a location, or a service at a location is open."""

from datetime import date, time

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from core.db import enum_type
from directory.models.base import DirectoryRow, parent
from directory.models.kinds import Frequency


class Schedule(DirectoryRow, table=True):
    """HSDS schedule: one RFC 5545 rule with opening and closing time (local wall-clock time).

    A row without `freq` and times carries only words (`description`): its hours are unknown.
    """

    __tablename__ = "schedule"

    service_id: str | None = parent("service")
    location_id: str | None = parent("location")
    service_at_location_id: str | None = parent("service_at_location")
    valid_from: date | None = None
    valid_to: date | None = None
    dtstart: date | None = None
    timezone: float | None = None
    until: date | None = None
    count: int | None = None
    wkst: str | None = Field(default=None, max_length=2)
    freq: Frequency | None = Field(default=None, sa_type=enum_type(Frequency))
    interval: int | None = None
    byday: str | None = None
    byweekno: str | None = None
    bymonthday: str | None = None
    byyearday: str | None = None
    description: str | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    schedule_link: str | None = None
    attending_type: str | None = None
    notes: str | None = None


class ScheduleException(DirectoryRow, table=True):
    """Dates on which the regular schedule does not hold: closed, or open at other times.

    With `holiday_calendar` set ("US-NC") it says instead: closed on that calendar's holidays.
    """

    __tablename__ = "schedule_exception"
    __table_args__ = (
        CheckConstraint(
            "holiday_calendar IS NOT NULL OR starts_on IS NOT NULL", name="calendar_or_dates"
        ),
        CheckConstraint(
            "(starts_on IS NULL) = (ends_on IS NULL) AND (starts_on IS NULL OR starts_on <= ends_on)",
            name="dates_in_order",
        ),
        CheckConstraint("closed OR opens_at IS NOT NULL", name="open_days_have_times"),
    )

    service_id: str | None = parent("service")
    location_id: str | None = parent("location")
    service_at_location_id: str | None = parent("service_at_location")
    holiday_calendar: str | None = Field(default=None, max_length=16)
    starts_on: date | None = None
    ends_on: date | None = None
    closed: bool = True
    opens_at: time | None = None
    closes_at: time | None = None
    reason: str | None = None
