"""What happened to one record, from the audit trail of its organization."""

from sqlalchemy import String, cast, func
from sqlmodel import Session, col, select

from core.actor import Actor
from core.audit import AuditEvent
from core.paging import Page, check_paging, offset
from patients.models import Patient
from patients.permissions import check_patient

READS = ("patient.read", "patient.list", "patient.match")


def history(
    session: Session,
    actor: Actor,
    patient_id: str,
    *,
    reads: bool = False,
    page: int = 1,
    per_page: int = 50,
) -> Page[AuditEvent]:
    """What was done to the record and what hangs on it, newest first; with `reads`, who read it."""
    patient = session.get(Patient, patient_id)
    check_patient(actor, patient)
    assert patient is not None
    check_paging(page, per_page)
    told = cast(col(AuditEvent.fields), String).contains(f'"{patient.id}"', autoescape=True)
    wanted = [
        col(AuditEvent.organization_id) == patient.organization_id,
        (col(AuditEvent.entity_id) == patient.id) | told,
    ]
    if not reads:
        wanted.append(col(AuditEvent.action).not_in(READS))
    total = session.exec(select(func.count()).select_from(AuditEvent).where(*wanted)).one()
    rows = session.exec(
        select(AuditEvent)
        .where(*wanted)
        .order_by(col(AuditEvent.sequence).desc())
        .offset(offset(page, per_page))
        .limit(per_page)
    ).all()
    return Page(tuple(rows), total, page, per_page)
