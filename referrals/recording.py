"""The audit row of what was done with a referral."""

from sqlmodel import Session

from core import audit
from core.actor import Actor
from referrals.models import Referral


def record(
    session: Session,
    actor: Actor,
    action: str,
    referral: Referral,
    *,
    chain: str | None = None,
    **facts: object,
) -> None:
    """One audit row, in the chain of that organization, else of the sender; blank facts are left out.

    It holds the chain until the transaction ends, so do it last.
    """
    told = {**facts, "via": actor.via}
    audit.record(
        session,
        actor,
        action,
        "referral",
        referral.id,
        {name: value for name, value in told.items() if value},
        organization_id=chain or referral.organization_id,
        address=actor.address,
    )
