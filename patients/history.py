"""What happened to one record, from the audit trail of its organization."""

from sqlmodel import Session, col

from core.actor import Actor
from core.audit import AuditEvent
from core.paging import Page
from core.trail import about, trail
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
    wanted = [col(AuditEvent.organization_id) == patient.organization_id, about(patient.id)]
    if not reads:
        wanted.append(col(AuditEvent.action).not_in(READS))
    return trail(session, wanted, page, per_page)
