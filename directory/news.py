"""What is new, changed or closed lately, for those who follow the directory. Public services only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from directory.loading import by_id
from directory.models import (
    Address,
    CostOption,
    Language,
    Location,
    Metadata,
    Organization,
    Phone,
    RequiredDocument,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceStatus,
    Translation,
    Visibility,
)
from directory.models.base import DirectoryRow
from directory.snapshots import HANGING

CHANGES_MAX = 100
HISTORY_READ = 500
"""Rows of the field history that are looked at: several belong to one change."""
PARTS: Mapping[str, type[DirectoryRow]] = {
    str(table.__tablename__): table
    for table in (
        Address, CostOption, Language, Location, Phone, RequiredDocument, Schedule,
        ScheduleException, ServiceArea, ServiceAtLocation,
    )
}  # fmt: skip


class News(StrEnum):
    """What happened to a service."""

    NEW = "new"
    CHANGED = "changed"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Change:
    """The latest of one service. `parts` are the tables it happened in, "service" among them."""

    service_id: str
    name: str
    organization: str
    news: News
    at: datetime
    parts: frozenset[str]


@dataclass(slots=True)
class _Noted:
    """What the history says of one service."""

    at: datetime
    parts: set[str]
    created: bool


def stamp(session: Session) -> str:
    """Differs as soon as there are other changes to tell of; two look-ups in an index."""
    newest = select(Service.last_modified, Service.id).order_by(
        col(Service.last_modified).desc(), col(Service.id).desc()
    )
    noted = select(Metadata.last_action_date, Metadata.id).order_by(
        col(Metadata.last_action_date).desc(), col(Metadata.id).desc()
    )
    return f"{session.exec(newest.limit(1)).first()} {session.exec(noted.limit(1)).first()}"


def changes(session: Session, language: str, limit: int = CHANGES_MAX) -> list[Change]:
    """The newest changes, one for each service, newest first; names in that language if translated."""
    noted = _noted(session)
    touched = select(Service.id).order_by(col(Service.last_modified).desc(), col(Service.id).desc())
    ids = {*noted, *session.exec(touched.limit(limit))}
    services = [row for row in by_id(session, Service, ids).values() if _is_public(row)]
    hidden = _only_confidential(session, [row.id for row in services])
    organizations = by_id(session, Organization, {row.organization_id for row in services})
    names = _names(session, [row.id for row in services], language)
    found = [
        _change(row, noted.get(row.id), names, organizations[row.organization_id].name)
        for row in services
        if row.id not in hidden
    ]
    return sorted(found, key=lambda one: (one.at, one.service_id), reverse=True)[:limit]


def _change(
    row: Service, noted: _Noted | None, names: Mapping[str, str], organization: str
) -> Change:
    return Change(
        service_id=row.id,
        name=names.get(row.id, row.name),
        organization=organization,
        news=_news(row, noted),
        at=max(noted.at, row.last_modified) if noted else row.last_modified,
        parts=frozenset(noted.parts) if noted else frozenset(),
    )


def _news(row: Service, noted: _Noted | None) -> News:
    if row.status == ServiceStatus.TEMPORARILY_CLOSED:
        return News.PAUSED
    if row.status != ServiceStatus.ACTIVE:
        return News.CLOSED
    return News.NEW if noted is None or noted.created else News.CHANGED


def _noted(session: Session) -> dict[str, _Noted]:
    """The newest rows of the history, by the service they are about."""
    newest = select(Metadata).order_by(
        col(Metadata.last_action_date).desc(), col(Metadata.id).desc()
    )
    # Chosen here and not by the database, which would sort the whole history to choose.
    told = session.exec(newest.limit(HISTORY_READ)).all()
    rows = [row for row in told if {row.resource_type, _part(row)} <= {"service", *PARTS}]
    owners = _owners(session, rows)
    found: dict[str, _Noted] = {}
    for row in rows:
        for service_id in owners[row.resource_type, row.resource_id]:
            known = found.setdefault(service_id, _Noted(row.last_action_date, set(), False))
            known.parts.add(_part(row))
            known.created |= (_part(row), row.last_action_type) == ("service", "create")
    return found


def _part(row: Metadata) -> str:
    """The table in which something happened: that of the row, or of what came or went with it."""
    hanging = row.field_name in HANGING and row.last_action_type != "update"
    return row.field_name if hanging else row.resource_type


def _owners(session: Session, rows: Iterable[Metadata]) -> dict[tuple[str, str], set[str]]:
    """Services by the (table, id) of what changed. What was deleted has none any more."""
    changed: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        changed[row.resource_type].add(row.resource_id)
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for service_id in changed.pop("service", ()):
        owners["service", service_id].add(service_id)
    parts = [
        row for name, ids in changed.items() for row in by_id(session, PARTS[name], ids).values()
    ]
    at_place = _services_at(session, parts)
    for part in parts:
        key = (str(part.__tablename__), part.id)
        if of := getattr(part, "service_id", None):
            owners[key].add(of)
        for place in _places(part):
            owners[key] |= at_place.get(place, set())
    return owners


def _places(part: DirectoryRow) -> list[str]:
    """Ids of the location or service_at_location a part hangs on."""
    if isinstance(part, Location):
        return [part.id]
    found = (getattr(part, name, None) for name in ("location_id", "service_at_location_id"))
    return [] if isinstance(part, ServiceAtLocation) else [one for one in found if one]


def _services_at(session: Session, parts: Iterable[DirectoryRow]) -> dict[str, set[str]]:
    """Services by the id of their location and of their service_at_location."""
    ids = {place for part in parts for place in _places(part)}
    if not ids:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    statement = select(ServiceAtLocation).where(
        col(ServiceAtLocation.location_id).in_(ids) | col(ServiceAtLocation.id).in_(ids)
    )
    for row in session.exec(statement.limit(HISTORY_READ)):
        found[row.location_id].add(row.service_id)
        found[row.id].add(row.service_id)
    return found


def _is_public(row: Service) -> bool:
    return row.visibility == Visibility.PUBLIC


def _only_confidential(session: Session, ids: Collection[str]) -> set[str]:
    """Services whose every place is confidential: their pages do not exist."""
    pairs = session.exec(
        select(ServiceAtLocation.service_id, Location.confidential)
        .join(Location, col(Location.id) == col(ServiceAtLocation.location_id))
        .where(col(ServiceAtLocation.service_id).in_(ids))
        .distinct()
    ).all()
    shown = {service_id for service_id, confidential in pairs if not confidential}
    return {service_id for service_id, _ in pairs} - shown


def _names(session: Session, ids: Collection[str], language: str) -> dict[str, str]:
    rows = session.exec(
        select(Translation.resource_id, Translation.text).where(
            Translation.resource_type == "service",
            Translation.field_name == "name",
            Translation.language == language,
            col(Translation.outdated_since).is_(None),
            col(Translation.resource_id).in_(ids),
        )
    )
    return dict(iter(rows.all()))
