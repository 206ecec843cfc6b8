"""Everything that hangs on a set of services and places, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from core.clock import now
from directory.models import (
    Accessibility,
    Address,
    Attribute,
    CostOption,
    Language,
    Location,
    ObservedWait,
    Organization,
    OrganizationIdentifier,
    Phone,
    Program,
    RequiredDocument,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Taxonomy,
    TaxonomyTerm,
    Translation,
    Unit,
)
from directory.models.base import DirectoryRow
from directory.prices.current import priced

Row = TypeVar("Row", bound=DirectoryRow)

# Tables whose rows hang on one of several parents, by the columns that name the parent.
_CHILDREN: dict[type[Any], tuple[str, ...]] = {
    Accessibility: ("location_id",),
    Address: ("location_id",),
    CostOption: ("service_id",),
    Language: ("service_id", "location_id", "phone_id"),
    ObservedWait: ("service_id",),
    OrganizationIdentifier: ("organization_id",),
    Phone: ("service_id", "location_id", "organization_id", "service_at_location_id"),
    RequiredDocument: ("service_id",),
    Schedule: ("service_id", "location_id", "service_at_location_id"),
    ScheduleException: ("service_id", "location_id", "service_at_location_id"),
    ServiceArea: ("service_id", "service_at_location_id"),
    ServiceCapacity: ("service_id",),
}


@dataclass(slots=True)
class Batch:
    """Rows by id and by parent. Built by `load`; read by directory/assembling.py."""

    services: dict[str, Service] = field(default_factory=dict)
    places: dict[str, ServiceAtLocation] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    terms: dict[str, tuple[TaxonomyTerm, str]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    attributes: dict[str, list[Attribute]] = field(default_factory=lambda: defaultdict(list))
    translations: dict[str, list[Translation]] = field(default_factory=lambda: defaultdict(list))
    priced: set[str] = field(default_factory=set)
    children: dict[tuple[type[Any], str], list[Any]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def of(self, table: type[Any], parent_id: str | None) -> list[Any]:
        """Rows of `table` that hang on that parent."""
        return self.children.get((table, parent_id), []) if parent_id else []


def load(
    session: Session,
    *,
    services: Iterable[Service],
    places: Iterable[ServiceAtLocation] = (),
    locations: Iterable[Location] = (),
    organizations: Iterable[Organization] = (),
) -> Batch:
    """Load what hangs on these rows; about twenty statements, however many rows."""
    batch = Batch(
        services={row.id: row for row in services},
        places={row.id: row for row in places},
        locations={row.id: row for row in locations},
        organizations={row.id: row for row in organizations},
    )
    wanted = {place.location_id for place in batch.places.values()} - batch.locations.keys()
    batch.locations |= by_id(session, Location, wanted)
    rows = batch.services.values()
    missing = {row.organization_id for row in rows} - batch.organizations.keys()
    batch.organizations |= by_id(session, Organization, missing)
    batch.programs = by_id(session, Program, {row.program_id for row in rows if row.program_id})
    if batch.places:
        today = now().date()
        batch.priced = priced(session, list(batch.locations), list(batch.organizations), today)
    _load_children(session, batch)
    _load_attributes(session, batch)
    capacities = _all(batch, ServiceCapacity)
    batch.units = by_id(session, Unit, {capacity.unit_id for capacity in capacities})
    return batch


def by_id(session: Session, table: type[Row], ids: Collection[str]) -> dict[str, Row]:
    """Rows of `table` with those ids; no statement when there are none."""
    if not ids:
        return {}
    return {row.id: row for row in session.exec(select(table).where(col(table.id).in_(ids)))}


def _all(batch: Batch, table: type[Any]) -> list[Any]:
    return [row for (kind, _), rows in batch.children.items() if kind is table for row in rows]


def _load_children(session: Session, batch: Batch) -> None:
    parents = {
        "service_id": list(batch.services),
        "location_id": list(batch.locations),
        "organization_id": list(batch.organizations),
        "service_at_location_id": list(batch.places),
        "phone_id": [],
    }
    for table, columns in _CHILDREN.items():
        if table is Language:
            continue  # after the phones, on which some of them hang
        _load_table(session, batch, table, columns, parents)
    parents["phone_id"] = [phone.id for phone in _all(batch, Phone)]
    _load_table(session, batch, Language, _CHILDREN[Language], parents)


def _load_table(
    session: Session,
    batch: Batch,
    table: type[Any],
    columns: Sequence[str],
    parents: dict[str, list[str]],
) -> None:
    asked = [name for name in columns if parents[name]]
    if not asked:
        return
    matches: list[ColumnElement[bool]] = [getattr(table, n).in_(parents[n]) for n in asked]
    wanted = {name: frozenset(parents[name]) for name in asked}
    for row in session.exec(select(table).where(or_(*matches)).order_by(table.id)):
        for name in asked:
            if getattr(row, name) in wanted[name]:
                batch.children[table, getattr(row, name)].append(row)


def _load_attributes(session: Session, batch: Batch) -> None:
    linked = {
        "service": list(batch.services),
        "service_at_location": list(batch.places),
        "location": list(batch.locations),
    }
    pairs = [
        and_(col(Attribute.link_entity) == entity, col(Attribute.link_id).in_(ids))
        for entity, ids in linked.items()
        if ids
    ]
    if not pairs:
        return
    statement = select(Attribute).where(or_(*pairs)).order_by(Attribute.id)
    for attribute in session.exec(statement):
        batch.attributes[attribute.link_id].append(attribute)
    ids = {a.taxonomy_term_id for rows in batch.attributes.values() for a in rows}
    batch.terms = load_terms(session, ids)
    texts = [id for ids in linked.values() for id in ids]
    for text in session.exec(select(Translation).where(col(Translation.resource_id).in_(texts))):
        batch.translations[text.resource_id].append(text)


def load_terms(session: Session, ids: Collection[str]) -> dict[str, tuple[TaxonomyTerm, str]]:
    """Terms by id, each with the name of its taxonomy ("" when it has none)."""
    if not ids:
        return {}
    statement = (
        select(TaxonomyTerm, Taxonomy.name)
        .join(Taxonomy, col(Taxonomy.id) == col(TaxonomyTerm.taxonomy_id), isouter=True)
        .where(col(TaxonomyTerm.id).in_(ids))
    )
    return {term.id: (term, name or "") for term, name in session.exec(statement)}
