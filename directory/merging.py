"""Two records of the same thing made one: one is kept, everything of the other goes to it.

Blank fields of the one that is kept are filled in from the other; where both say something the kept
one rules. The other is gone, its id leads to the kept one (models.MergedRecord), and every value it
had stands in the history, so that nothing is lost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from core import audit
from core.actor import Actor
from core.clock import now
from core.db import new_id
from core.errors import Conflict, Invalid, NotFound
from directory.changes import as_text
from directory.commands import publish_changes, save_batch
from directory.doubles.alike import ORGANIZATION, SERVICE, digits, plain, plain_address
from directory.models import (
    Address,
    Attribute,
    Contact,
    CostOption,
    DuplicatePair,
    Funding,
    Language,
    Location,
    MergedRecord,
    Metadata,
    Observation,
    ObservedWait,
    Organization,
    OrganizationIdentifier,
    PairState,
    Phone,
    Program,
    Proposal,
    PublicReport,
    RequiredDocument,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Translation,
    Url,
)
from directory.models.base import DirectoryRow
from directory.moving import OF_ORGANIZATIONS, OF_SERVICES
from directory.permissions import check_curate
from directory.prices.models import PriceObservation
from directory.queries import units_of

Key = Callable[[Any], object]
TABLES: Mapping[str, type[Any]] = {SERVICE: Service, ORGANIZATION: Organization}
OWN = frozenset({"id", "source", "source_id", "last_modified", "organization_id"})
"""Columns that are never taken over from the other record."""
ALL_OR_NONE = (Schedule, ScheduleException, ServiceCapacity)
"""Tables of which the kept record's rows hold alone, where it has any."""
SERVICE_CHILDREN: Mapping[type[Any], Key] = {
    Phone: lambda row: digits(row.number) or row.number,
    Language: lambda row: row.code or row.name,
    CostOption: lambda row: (row.option, row.amount, row.amount_description),
    RequiredDocument: lambda row: row.code or row.document,
    ServiceArea: lambda row: (row.extent_kind, row.code or row.name),
    Schedule: lambda row: row.id,
    ScheduleException: lambda row: row.id,
    ServiceCapacity: lambda row: row.unit_id,
    Contact: lambda row: row.email or row.name,
    Funding: lambda row: row.source,
    Url: lambda row: row.url,
}
ORGANIZATION_CHILDREN: Mapping[type[Any], Key] = {
    Phone: SERVICE_CHILDREN[Phone],
    Contact: SERVICE_CHILDREN[Contact],
    Funding: SERVICE_CHILDREN[Funding],
    Url: SERVICE_CHILDREN[Url],
    OrganizationIdentifier: lambda row: (row.identifier_type, row.identifier),
}
CARRIED: Sequence[type[Any]] = (Observation, PublicReport, Proposal)
OWNED: Sequence[type[Any]] = (Service, Location, Program)


def merge(session: Session, actor: Actor, kind: str, kept_id: str, other_id: str) -> None:
    """Make one of two. Raises NotFound, Invalid, and Conflict where both have what only one may."""
    check_curate(actor)
    if kind not in TABLES or kept_id == other_id:
        raise Invalid("Choose which of two records is kept.", parameter="keep")
    kept, other = _two(session, TABLES[kind], kept_id, other_id)
    entities = {(kind, kept.id), (kind, other.id)}
    units = {unit for key, of in entities for unit in units_of(session, key, of)}
    if kind == SERVICE:
        _merge_services(session, actor, kept, other)
    else:
        _merge_organizations(session, actor, kept, other)
    _fill_in(session, actor, kept, other)
    _leave(session, actor, kind, other, kept.id)
    touching = or_(
        col(DuplicatePair.first_id) == other_id, col(DuplicatePair.second_id) == other_id
    )
    session.connection().execute(delete(DuplicatePair).where(touching))
    units |= set(units_of(session, kind, kept_id))
    publish_changes(session, sorted({("unit", unit) for unit in units} | {(kind, kept_id)}))
    audit.record(session, actor, "directory.merge", kind, kept_id, {"merged": other_id})


