"""That somebody went on though they were warned that the patient cannot go then."""

from sqlmodel import Session

from core import audit
from core.actor import Actor
from referrals.models import Referral


def note_clash(session: Session, actor: Actor, row: Referral) -> None:
    """One audit row, for whoever asks later why."""
    audit.record(
        session,
        actor,
        "referral.despite_clash",
        "referral",
        row.id,
        {"service": row.service_id, "via": actor.via},
        organization_id=row.organization_id,
        address=actor.address,
    )
