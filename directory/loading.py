"""Everything that hangs on a set of services and places, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from core.clock import now
from core.db import table_of
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
from directory.rows import among, by_any, read

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

_LINKED = ("service", "service_at_location", "location")
"""Tables whose records carry attributes and translations."""


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
    children: dict[type[Any], dict[str, list[Any]]] = field(
        default_factory=lambda: {table: defaultdict(list) for table in _CHILDREN}
    )

    def of(self, table: type[Any], parent_id: str) -> Sequence[Any]:
        """Rows of `table` that hang on that parent."""
        return self.children[table].get(parent_id, ())


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
    batch.locations |= rows_by_id(session, Location, wanted)
    rows = batch.services.values()
    missing = {row.organization_id for row in rows} - batch.organizations.keys()
    batch.organizations |= rows_by_id(session, Organization, missing)
    programs = {row.program_id for row in rows if row.program_id}
    batch.programs = rows_by_id(session, Program, programs)
    if batch.places:
        today = now().date()
        batch.priced = priced(session, list(batch.locations), list(batch.organizations), today)
    _load_children(session, batch)
    _load_attributes(session, batch)
    capacities = _all(batch, ServiceCapacity)
    batch.units = rows_by_id(session, Unit, {capacity.unit_id for capacity in capacities})
    return batch


def by_id(session: Session, table: type[Row], ids: Collection[str]) -> dict[str, Row]:
    """Rows of `table` with those ids; no statement when there are none."""
    if not ids:
        return {}
    return {row.id: row for row in session.exec(select(table).where(col(table.id).in_(ids)))}


def rows_by_id(session: Session, table: type[Row], ids: Collection[str]) -> dict[str, Row]:
    """As `by_id`, of rows that cannot be changed: see directory/rows.py."""
    return {row.id: row for row in by_any(session, table, {"id": ids})} if ids else {}


def _all(batch: Batch, table: type[Any]) -> list[Any]:
    return [row for rows in batch.children[table].values() for row in rows]


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
    wanted = {name: frozenset(parents[name]) for name in columns if parents[name]}
    if not wanted:
        return
    found = batch.children[table]
    for row in by_any(session, table, wanted):
        for name, ids in wanted.items():
            parent_id = getattr(row, name)
            if parent_id in ids:
                found[parent_id].append(row)


def _load_attributes(session: Session, batch: Batch) -> None:
    ids = list(batch.services), list(batch.places), list(batch.locations)
    linked = dict(zip(_LINKED, ids, strict=True))
    statement = _linked(session.get_bind().dialect.name)
    for attribute in read(session, Attribute, statement, linked):
        batch.attributes[attribute.link_id].append(attribute)
    terms = {a.taxonomy_term_id for rows in batch.attributes.values() for a in rows}
    batch.terms = load_terms(session, terms)
    texts = {"resource_id": [id for some in ids for id in some]}
    for text in by_any(session, Translation, texts):
        batch.translations[text.resource_id].append(text)


@cache
def _linked(dialect: str) -> Select[Any]:
    """Attributes of records, whose ids are given by the name of their table."""
    table = table_of(Attribute)
    entity, id = table.c.link_entity, table.c.link_id
    pairs = (and_(entity == name, among(id, name, dialect)) for name in _LINKED)
    return select_columns(table).where(or_(*pairs)).order_by(table.c.id)


def load_terms(session: Session, ids: Collection[str]) -> dict[str, tuple[TaxonomyTerm, str]]:
    """Terms by id, each with the name of its taxonomy ("" when it has none)."""
    terms = rows_by_id(session, TaxonomyTerm, ids)
    listed = {term.taxonomy_id for term in terms.values() if term.taxonomy_id}
    taxonomies = rows_by_id(session, Taxonomy, listed)
    names = {id: taxonomy.name for id, taxonomy in taxonomies.items()}
    return {id: (term, names.get(term.taxonomy_id or "", "")) for id, term in terms.items()}