def tell_apart(session: Session, actor: Actor, pair_id: str) -> None:
    """Say that two records are not the same; they are never asked about again."""
    check_curate(actor)
    pair = session.get(DuplicatePair, pair_id, with_for_update=True)
    if pair is None or pair.state is not PairState.OPEN:
        raise Conflict("Somebody else has decided about these two meanwhile.")
    pair.state, pair.decided_at, pair.decided_by = PairState.DISTINCT, now(), actor.id
    fields = {"other": pair.second_id}
    audit.record(session, actor, "directory.distinct", pair.kind, pair.first_id, fields)


def _two(session: Session, table: type[Any], *ids: str) -> tuple[Any, Any]:
    rows = {  # in one order, so that two merges cannot lock crosswise
        row.id: row
        for row in session.exec(
            select(table).where(col(table.id).in_(ids)).order_by(table.id).with_for_update()
        )
    }
    if len(rows) != 2:
        raise NotFound("One of the two records is not there any more.")
    return rows[ids[0]], rows[ids[1]]


def _merge_services(session: Session, actor: Actor, kept: Service, other: Service) -> None:
    for move in OF_SERVICES:
        move(session, other.id, kept.id)
    _merge_places(session, actor, kept, other)
    _move_children(session, actor, SERVICE_CHILDREN, "service_id", kept.id, other.id)
    _move_attributes(session, actor, kept.id, other.id)
    for table in CARRIED:
        _point(session, table, "service_id", kept.id, other.id)
    session.connection().execute(
        delete(ObservedWait).where(col(ObservedWait.service_id) == other.id)
    )


def _merge_organizations(
    session: Session, actor: Actor, kept: Organization, other: Organization
) -> None:
    sold = select(PriceObservation.id).where(PriceObservation.organization_id == other.id)
    if session.exec(sold.limit(1)).first():
        raise Conflict("Prices are recorded for the one that would go. Keep that one.")
    for move in OF_ORGANIZATIONS:
        move(session, other.id, kept.id)
    _move_children(session, actor, ORGANIZATION_CHILDREN, "organization_id", kept.id, other.id)
    for table in OWNED:
        _point(session, table, "organization_id", kept.id, other.id)
    _point(session, Organization, "parent_organization_id", kept.id, other.id)
    if kept.parent_organization_id == kept.id:
        kept.parent_organization_id = None


def _point(session: Session, table: type[Any], column: str, kept_id: str, other_id: str) -> None:
    of = col(getattr(table, column))
    session.connection().execute(update(table).where(of == other_id).values({column: kept_id}))


def _merge_places(session: Session, actor: Actor, kept: Service, other: Service) -> None:
    """Places both have become one; the others go along."""
    there = {key: place for place, key in _placed(session, kept.id)}
    for place, key in _placed(session, other.id):
        same = there.get(key)
        if same is None:
            _point_row(session, actor, place, "service_id", kept.id)
            continue
        _move_children(session, actor, _of_places(), "service_at_location_id", same.id, place.id)
        _move_attributes(session, actor, same.id, place.id)
        session.connection().execute(
            update(PublicReport)
            .where(col(PublicReport.unit_id) == place.id)
            .values(unit_id=same.id)
        )
        _leave(session, actor, "service_at_location", place, same.id)


def _of_places() -> Mapping[type[Any], Key]:
    has = "service_at_location_id"
    return {t: key for t, key in SERVICE_CHILDREN.items() if has in t.model_fields}


def _placed(session: Session, service_id: str) -> list[tuple[ServiceAtLocation, object]]:
    """The places of a service, each with what tells it from others: its address, else its id."""
    rows = session.exec(
        select(ServiceAtLocation, Address)
        .join(Location, col(Location.id) == col(ServiceAtLocation.location_id))
        .join(Address, col(Address.location_id) == col(Location.id), isouter=True)
        .where(ServiceAtLocation.service_id == service_id)
        .order_by(ServiceAtLocation.id, Address.id)
    )
    found: dict[str, tuple[ServiceAtLocation, object]] = {}
    for place, address in rows:
        line = plain_address(address.address_1, address.postal_code) if address else ""
        more = plain(address.address_2 or "") if address else ""
        found.setdefault(place.id, (place, (line, more) if line else place.location_id))
    return list(found.values())


