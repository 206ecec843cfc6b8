"""What services and organizations can be recognized by, read in id order, a chunk at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from core.db import Database
from directory.doubles.alike import ORGANIZATION, SERVICE, Known, digits, host, plain_address
from directory.models import (
    Address,
    Location,
    Organization,
    Phone,
    Service,
    ServiceAtLocation,
    ServiceStatus,
)

CHUNK = 2000
LISTED = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)
Rows = Mapping[str, Known | None]
"""By id, in id order; None for what is not listed."""
Read = Callable[[Session, str], Rows]


def records(database: Database, kind: str) -> Iterator[list[Known | None]]:
    """All records of a kind, in chunks; each chunk is read in a short transaction of its own."""
    after, read = "", READ[kind]
    while True:
        with database.read() as session:
            found = read(session, after)
        if not found:
            return
        yield list(found.values())
        *_, after = found  # as the database orders them


def how_many(session: Session) -> int:
    """Services and organizations together."""
    tables: tuple[type[Any], ...] = (Service, Organization)
    return sum(session.exec(select(func.count()).select_from(table)).one() for table in tables)


def _services(session: Session, after: str) -> Rows:
    columns = sa_select(
        col(Service.id), col(Service.name), col(Service.organization_id), col(Service.status)
    )
    # Which of them are listed is asked here: the database would sort all that are, chunk by chunk.
    found = session.connection().execute(
        columns.where(col(Service.id) > after).order_by(col(Service.id)).limit(CHUNK)
    )
    rows = {
        key: Known(key, name, of) if status in LISTED else None for key, name, of, status in found
    }
    known = {key: one for key, one in rows.items() if one}
    _add_phones(session, known, Phone.service_id)
    placed = sa_select(col(ServiceAtLocation.service_id), col(ServiceAtLocation.location_id))
    _add_places(session, known, placed.where(col(ServiceAtLocation.service_id).in_(known)))
    return rows


def _organizations(session: Session, after: str) -> Rows:
    columns = sa_select(col(Organization.id), col(Organization.name), col(Organization.website))
    found = session.connection().execute(
        columns.where(col(Organization.id) > after).order_by(col(Organization.id)).limit(CHUNK)
    )
    known = {key: Known(key, name, website=host(url or "")) for key, name, url in found}
    _add_phones(session, known, Phone.organization_id)
    owned = sa_select(col(Location.organization_id), col(Location.id))
    _add_places(session, known, owned.where(col(Location.organization_id).in_(known)))
    return known


READ: Mapping[str, Read] = {SERVICE: _services, ORGANIZATION: _organizations}


def _add_phones(session: Session, known: Mapping[str, Known], column: Any) -> None:
    rows = session.connection().execute(
        sa_select(col(column), col(Phone.number)).where(col(column).in_(known))
    )
    for key, number in rows:
        if plainly := digits(number):
            known[key].phones.add(plainly)


def _add_places(session: Session, known: Mapping[str, Known], pairs: Any) -> None:
    """Where each record is; confidential places are nobody's to compare."""
    of: dict[str, list[str]] = defaultdict(list)
    connection = session.connection()
    for key, location_id in connection.execute(pairs):
        of[location_id].append(key)
    for ids in _chunks(list(of)):
        places = sa_select(col(Location.id), col(Location.latitude), col(Location.longitude))
        shown = ~col(Location.confidential)
        there = places.where(col(Location.id).in_(ids), shown, col(Location.latitude).is_not(None))
        for location_id, lat, lng in connection.execute(there):
            for key in of[location_id]:
                known[key].points.add((lat or 0.0, lng or 0.0))
        lines = sa_select(
            col(Address.location_id), col(Address.address_1), col(Address.postal_code)
        ).join(Location, col(Location.id) == col(Address.location_id))
        for location_id, line, code in connection.execute(
            lines.where(col(Address.location_id).in_(ids), shown)
        ):
            if address := plain_address(line, code):
                for key in of[location_id]:
                    known[key].addresses.add(address)


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
