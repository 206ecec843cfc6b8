"""When a patient is erased, nothing goes on for them: open referrals end, partners are told.

The notice says which referral was withdrawn and nothing else; what was shared is emptied with the record.
"""

from dataclasses import replace

from sqlmodel import Session, col, select

from accounts.models import Role
from core.actor import SYSTEM, Actor
from patients import caring
from patients.commands import patient_for_update
from patients.following import ERASING
from patients.models import Patient
from referrals.commands import apply
from referrals.consenting import lock_slots
from referrals.models import Referral
from referrals.states import Status

REASON = "patient_withdrew"


def end(session: Session, actor: Actor, patient_id: str) -> None:
    """Cancel the patient's open referrals and discard drafts, before the record is emptied.

    Everything is locked first, in the order of referrals/commands.py.
    """
    for need_id in sorted({row.need_id for row in _open(session, patient_id)}):
        caring.locked_need(session, need_id)
    _hold(session, actor, patient_id)
    ending = _open(session, patient_id, lock=True)
    lock_slots(session, ending)
    for row in ending:
        draft = row.status is Status.DRAFT
        apply(
            session,
            _as_sender(actor, row.organization_id),
            row.id,
            "discard" if draft else "cancel",
            version=row.version,
            reason=None if draft else REASON,
        )


def _hold(session: Session, actor: Actor, patient_id: str) -> None:
    """Lock the patient, whom the actor may change; retention asks that of nobody."""
    if actor is SYSTEM:
        session.exec(select(Patient.id).where(Patient.id == patient_id).with_for_update()).all()
    else:
        patient_for_update(session, actor, patient_id)


def _as_sender(actor: Actor, organization_id: str) -> Actor:
    """Whoever may erase a record may end what hangs on it: in the name of the organization that sent it."""
    sender = {(organization_id, Role.COORDINATOR.value)}
    return replace(
        actor,
        organization_ids=actor.organization_ids | {organization_id},
        memberships=actor.memberships | sender,
    )


def _open(session: Session, patient_id: str, *, lock: bool = False) -> list[Referral]:
    statement = select(Referral).where(
        Referral.patient_id == patient_id, col(Referral.closed_at).is_(None)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(session.exec(statement.order_by(Referral.id)))


ERASING.append(end)
