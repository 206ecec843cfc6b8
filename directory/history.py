"""The history of a listing, field by field, and putting one field back to what it was.

Putting back is a change like any other: it stands in the history after the one it undoes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.paging import PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.changes import as_text
from directory.commands import save
from directory.models import (
    CostOption,
    Language,
    MergedRecord,
    Metadata,
    Phone,
    RequiredDocument,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
)
from directory.models.base import DirectoryRow
from directory.permissions import check_curate

CHILDREN: tuple[type[Any], ...] = (
    Phone, Schedule, ScheduleException, Language, CostOption, RequiredDocument, ServiceArea,
    ServiceCapacity,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastChange:
    """One field as it was and as it became. `can_revert` when that is what stands there now."""

    id: str
    record: str
    field: str
    action: str
    before: str
    after: str
    at: datetime
    by: str
    can_revert: bool


def past(
    session: Session,
    actor: Actor,
    service_id: str,
    *,
    page: int = 1,
    per_page: int = PER_PAGE_DEFAULT,
) -> Page[PastChange]:
    """What changed in a service, its places and what hangs on them, the newest first."""
    check_curate(actor)
    check_paging(page, per_page)
    rows = _rows(session, service_id)
    of = _about([*rows, *_merged_into(session, rows)])
    total = session.exec(select(func.count()).select_from(Metadata).where(of)).one()
    newest = (col(Metadata.last_action_date).desc(), col(Metadata.id))
    found = session.exec(
        select(Metadata).where(of).order_by(*newest).offset(offset(page, per_page)).limit(per_page)
    )
    return Page(tuple(_view(one, rows) for one in found), total, page, per_page)


def revert(session: Session, actor: Actor, service_id: str, change_id: str) -> None:
    """Put one field back to what it was before that change.

    Raises Conflict when it has changed again since.
    """
    check_curate(actor)
    change = session.get(Metadata, change_id)
    rows = _rows(session, service_id)
    row = rows.get((change.resource_type, change.resource_id)) if change else None
    if change is None or row is None:
        raise NotFound("There is no such change.")
    if not _stands(change, row):
        raise Conflict("This field has changed again since, or cannot be put back.")
    save(session, actor, [_restored(row, change)], action="directory.revert")


def _rows(session: Session, service_id: str) -> dict[tuple[str, str], DirectoryRow]:
    """The service with what hangs on it, by table and id."""
    service = session.get(Service, service_id)
    if service is None:
        raise NotFound("There is no such service.")
    places = session.exec(
        select(ServiceAtLocation).where(ServiceAtLocation.service_id == service_id)
    ).all()
    units = [place.id for place in places]
    found: list[DirectoryRow] = [service, *places]
    for table in CHILDREN:
        of = col(table.service_id) == service_id
        if hasattr(table, "service_at_location_id"):
            of = or_(of, col(table.service_at_location_id).in_(units))
        found += session.exec(select(table).where(of))
    return {(str(row.__tablename__), row.id): row for row in found}


def _merged_into(
    session: Session, rows: Mapping[tuple[str, str], DirectoryRow]
) -> list[tuple[str, str]]:
    """What was made one with these records; its history is theirs."""
    ids = [key for _, key in rows]
    found = session.exec(select(MergedRecord).where(col(MergedRecord.kept_id).in_(ids)))
    return [(row.kind, row.id) for row in found]


def _about(rows: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    ids: dict[str, list[str]] = {}
    for table, key in rows:
        ids.setdefault(table, []).append(key)
    return or_(
        *(
            and_(col(Metadata.resource_type) == table, col(Metadata.resource_id).in_(keys))
            for table, keys in ids.items()
        )
    )


def _view(one: Metadata, rows: Mapping[tuple[str, str], DirectoryRow]) -> PastChange:
    row = rows.get((one.resource_type, one.resource_id))
    return PastChange(
        id=one.id,
        record=one.resource_type,
        field=one.field_name,
        action=one.last_action_type,
        before=one.previous_value,
        after=one.replacement_value,
        at=one.last_action_date,
        by=one.updated_by,
        can_revert=row is not None and _stands(one, row),
    )


def _stands(change: Metadata, row: DirectoryRow) -> bool:
    """Whether the field is still as this change left it."""
    known = change.last_action_type == "update" and change.field_name in type(row).model_fields
    return known and as_text(getattr(row, change.field_name)) == change.replacement_value


def _restored(row: DirectoryRow, change: Metadata) -> DirectoryRow:
    name, table = change.field_name, type(row)
    column: Any = table.__table__.c[name]  # type: ignore[attr-defined]
    value = None if change.previous_value == "" and column.nullable else change.previous_value
    try:
        return table.model_validate({**row.model_dump(), name: value})
    except ValidationError as error:
        raise Invalid("What stood there cannot be read any more.", parameter=name) from error
