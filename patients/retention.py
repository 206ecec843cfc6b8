"""Which records of patients are due to be erased, and erasing them."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists
from sqlmodel import Session, col, select

from core.actor import SYSTEM
from patients.following import ERASING
from patients.lifecycle import forget
from patients.models import Assignment, Consent, Need, NeedStatus, Patient

OPEN = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)


def dormant(session: Session, before: datetime, only: str | None = None) -> list[str]:
    """Patients with nothing open for whom nothing was done since `before`, oldest first."""
    need, mine = col(Need.patient_id) == Patient.id, col(Assignment.patient_id) == Patient.id
    alive = (
        exists().where(need, col(Need.status).in_(OPEN)),
        exists().where(need, (col(Need.created_at) >= before) | (col(Need.closed_at) >= before)),
        exists().where(col(Consent.patient_id) == Patient.id, col(Consent.recorded_at) >= before),
        exists().where(mine, col(Assignment.started_at) >= before),
    )
    unused = [~each for each in alive]
    return _ids(session, before, only, col(Patient.merged_into_id).is_(None), *unused)


def duplicates(session: Session, before: datetime, only: str | None = None) -> list[str]:
    """Records merged into another before `before`: kept until then to undo a mistake by hand."""
    return _ids(session, before, only, col(Patient.merged_into_id).is_not(None))


def erase(session: Session, patient_id: str) -> None:
    """Erase one of them, in the name of the system; once is enough."""
    for ending in ERASING:
        ending(session, SYSTEM, patient_id)
    statement = select(Patient).where(Patient.id == patient_id).with_for_update()
    patient = session.exec(statement).one_or_none()
    if patient is not None and patient.erased_at is None:
        forget(session, SYSTEM, patient)


def _ids(session: Session, before: datetime, only: str | None, *conditions: Any) -> list[str]:
    if only is not None:
        conditions += (Patient.id == only,)
    statement = select(Patient.id).where(
        col(Patient.erased_at).is_(None), col(Patient.updated_at) < before, *conditions
    )
    return list(session.exec(statement.order_by(col(Patient.updated_at), Patient.id)))
