"""User → Actor: the roles they hold now, in organizations that are active."""

from sqlmodel import Session, col, select

from accounts.models import Membership, NetworkOrganization, User
from core.actor import Actor


def actor_of(
    session: Session, user: User, *, via: str, address: str = "", only: str | None = None
) -> Actor:
    """The actor this user is now; `only` narrows it to one organization (an API key's)."""
    statement = (
        select(Membership.organization_id, Membership.role)
        .join(NetworkOrganization, col(NetworkOrganization.id) == col(Membership.organization_id))
        .where(Membership.user_id == user.id, col(Membership.ended_at).is_(None))
        .where(col(NetworkOrganization.active))
    )
    held = frozenset(
        (organization_id, str(role))
        for organization_id, role in session.exec(statement)
        if only is None or organization_id == only
    )
    return Actor(
        id=user.id,
        name=user.name,
        roles=frozenset(role for _, role in held),
        organization_ids=frozenset(organization_id for organization_id, _ in held),
        memberships=held,
        via=via,
        address=address,
    )
