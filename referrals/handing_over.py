"""Referrals go with the patient: whoever takes the patient over has the open ones from then on."""

from sqlmodel import Session, col, update

from patients.following import HANDING_OVER
from referrals.models import Referral


def follow(session: Session, patient_id: str, to_user: str) -> None:
    """Give the patient's open referrals to their new coordinator, who is told what happens next."""
    statement = update(Referral).where(
        col(Referral.patient_id) == patient_id, col(Referral.closed_at).is_(None)
    )
    session.connection().execute(statement.values(assigned_to=to_user))


HANDING_OVER.append(follow)
