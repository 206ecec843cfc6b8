"""Hours of a service entry as schedule rows and dated exceptions."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from directory.models import Schedule, ScheduleException
from directory.models.base import DirectoryRow
from seed_data.common import seed_id
from seed_data.county import Offer, sites_of
from seed_data.notation import read_hours, read_span

HOLIDAYS = "US-NC"


def by_appointment(offer: Offer) -> bool:
    """Whether the entry says so, for itself or for one of its places."""
    return any(read_hours(text).by_appointment for text in (offer.hours, *_of_sites(offer)))


def schedule_rows(column: str, owner: str, hours: str) -> Iterator[DirectoryRow]:
    """The notation as HSDS schedules of the owner; `column` is the key that points at it."""
    for number, values in enumerate(read_hours(hours).schedules):
        row: dict[str, Any] = {"id": seed_id("schedule", owner, str(number)), column: owner}
        yield Schedule(**row, **values)


def exception_rows(offer: Offer, service: str) -> Iterator[DirectoryRow]:
    """Holidays, dated closures ("2026-12-24/2027-01-03 Why") and dated openings
    ("2026-11-26 11-14 Why"), which hold at every place of the service."""
    if offer.holidays:
        row = seed_id("exception", service, HOLIDAYS)
        yield ScheduleException(id=row, service_id=service, holiday_calendar=HOLIDAYS)
    for text in offer.closed:
        days, _, reason = text.partition(" ")
        first, _, last = days.partition("/")
        yield ScheduleException(
            id=seed_id("exception", service, days),
            service_id=service,
            starts_on=date.fromisoformat(first),
            ends_on=date.fromisoformat(last),
            reason=reason,
        )
    for text in offer.open:
        day, span, reason = text.split(" ", 2)
        opens, closes = read_span(span)
        yield ScheduleException(
            id=seed_id("exception", service, day),
            service_id=service,
            starts_on=date.fromisoformat(day),
            ends_on=date.fromisoformat(day),
            closed=False,
            opens_at=opens,
            closes_at=closes,
            reason=reason,
        )


def _of_sites(offer: Offer) -> list[str]:
    return [hours for hours in sites_of(offer).values() if hours]
