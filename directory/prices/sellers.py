"""Pharmacies as a comparison shows them: where, how to call, when open, whether they deliver."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlmodel import Session

from directory.hours import Hours, spans
from directory.models import (
    ServiceStatus,
    Visibility,
)
from directory.prices.statements import (
    ADDRESSES,
    CHAINS,
    COUNTERS,
    DELIVERING,
    EXCEPTIONS,
    OFFERED_AT,
    PHONES,
    PLACES,
    SCHEDULES,
)
from directory.schedules import hours_of

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


class Spot(NamedTuple):
    """Where one pharmacy of a chain is."""

    id: str
    lat: float | None
    lng: float | None


class _Counter(NamedTuple):
    """A service at a place. `unit` is both together."""

    place: str
    unit: str
    service: str
    name: str
    by_appointment: bool
    status: ServiceStatus
    visibility: Visibility
    fills: bool


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
    rows = session.execute(OFFERED_AT, {"places": list(location_ids)})
    return {place for place, status, visibility in rows if _is_offered(status, visibility)}


def _is_offered(status: ServiceStatus, visibility: Visibility) -> bool:
    """Told apart here: asked for in the statement, it makes SQLite walk through every service."""
    return status is ServiceStatus.ACTIVE and visibility is Visibility.PUBLIC


def chain_locations(
    session: Session, organization_ids: Collection[str]
) -> Mapping[str, list[Spot]]:
    """Organization → its places where prescriptions are filled now."""
    found: dict[str, dict[str, Spot]] = defaultdict(dict)
    if organization_ids:
        for owner, *place in session.execute(CHAINS, {"owners": list(organization_ids)}):
            found[owner][place[0]] = Spot(*place)
    return {owner: list(places.values()) for owner, places in found.items()}


def sellers(
    session: Session, location_ids: Collection[str], today: date, *, timezone: str
) -> Mapping[str, Seller]:
    """These pharmacies by location id, in a constant number of statements."""
    if not location_ids:
        return {}
    ids = list(location_ids)
    places = {row.id: row for row in session.execute(PLACES, {"places": ids})}
    owners = list({row.organization_id for row in places.values() if row.organization_id})
    lines = {row[0]: _line(*row[1:]) for row in session.execute(ADDRESSES, {"places": ids})}
    phones = {
        place or owner or "": number
        for place, owner, number in session.execute(PHONES, {"places": ids, "owners": owners})
    }
    counters = _counters(session, ids)
    delivering = set(session.scalars(DELIVERING, {"owners": owners}))
    hours = _hours(session, places, counters, timezone)
    found = {}
    for key, place in places.items():
        owner, counter = place.organization or "", counters.get(key)
        found[key] = Seller(
            location_id=key,
            name=place.name or owner,
            organization=owner,
            lat=place.latitude,
            lng=place.longitude,
            address=lines.get(key),
            phone=phones.get(key) or phones.get(place.organization_id or ""),
            hours=hours.get(key),
            evening=open_evenings(hours.get(key), today),
            delivers=place.organization_id in delivering,
            listing=counter.unit if counter else None,
            confidential=place.confidential,
        )
    return found


def _line(street: str, city: str, state: str, postal_code: str) -> str:
    return f"{street}, {city}, {state} {postal_code}"


def _counters(session: Session, places: list[str]) -> Mapping[str, _Counter]:
    """What fills prescriptions at each place, or something else that is offered there."""
    rows = [_Counter(*row) for row in session.execute(COUNTERS, {"places": places})]
    ordered = sorted(rows, key=lambda row: (not row.fills, row.name), reverse=True)
    return {one.place: one for one in ordered if _is_offered(one.status, one.visibility)}


def _hours(
    session: Session,
    places: Mapping[str, Any],
    counters: Mapping[str, _Counter],
    timezone: str,
) -> Mapping[str, Hours | None]:
    parents_of = {
        "units": [counter.unit for counter in counters.values()],
        "services": [counter.service for counter in counters.values()],
        "places": list(places),
    }
    schedules = _by_parent(session.execute(SCHEDULES, parents_of))
    exceptions = _by_parent(session.execute(EXCEPTIONS, parents_of))
    found = {}
    for key, place in places.items():
        counter = counters.get(key)
        parents = [counter.unit, counter.service, key] if counter else [key]
        found[key] = hours_of(
            [schedules.get(parent, ()) for parent in parents],
            (row for parent in parents for row in exceptions.get(parent, ())),
            timezone=place.timezone or timezone,
            by_appointment=bool(counter and counter.by_appointment),
        )
    return found


def _by_parent(rows: Iterable[Any]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.service_at_location_id or row.service_id or row.location_id].append(row)
    return found
