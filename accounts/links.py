"""Mailed links: one purpose, one address, once, until they expire or are revoked."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, select, update

from accounts.models import Link, LinkPurpose, Role
from accounts.tokens import digest, new_token
from core.clock import now
from core.errors import NotFound

LIFETIMES = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.PASSWORD_RESET: timedelta(hours=1),
}


def issue(
    session: Session,
    purpose: LinkPurpose,
    email: str,
    *,
    created_by: str,
    organization_id: str | None = None,
    role: Role | None = None,
) -> str:
    """A new link's token. Earlier unused links of the same purpose and address end with it."""
    revoke_all(session, purpose, email, organization_id)
    token, at = new_token(), now()
    session.add(
        Link(
            token_hash=digest(token),
            purpose=purpose,
            email=email,
            organization_id=organization_id,
            role=role,
            created_by=created_by,
            created_at=at,
            expires_at=at + LIFETIMES[purpose],
        )
    )
    session.flush()
    return token


def find(session: Session, purpose: LinkPurpose, token: str) -> Link:
    """The link, unused and in time; looking changes nothing. Raises NotFound saying what to do."""
    row = session.get(Link, digest(token))
    gone = row is None or row.purpose != purpose or row.used_at or row.revoked_at
    if row is None or gone or row.expires_at <= now():
        raise NotFound("This link was used, has expired or was replaced. Ask for a new one.")
    return row


def use(session: Session, purpose: LinkPurpose, token: str) -> Link:
    """Claim the link: of two requests with the same token one gets it, the other NotFound."""
    row = find(session, purpose, token)
    claim(session, row)
    return row


def waiting(session: Session, purpose: LinkPurpose, email: str) -> Sequence[Link]:
    """The links of that purpose to that address that still work."""
    statement = select(Link).where(
        Link.purpose == purpose,
        Link.email == email,
        col(Link.used_at).is_(None),
        col(Link.revoked_at).is_(None),
        col(Link.expires_at) > now(),
    )
    return session.exec(statement.order_by(col(Link.created_at))).all()


def claim(session: Session, row: Link) -> None:
    """Use the link up. Raises NotFound when somebody else did a moment ago."""
    open_still = col(Link.used_at).is_(None) & col(Link.revoked_at).is_(None)
    statement = update(Link).where(col(Link.token_hash) == row.token_hash, open_still)
    if session.connection().execute(statement.values(used_at=now())).rowcount != 1:
        raise NotFound("This link was used just now. Ask for a new one.")


def revoke_all(
    session: Session, purpose: LinkPurpose, email: str, organization_id: str | None = None
) -> None:
    """End the unused links of that purpose to that address (and organization)."""
    statement = update(Link).where(
        col(Link.purpose) == purpose,
        col(Link.email) == email,
        col(Link.organization_id) == organization_id
        if organization_id
        else col(Link.organization_id).is_(None),
        col(Link.used_at).is_(None),
        col(Link.revoked_at).is_(None),
    )
    session.connection().execute(statement.values(revoked_at=now()))
