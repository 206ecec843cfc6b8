"""What a listing says now, in the shape of a correction, with the rows it stands in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import or_
from sqlmodel import Session, col, select

from directory.hours.rules import WEEKDAYS
from directory.models import (
    CostOption,
    Frequency,
    Language,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
)
from directory.models.base import DirectoryRow
from directory.moving import missing

Row = TypeVar("Row", bound=DirectoryRow)
BEYOND_A_WEEK = (
    "valid_from", "valid_to", "until", "count", "byweekno", "bymonthday", "byyearday",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service is offered. `schedules` are the rows its hours stand in, which hang on
    `column`; without places the unit is the service itself, and `row` is None."""

    unit: str
    name: str
    column: str
    schedules: tuple[Schedule, ...]
    row: ServiceAtLocation | None = None

    @property
    def owner(self) -> str:
        """What its schedules hang on."""
        return self.row.service_id if self.row and self.column == "service_id" else self.unit

    @property
    def is_weekly(self) -> bool:
        """Whether its hours are the same every week, so that they can be said as such."""
        return all(map(_is_weekly, self.schedules))


@dataclass(frozen=True, slots=True)
class Standing:
    """A service with what can be corrected. `values` leaves out hours that are more than a week."""

    service: Service
    places: tuple[Place, ...]
    phones: tuple[Phone, ...]
    languages: tuple[Language, ...]
    costs: tuple[CostOption, ...]
    documents: tuple[RequiredDocument, ...]
    values: dict[str, Any] = field(default_factory=dict)


def standing(session: Session, service_id: str) -> Standing:
    """What stands there now, in a constant number of statements. Raises NotFound."""
    service = session.get(Service, service_id)
    if service is None:
        raise missing(session, service_id, "There is no such service.")
    found = Standing(
        service,
        _places(session, service),
        _of(session, Phone, service_id),
        _of(session, Language, service_id),
        _of(session, CostOption, service_id),
        _of(session, RequiredDocument, service_id),
    )
    found.values.update(_values(found))
    return found


def _values(found: Standing) -> dict[str, Any]:
    return {
        "description": found.service.description or "",
        "phone": found.phones[0].number if found.phones else "",
        "languages": sorted({row.code for row in found.languages if row.code}),
        "cost": sorted({row.option for row in found.costs if row.option}),
        "fees": found.service.fees_description or "",
        "documents": [document_said(row) for row in found.documents],
        "hours": {
            place.unit: [opening_of(row) for row in place.schedules]
            for place in found.places
            if place.is_weekly
        },
        "place_note": {
            place.unit: place.row.description or "" for place in found.places if place.row
        },
    }


def document_said(row: RequiredDocument) -> str:
    """A document as a correction names it: by code, else in words."""
    return row.code or row.document or ""


def opening_of(row: Schedule) -> dict[str, str]:
    """A weekly schedule as a correction says it."""
    assert row.opens_at is not None and row.closes_at is not None  # only asked of weekly ones
    days = set((row.byday or "").split(","))
    return {
        "days": ",".join(day for day in WEEKDAYS if day in days),
        "opens": f"{row.opens_at:%H:%M}",
        "closes": f"{row.closes_at:%H:%M}",
    }


def _is_weekly(row: Schedule) -> bool:
    days = (row.byday or "").split(",")
    return (
        row.freq is Frequency.WEEKLY
        and row.interval in (None, 1)
        and set(days) <= set(WEEKDAYS)
        and row.opens_at is not None
        and row.closes_at is not None
        and not any(getattr(row, name) for name in BEYOND_A_WEEK)
    )


def _places(session: Session, service: Service) -> tuple[Place, ...]:
    pairs = session.exec(
        select(ServiceAtLocation, Location)
        .join(Location, col(Location.id) == col(ServiceAtLocation.location_id))
        .where(ServiceAtLocation.service_id == service.id)
        .order_by(col(Location.name), col(ServiceAtLocation.id))
    ).all()
    rows = session.exec(
        select(Schedule)
        .where(
            or_(
                col(Schedule.service_id) == service.id,
                col(Schedule.service_at_location_id).in_([place.id for place, _ in pairs]),
                col(Schedule.location_id).in_([location.id for _, location in pairs]),
            )
        )
        .order_by(col(Schedule.opens_at), col(Schedule.byday), col(Schedule.id))
    ).all()
    of_service = tuple(row for row in rows if row.service_id == service.id)
    if not pairs:
        return (Place(service.id, "", "service_id", of_service),)
    alone = len(pairs) == 1
    return tuple(_place(place, location, rows, of_service, alone) for place, location in pairs)


def _place(
    row: ServiceAtLocation,
    location: Location,
    rows: Sequence[Schedule],
    of_service: tuple[Schedule, ...],
    alone: bool,
) -> Place:
    """The hours that hold there: its own, else the service's, else those of the location.

    Hours that others have in common with it are not changed with it: it gets its own.
    """
    own = tuple(one for one in rows if one.service_at_location_id == row.id)
    shared = of_service or tuple(one for one in rows if one.location_id == location.id)
    column = "service_id" if alone and of_service and not own else "service_at_location_id"
    return Place(row.id, location.name or "", column, own or shared, row)


def _of(session: Session, table: type[Row], service_id: str) -> tuple[Row, ...]:
    statement = select(table).where(table.service_id == service_id)  # type: ignore[attr-defined]
    return tuple(session.exec(statement.order_by(col(table.id))))
