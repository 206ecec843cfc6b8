"""Reading the audit trail, a page at a time."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, func
from sqlmodel import Session, col, select

from core.audit import AuditEvent
from core.paging import Page, check_paging, offset


def trail(
    session: Session, wanted: Sequence[ColumnElement[bool]], page: int, per_page: int
) -> Page[AuditEvent]:
    """The events that are `wanted`, newest first. Whoever calls checks who may read them."""
    check_paging(page, per_page)
    total = session.exec(select(func.count()).select_from(AuditEvent).where(*wanted)).one()
    rows = session.exec(
        select(AuditEvent)
        .where(*wanted)
        .order_by(col(AuditEvent.sequence).desc())
        .offset(offset(page, per_page))
        .limit(per_page)
    )
    return Page(tuple(rows), total, page, per_page)


def about(entity_id: str) -> ColumnElement[bool]:
    """Events of that record, of what hangs on it, and of lists it was on."""
    told = cast(col(AuditEvent.fields), String).contains(f'"{entity_id}"', autoescape=True)
    return (col(AuditEvent.entity_id) == entity_id) | told
