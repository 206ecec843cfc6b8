"""When a consent ends, so does every open referral that rests on it."""

from sqlmodel import Session, col, select

from core.actor import Actor
from patients import caring
from patients.commands import patient_for_update
from patients.following import WITHDRAWING
from patients.models import Consent
from referrals.commands import apply
from referrals.models import ProgramCapacity, Referral

REASON = "consent_revoked"


def withdraw(session: Session, actor: Actor, consent_id: str) -> None:
    """Cancel the open referrals of that consent; the partners no longer see what was shared.

    Everything is locked first, in the order of referrals/commands.py.
    """
    for need_id in sorted({row.need_id for row in _open(session, consent_id)}):
        caring.locked_need(session, need_id)
    patient_for_update(session, actor, session.get_one(Consent, consent_id).patient_id)
    resting = _open(session, consent_id, lock=True)
    lock_slots(session, resting)
    for row in resting:
        apply(session, actor, row.id, "cancel", version=row.version, reason=REASON)


def _open(session: Session, consent_id: str, *, lock: bool = False) -> list[Referral]:
    statement = select(Referral).where(
        Referral.consent_id == consent_id, col(Referral.closed_at).is_(None)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(session.exec(statement.order_by(Referral.id)))


def lock_slots(session: Session, rows: list[Referral]) -> None:
    """Hold the slots of the services these referrals are at, in one order."""
    services = {row.service_id for row in rows}
    session.exec(
        select(ProgramCapacity.id)
        .where(col(ProgramCapacity.service_id).in_(services))
        .order_by(ProgramCapacity.id)
        .with_for_update()
    ).all()


WITHDRAWING.append(withdraw)
