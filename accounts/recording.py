"""What happens to an account, told to the organizations whose people look after it."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from accounts.models import Membership, User
from core import audit
from core.actor import Actor


def record(
    session: Session,
    actor: Actor,
    action: str,
    user: User,
    fields: Mapping[str, Any] | None = None,
    *,
    address: str = "",
) -> None:
    """One audit row in the chain of each organization the user has a role in."""
    statement = select(Membership.organization_id).where(
        Membership.user_id == user.id, col(Membership.ended_at).is_(None)
    )
    chains = sorted(set(session.exec(statement))) or [audit.SYSTEM_CHAIN]
    for chain in chains:  # in one order, so that two of them never wait for each other
        audit.record(
            session,
            actor,
            action,
            "user_account",
            user.id,
            fields,
            organization_id=chain,
            address=address,
        )
