"""Addresses that refuse mail: noted, shown to admins, left alone until one of them says it is mended."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, func, select

from accounts.models import Role
from accounts.permissions import check_belongs
from core import audit
from core.actor import Actor
from core.clock import now
from core.errors import Forbidden, NotFound
from core.scope import scoped
from notices.models import Bounce

REASON_LENGTH = 300


def check_manage(actor: Actor, organization_id: str) -> None:
    """Only admins look after the organization's addresses and webhooks."""
    check_belongs(actor, organization_id)
    if not actor.holds(Role.ADMIN, organization_id):
        raise Forbidden("Only an admin of your organization may do this.")


def is_flagged(session: Session, email: str) -> bool:
    """Whether mail to this address is known to come back."""
    statement = select(Bounce.id).where(col(Bounce.email) == email)
    return session.exec(statement.where(col(Bounce.cleared_at).is_(None))).first() is not None


def flagged(session: Session, emails: Collection[str]) -> set[str]:
    """Those of these addresses to which mail is known to come back."""
    statement = select(Bounce.email).where(col(Bounce.email).in_(emails))
    return set(session.exec(statement.where(col(Bounce.cleared_at).is_(None))))


def note(session: Session, organization_id: str, email: str, code: str, reason: str) -> bool:
    """Flag the address; whether it was not flagged yet."""
    if is_flagged(session, email):
        return False
    session.add(
        Bounce(
            organization_id=organization_id,
            email=email,
            code=code,
            reason=" ".join(reason.split())[:REASON_LENGTH],
        )
    )
    session.flush()
    return True


def count(session: Session) -> int:
    """How many addresses refuse mail."""
    flagged = select(func.count()).select_from(Bounce)
    return session.exec(flagged.where(col(Bounce.cleared_at).is_(None))).one()


def listed(session: Session, actor: Actor, organization_id: str) -> Sequence[Bounce]:
    """The organization's flagged addresses, the latest first."""
    check_manage(actor, organization_id)
    statement = scoped(select(Bounce), Bounce, actor).where(
        Bounce.organization_id == organization_id, col(Bounce.cleared_at).is_(None)
    )
    return [*session.exec(statement.order_by(col(Bounce.at).desc()).limit(100))]


def clear(session: Session, actor: Actor, bounce_id: str) -> None:
    """The address works again: write to it. Raises NotFound."""
    statement = scoped(select(Bounce), Bounce, actor).where(Bounce.id == bounce_id)
    row = session.exec(statement.with_for_update()).one_or_none()
    if row is None or row.cleared_at is not None:
        raise NotFound("There is no such address.")
    check_manage(actor, row.organization_id)
    row.cleared_at, row.cleared_by = now(), actor.id
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "bounce.clear", "mail_bounce", row.id,
        organization_id=row.organization_id, address=actor.address,
    )  # fmt: skip
