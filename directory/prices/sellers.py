"""Pharmacies as a comparison shows them: where, how to call, when open, whether they deliver."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from directory import codes
from directory.hours import Hours, spans
from directory.loading import by_id
from directory.models import (
    Address,
    Attribute,
    Location,
    Organization,
    Phone,
    Schedule,
    ScheduleException,
    Service,
    ServiceAtLocation,
    ServiceStatus,
    Visibility,
)
from directory.schedules import hours_of

FILLS = codes.term_id(codes.CATEGORY, "fill-prescription")
DELIVERS = codes.term_id(codes.CATEGORY, "medicine-delivery")
EVENING_MINUTE = 18 * 60 + 30
"""Open on some weekday after half past six is open in the evening."""


@dataclass(frozen=True, slots=True)
class Seller:
    """A pharmacy. `listing` is the unit whose page tells more; `phone` is where to ask."""

    location_id: str
    name: str
    organization: str
    lat: float | None
    lng: float | None
    address: str | None = None
    phone: str | None = None
    hours: Hours | None = None
    evening: bool = False
    delivers: bool = False
    listing: str | None = None
    confidential: bool = False


def open_evenings(hours: Hours | None, today: date) -> bool:
    """Whether it is open after half past six on some weekday of the coming week."""
    return hours is not None and _evenings(hours.key(), today)


@lru_cache(maxsize=5_000)
def _evenings(key: str, today: date) -> bool:
    found = spans(Hours.from_json(key), today, today + timedelta(days=6))
    for span in found:
        minutes = (span.end - span.start).total_seconds() / 60
        ends = span.start.hour * 60 + span.start.minute + minutes
        if span.start.weekday() < 5 and ends > EVENING_MINUTE:
            return True
    return False


def selling(session: Session, location_ids: Collection[str]) -> set[str]:
    """Of these locations those where some public service is offered now."""
    if not location_ids:
        return set()
    return {
        place for place, _, service in _services_at(session, location_ids) if _is_offered(service)
    }


def _services_at(
    session: Session, location_ids: Collection[str]
) -> Iterable[tuple[str, str, Service]]:
    """(location id, unit id, service) of these places. What is offered is told apart afterwards: asked
    for in the statement, it makes SQLite walk through every service there is."""
    statement = (
        select(ServiceAtLocation.location_id, ServiceAtLocation.id, Service)
        .join(Service, col(Service.id) == col(ServiceAtLocation.service_id))
        .where(col(ServiceAtLocation.location_id).in_(location_ids))
    )
    return session.exec(statement).all()


def _is_offered(service: Service) -> bool:
    return service.status is ServiceStatus.ACTIVE and service.visibility is Visibility.PUBLIC


def chain_locations(
    session: Session, organization_ids: Collection[str]
) -> Mapping[str, list[Location]]:
    """Organization → its places where prescriptions are filled now."""
    found: dict[str, dict[str, Location]] = defaultdict(dict)
    if organization_ids:
        fills = select(Attribute.link_id).where(Attribute.taxonomy_term_id == FILLS)
        statement = (
            select(Service.organization_id, Location)
            .join(ServiceAtLocation, col(ServiceAtLocation.service_id) == col(Service.id))
            .join(Location, col(Location.id) == col(ServiceAtLocation.location_id))
            .where(col(Service.organization_id).in_(organization_ids), *_offered())
            .where(col(Service.id).in_(fills), ~col(Location.confidential))
        )
        for owner, location in session.exec(statement):
            found[owner][location.id] = location
    return {owner: list(places.values()) for owner, places in found.items()}


def _offered() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Service.status) == ServiceStatus.ACTIVE,
        col(Service.visibility) == Visibility.PUBLIC,
    )


def sellers(
    session: Session, location_ids: Collection[str], today: date, *, timezone: str
) -> Mapping[str, Seller]:
    """These pharmacies by location id, in a constant number of statements."""
    places = by_id(session, Location, location_ids)
    owners = by_id(
        session,
        Organization,
        {row.organization_id for row in places.values() if row.organization_id},
    )
    lines = _addresses(session, places)
    phones = _phones(session, places, owners)
    counters = _counters(session, places)
    delivering = _delivering(session, owners)
    hours = _hours(session, places, counters, timezone)
    found = {}
    for key, place in places.items():
        owner = owners.get(place.organization_id or "")
        listing = counters.get(key)
        found[key] = Seller(
            location_id=key,
            name=place.name or (owner.name if owner else ""),
            organization=owner.name if owner else "",
            lat=place.latitude,
            lng=place.longitude,
            address=lines.get(key),
            phone=phones.get(key) or phones.get(place.organization_id or ""),
            hours=hours.get(key),
            evening=open_evenings(hours.get(key), today),
            delivers=place.organization_id in delivering,
            listing=listing[0] if listing else None,
            confidential=place.confidential,
        )
    return found


def _addresses(session: Session, places: Collection[str]) -> Mapping[str, str]:
    rows = session.exec(select(Address).where(col(Address.location_id).in_(places)))
    return {
        row.location_id: f"{row.address_1}, {row.city}, {row.state_province} {row.postal_code}"
        for row in rows
    }


def _phones(
    session: Session, places: Collection[str], owners: Collection[str]
) -> Mapping[str, str]:
    rows = session.exec(
        select(Phone)
        .where(
            or_(col(Phone.location_id).in_(places), col(Phone.organization_id).in_(owners)),
        )
        .order_by(col(Phone.id).desc())
    )
    return {row.location_id or row.organization_id or "": row.number for row in rows}


def _counters(session: Session, places: Collection[str]) -> Mapping[str, tuple[str, Service]]:
    """The unit and service that fills prescriptions at each place, or another one offered there."""
    rows = [row for row in _services_at(session, places) if _is_offered(row[2])]
    services = {service.id for _, _, service in rows}
    fills = set(
        session.exec(
            select(Attribute.link_id)
            .where(col(Attribute.link_id).in_(services))
            .where(Attribute.taxonomy_term_id == FILLS)
        )
    )
    ordered = sorted(rows, key=lambda row: (row[2].id not in fills, row[2].name), reverse=True)
    return {place: (unit, service) for place, unit, service in ordered}


def _delivering(session: Session, owners: Collection[str]) -> set[str]:
    statement = (
        select(Service.organization_id)
        .join(Attribute, col(Attribute.link_id) == col(Service.id))
        .where(Attribute.taxonomy_term_id == DELIVERS)
        .where(col(Service.organization_id).in_(owners), *_offered())
    )
    return set(session.exec(statement))


def _hours(
    session: Session,
    places: Mapping[str, Location],
    counters: Mapping[str, tuple[str, Service]],
    timezone: str,
) -> Mapping[str, Hours | None]:
    units = [unit for unit, _ in counters.values()]
    services = [service.id for _, service in counters.values()]
    schedules = _hanging(session, Schedule, units, services, places)
    exceptions = _hanging(session, ScheduleException, units, services, places)
    found = {}
    for key, place in places.items():
        unit, service = counters.get(key, ("", None))
        parents = [unit, service.id if service else "", key]
        found[key] = hours_of(
            [schedules.get(parent, ()) for parent in parents],
            (row for parent in parents for row in exceptions.get(parent, ())),
            timezone=place.timezone or timezone,
            by_appointment=bool(service and service.by_appointment),
        )
    return found


def _hanging(
    session: Session,
    table: type[Any],
    units: Iterable[str],
    services: Iterable[str],
    places: Iterable[str],
) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    statement = select(table).where(
        or_(
            table.service_at_location_id.in_(units),
            table.service_id.in_(services),
            table.location_id.in_(places),
        )
    )
    for row in session.exec(statement.order_by(table.id)):
        found[row.service_at_location_id or row.service_id or row.location_id].append(row)
    return found
