"""The history of a listing, field by field, and putting one change back to what it was: a field to
its value, what was added taken away again, what was removed added again.

Putting back is a change like any other: it stands in the history after the one it undoes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, ForeignKey, and_, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from core import audit
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.paging import PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.changes import as_text, differences
from directory.commands import drop_batch, publish_changes, save
from directory.models import (
    Attribute,
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
    Translation,
)
from directory.models.base import DirectoryRow
from directory.permissions import check_curate
from directory.snapshots import HANGING, said_in

CHILDREN: tuple[type[Any], ...] = (
    Phone, Schedule, ScheduleException, Language, CostOption, RequiredDocument, ServiceArea,
    ServiceCapacity,
)  # fmt: skip
NAMED: tuple[tuple[type[Any], str], ...] = ((Attribute, "link_id"), (Translation, "resource_id"))
"""Tables that name what they hang on in another way, and the column with its id."""
ACTION = "directory.revert"
RESTORABLE = HANGING.keys() - {"contact", "translation", "service_at_location", "address"}
Rows = Mapping[tuple[str, str], DirectoryRow]


@dataclass(frozen=True, slots=True)
class PastChange:
    """One field as it was and as it became. `can_revert` when that is what stands there now.

    Of what was added or removed, `field` is the table, and `before` or `after` all that it said
    (snapshots.said_in).
    """

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
    """Put one change back: a field to what it was, what came away again, what went there again.

    Raises Conflict when it has changed again since.
    """
    check_curate(actor)
    change = session.get(Metadata, change_id)
    rows = _rows(session, service_id)
    if change is None or (change.resource_type, change.resource_id) not in rows:
        raise NotFound("There is no such change.")
    if not _can_revert(change, rows):
        raise Conflict("This field has changed again since, or cannot be put back.")
    if not _hangs(change):
        row = rows[change.resource_type, change.resource_id]
        save(session, actor, [_restored(row, change)], action=ACTION)
    elif change.last_action_type == "create":
        _take_away(session, actor, rows[_hanging(change)])
    else:
        _add_again(session, actor, change)


def _take_away(session: Session, actor: Actor, row: DirectoryRow) -> None:
    publish_changes(session, sorted(drop_batch(session, actor, [row]).entities))
    audit.record(session, actor, ACTION, str(row.__tablename__), row.id)


def _add_again(session: Session, actor: Actor, change: Metadata) -> None:
    """Raises Conflict when what it needs is gone, or it is somewhere else by now."""
    table: Any = HANGING[change.field_name]
    row = _read(table, said_in(change.previous_value))
    gone = any(
        getattr(row, key.parent.name) and not _is_there(session, key)(getattr(row, key.parent.name))
        for key in table.__table__.foreign_keys
    )
    if gone or session.get(table, row.id) is not None:
        raise Conflict("This field has changed again since, or cannot be put back.")
    save(session, actor, [row], action=ACTION)


def _is_there(session: Session, key: ForeignKey) -> Callable[[str], bool]:
    """Whether the row that a foreign key names is there."""
    return lambda value: (
        session.scalar(sa_select(key.column).where(key.column == value)) is not None
    )


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
    for table, column in NAMED:
        of = col(getattr(table, column)).in_([service_id, *units])
        found += session.exec(select(table).where(of))
    return {(str(row.__tablename__), row.id): row for row in found}


def _merged_into(session: Session, rows: Rows) -> list[tuple[str, str]]:
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


def _view(one: Metadata, rows: Rows) -> PastChange:
    return PastChange(
        id=one.id,
        record=one.resource_type,
        field=one.field_name,
        action=one.last_action_type,
        before=one.previous_value,
        after=one.replacement_value,
        at=one.last_action_date,
        by=one.updated_by,
        can_revert=_can_revert(one, rows),
    )


def _can_revert(change: Metadata, rows: Rows) -> bool:
    row = rows.get((change.resource_type, change.resource_id))
    if row is None:
        return False
    if not _hangs(change):
        return _stands(change, row)
    hanging = rows.get(_hanging(change))
    if change.last_action_type == "create":
        return hanging is not None and _is_as(hanging, said_in(change.replacement_value))
    return hanging is None and change.field_name in RESTORABLE and bool(change.previous_value)


def _hangs(change: Metadata) -> bool:
    """Whether something that hangs on the record came or went, and not a field of it changed."""
    return change.field_name in HANGING and change.last_action_type in ("create", "delete")


def _hanging(change: Metadata) -> tuple[str, str]:
    """(table, id) of what came or went."""
    said = said_in(change.replacement_value or change.previous_value)
    return change.field_name, said.get("id", "")


def _is_as(row: DirectoryRow, said: Mapping[str, str]) -> bool:
    """Whether a row still says what it said then."""
    try:
        return not differences(_read(type(row), said), row)
    except Invalid:
        return False


def _stands(change: Metadata, row: DirectoryRow) -> bool:
    """Whether the field is still as this change left it."""
    known = change.last_action_type == "update" and change.field_name in type(row).model_fields
    return known and as_text(getattr(row, change.field_name)) == change.replacement_value


def _restored(row: DirectoryRow, change: Metadata) -> DirectoryRow:
    name, table = change.field_name, type(row)
    column: Any = table.__table__.c[name]  # type: ignore[attr-defined]
    value = None if change.previous_value == "" and column.nullable else change.previous_value
    return _read(table, {**row.model_dump(), name: value}, name)


def _read(
    table: type[DirectoryRow], values: Mapping[str, Any], name: str = "change"
) -> DirectoryRow:
    try:
        return table.model_validate(values)
    except ValidationError as error:
        raise Invalid("What stood there cannot be read any more.", parameter=name) from error
