"""Reads of the directory. Each answers with frozen views, in a constant number of statements."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from core.errors import NotFound
from directory.assembling import Views
from directory.loading import load, rows_by_id
from directory.models import (
    Attribute,
    Location,
    Organization,
    Service,
    ServiceAtLocation,
    ServiceStatus,
    Taxonomy,
    TaxonomyTerm,
    TermCrosswalk,
    Translation,
    Visibility,
)
from directory.moving import missing
from directory.views import LocationView, OrganizationView, ServiceView, Term

DEFAULT_TIMEZONE = "America/New_York"
BATCH = 500


@dataclass(frozen=True, slots=True)
class LocationDetail:
    """A place and the services offered there."""

    location: LocationView
    services: tuple[ServiceView, ...]


@dataclass(frozen=True, slots=True)
class OrganizationDetail:
    """An organization and its services, at each of their places."""

    organization: OrganizationView
    services: tuple[ServiceView, ...]


def service_views(
    session: Session, unit_ids: Sequence[str], *, timezone: str = DEFAULT_TIMEZONE
) -> list[ServiceView]:
    """Views of these units (service_at_location ids, or ids of services that have no place).

    Ids that name nothing are left out; the order is that of `unit_ids`.
    """
    places = rows_by_id(session, ServiceAtLocation, unit_ids)
    homeless = [unit for unit in unit_ids if unit not in places]
    wanted = {place.service_id for place in places.values()} | set(homeless)
    services = rows_by_id(session, Service, wanted)
    with_places = _with_places(session, [unit for unit in homeless if unit in services])
    lone = services.keys() - with_places
    found = [unit for unit in unit_ids if unit in places or unit in lone]
    if not found:
        return []
    batch = load(session, services=services.values(), places=places.values())
    views = Views(batch, timezone=timezone)
    rows = ((places.get(unit), unit) for unit in found)
    return [
        views.service(services[place.service_id if place else unit], place) for place, unit in rows
    ]


def units_after(session: Session, after: str = "", limit: int = BATCH) -> list[str]:
    """The next unit ids in id order, for a walk over the whole directory in bounded memory."""
    placed = select(ServiceAtLocation.id).where(col(ServiceAtLocation.id) > after)
    lone = select(Service.id).where(col(Service.id) > after, ~has_place())
    ids = list(session.exec(placed.order_by(ServiceAtLocation.id).limit(limit)))
    ids += session.exec(lone.order_by(Service.id).limit(limit))
    return sorted(ids)[:limit]


def walk(
    session: Session, *, timezone: str = DEFAULT_TIMEZONE, batch: int = BATCH
) -> Iterator[list[ServiceView]]:
    """Every unit of the directory, a batch at a time, in id order."""
    for ids in unit_batches(session, batch):
        yield service_views(session, ids, timezone=timezone)
        session.expunge_all()  # a million rows must not stay in the session


def unit_batches(session: Session, batch: int = BATCH) -> Iterator[list[str]]:
    """The ids of every unit, a batch at a time, in id order."""
    after = ""
    while ids := units_after(session, after, batch):
        yield ids
        after = ids[-1]


def count_units(session: Session) -> int:
    """How many units `walk` yields."""
    placed = session.exec(select(func.count()).select_from(ServiceAtLocation)).one()
    lone = session.exec(select(func.count()).select_from(Service).where(~has_place())).one()
    return placed + lone


def units_of(session: Session, entity: str, entity_id: str) -> list[str]:
    """Units to index again when that record changed, in id order.

    A service's own id is always among its units: whether it is one of them depends on it having
    a place, and that may be what changed.
    """
    if entity == "unit":
        return [entity_id]
    if entity == "service_at_location":
        place = session.get(ServiceAtLocation, entity_id)
        return sorted({entity_id, place.service_id} if place else {entity_id})
    pairs = session.exec(_service_units().where(_touched(entity, entity_id))).all()
    found = {service for service, _ in pairs} | {place for _, place in pairs if place}
    return sorted(found | ({entity_id} if entity == "service" else set()))


def units_at(
    session: Session, places: Collection[tuple[str, str | None]]
) -> dict[tuple[str, str | None], str]:
    """The unit of each (service id, location id); without a location, the first of the service.

    A service without a place is its own unit.
    """
    wanted = {service for service, _ in places}
    statement = select(ServiceAtLocation).where(col(ServiceAtLocation.service_id).in_(wanted))
    found: dict[tuple[str, str | None], str] = {}
    for row in session.exec(statement.order_by(ServiceAtLocation.id)):
        found[row.service_id, row.location_id] = row.id
        found.setdefault((row.service_id, None), row.id)
    lone = wanted - {service for service, _ in found}
    found |= {(service, None): service for service in lone}
    return {place: found[place] for place in places if place in found}


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """What a referral needs to know of a service."""

    id: str
    organization_id: str
    name: str
    takes_referrals: bool


def service_summary(session: Session, service_id: str) -> ServiceSummary | None:
    """The service, public or not; `takes_referrals` says whether it does now."""
    row = session.get(Service, service_id)
    if row is None:
        return None
    takes = row.accepts_referrals and row.status is ServiceStatus.ACTIVE
    return ServiceSummary(row.id, row.organization_id, row.name, takes)


def service_names(session: Session, service_ids: Collection[str]) -> dict[str, str]:
    """Names of these services, by id."""
    statement = select(Service.id, Service.name).where(col(Service.id).in_(service_ids))
    return dict(session.exec(statement).all())


def service_detail(
    session: Session, service_id: str, *, timezone: str = DEFAULT_TIMEZONE
) -> tuple[ServiceView, ...]:
    """A service at each of its public places (one view without a place when it has none).

    Raises NotFound when it does not exist, or may not be shown to the public; Moved after a merge.
    """
    service = session.get(Service, service_id)
    if service is None:
        raise missing(session, service_id, "There is no such service.")
    if service.visibility != Visibility.PUBLIC:
        raise NotFound("There is no such service.")
    places = session.exec(
        select(ServiceAtLocation).where(ServiceAtLocation.service_id == service_id)
    ).all()
    batch = load(session, services=[service], places=places)
    views = Views(batch, timezone=timezone)
    shown = [place for place in places if not batch.locations[place.location_id].confidential]
    if places and not shown:  # a confidential address only: the service without its place
        return (views.service(service, None),)
    found = [views.service(service, place) for place in (*shown,) or (None,)]
    return tuple(
        sorted(found, key=lambda view: (view.location and view.location.name or "", view.id))
    )


def location_detail(
    session: Session, location_id: str, *, timezone: str = DEFAULT_TIMEZONE
) -> LocationDetail:
    """A place with its services; NotFound for a confidential one, as if it did not exist."""
    location = session.get(Location, location_id)
    if location is None or location.confidential:
        raise NotFound("There is no such location.")
    units = session.exec(
        select(ServiceAtLocation.id)
        .join(Service, col(Service.id) == col(ServiceAtLocation.service_id))
        .where(ServiceAtLocation.location_id == location_id, *listed())
        .order_by(Service.name)
        .limit(BATCH)
    ).all()
    batch = load(session, services=(), locations=[location])
    place = Views(batch, timezone=timezone).location(location)
    return LocationDetail(place, tuple(service_views(session, units, timezone=timezone)))


def organization_detail(
    session: Session, organization_id: str, *, timezone: str = DEFAULT_TIMEZONE
) -> OrganizationDetail:
    """An organization with its listed services; the first 500 places of them."""
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise missing(session, organization_id, "There is no such organization.")
    pairs = session.exec(
        _service_units()
        .where(Service.organization_id == organization_id, *listed())
        .order_by(Service.name, Service.id)
        .limit(BATCH)
    ).all()
    views = service_views(session, [unit or lone for lone, unit in pairs], timezone=timezone)
    shown = tuple(v for v in views if not (v.location and v.location.confidential))
    batch = load(session, services=(), organizations=[organization])
    view = Views(batch, timezone=timezone).organization(organization)
    return OrganizationDetail(view, shown)


def terms(session: Session, taxonomy: str | None = None) -> list[Term]:
    """Taxonomy terms with their names in every language, by taxonomy, then name."""
    statement = select(TaxonomyTerm, Taxonomy.name).join(
        Taxonomy, col(Taxonomy.id) == col(TaxonomyTerm.taxonomy_id), isouter=True
    )
    if taxonomy is not None:
        statement = statement.where(Taxonomy.name == taxonomy)
    found = session.exec(statement.order_by(Taxonomy.name, TaxonomyTerm.name)).all()
    listed = {
        row.id: Term(
            id=row.id,
            code=row.code or "",
            taxonomy=name or "",
            names={"en": row.name},
            descriptions={"en": row.description},
            parent_id=row.parent_id,
        )
        for row, name in found
    }
    for text in session.exec(
        select(Translation).where(Translation.resource_type == "taxonomy_term")
    ):
        if term := listed.get(text.resource_id):
            texts = term.names if text.field_name == "name" else term.descriptions
            texts[text.language] = text.text
    for link in session.exec(select(TermCrosswalk)):
        if term := listed.get(link.taxonomy_term_id):
            pair = (link.scheme, link.identifier)
            listed[term.id] = replace(term, crosswalk=(*term.crosswalk, pair))
    return list(listed.values())


def has_place() -> ColumnElement[bool]:
    return exists().where(col(ServiceAtLocation.service_id) == col(Service.id))


def _with_places(session: Session, service_ids: Sequence[str]) -> set[str]:
    if not service_ids:
        return set()
    statement = select(ServiceAtLocation.service_id).where(
        col(ServiceAtLocation.service_id).in_(service_ids)
    )
    return set(session.exec(statement))


def listed() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Service.visibility) == Visibility.PUBLIC,
        col(Service.status).in_([ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED]),
    )


def _service_units() -> Select[str, str]:
    """(service id, service_at_location id or None) of every unit."""
    placed = col(ServiceAtLocation.service_id) == col(Service.id)
    return select(Service.id, ServiceAtLocation.id).join(ServiceAtLocation, placed, isouter=True)


def _touched(entity: str, entity_id: str) -> ColumnElement[bool]:
    columns = {
        "service": Service.id,
        "organization": Service.organization_id,
        "program": Service.program_id,
        "location": ServiceAtLocation.location_id,
    }
    if entity == "taxonomy_term":
        linked = select(Attribute.link_id).where(Attribute.taxonomy_term_id == entity_id)
        ids = (Service.id, ServiceAtLocation.id, ServiceAtLocation.location_id)
        return or_(*(col(column).in_(linked) for column in ids))
    if entity not in columns:
        raise ValueError(f"{entity} is not a record that units depend on")
    return col(columns[entity]) == entity_id