def _move_children(
    session: Session,
    actor: Actor,
    tables: Mapping[type[Any], Key],
    column: str,
    kept_id: str,
    other_id: str,
) -> None:
    """What the kept record has already is left behind; all else goes to it, ids and all."""
    for table, key in tables.items():
        of = col(getattr(table, column))
        rows = session.exec(select(table).where(of.in_([kept_id, other_id]))).all()
        has = {key(row): row for row in rows if getattr(row, column) == kept_id}
        for row in rows:
            if getattr(row, column) != other_id:
                continue
            double = has.get(key(row))
            if table in ALL_OR_NONE and has and double is None:
                double = next(iter(has.values()))
            if double is not None:
                _leave(session, actor, str(table.__tablename__), row, double.id)
            else:
                _point_row(session, actor, row, column, kept_id)


def _move_attributes(session: Session, actor: Actor, kept_id: str, other_id: str) -> None:
    rows = session.exec(select(Attribute).where(col(Attribute.link_id).in_([kept_id, other_id])))
    found = rows.all()
    has = {row.taxonomy_term_id: row for row in found if row.link_id == kept_id}
    for row in (row for row in found if row.link_id == other_id):
        if double := has.get(row.taxonomy_term_id):
            _leave(session, actor, "attribute", row, double.id)
        else:
            _point_row(session, actor, row, "link_id", kept_id)


def _point_row(session: Session, actor: Actor, row: Any, column: str, kept_id: str) -> None:
    """Hang one row on the kept record, with its history."""
    table = type(row)
    save_batch(session, actor, [table(**{**row.model_dump(), column: kept_id})])


def _fill_in(session: Session, actor: Actor, kept: Any, other: Any) -> None:
    """Blank fields take what the other says, with its translations; the latest check counts."""
    before, more = kept.model_dump(), other.model_dump()
    blank = {name for name in before if name not in OWN and before[name] in (None, "")}
    taken = {name: more[name] for name in blank if more[name] not in (None, "")}
    if not {"wait_days", "wait_asked_on"} <= taken.keys():
        taken = {k: v for k, v in taken.items() if k not in ("wait_days", "wait_asked_on")}
    taken.pop("parent_organization_id", None)
    dates = [one for one in (before.get("assured_date"), more.get("assured_date")) if one]
    if dates:
        taken["assured_date"] = max(dates)
    if taken:
        save_batch(session, actor, [type(kept)(**{**before, **taken})])
        connection = session.connection()
        connection.execute(
            update(Translation)
            .where(col(Translation.resource_id) == other.id, col(Translation.field_name).in_(taken))
            .values(resource_id=kept.id)
        )


def _leave(session: Session, actor: Actor, kind: str, row: DirectoryRow, kept_id: str) -> None:
    """Drop a row whose place another has; its values stay in the history, its id leads there."""
    session.flush()
    session.add_all(_values(kind, row, kept_id, actor))
    session.add(MergedRecord(id=row.id, kind=kind, kept_id=kept_id, merged_by=actor.id))
    session.connection().execute(delete(Translation).where(col(Translation.resource_id) == row.id))
    session.flush()
    session.expire(row)
    session.delete(row)
    session.flush()


def _values(kind: str, row: DirectoryRow, kept_id: str, actor: Actor) -> Iterator[Metadata]:
    said: Iterable[tuple[str, str]] = (
        (name, as_text(value)) for name, value in row.model_dump().items() if name != "id"
    )
    for name, before, after in (
        ("id", row.id, kept_id),
        *((name, text, "") for name, text in said if text),
    ):
        yield Metadata(
            id=new_id(),
            resource_id=row.id,
            resource_type=kind,
            last_action_date=now(),
            last_action_type="merge",
            field_name=name,
            previous_value=before,
            replacement_value=after,
            updated_by=actor.id,
        )
