"""Who reads the notices of a referral: a mailbox of the organization, or the people who answer for it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from accounts.models import Membership, NetworkOrganization, Role, User
from notices.models import Side
from referrals.models import Referral
from referrals.states import TABLE

ESCALATED = frozenset(t.event for t in TABLE.transitions if "escalate" in t.effects)


@dataclass(frozen=True, slots=True)
class Reader:
    """A mailbox, and how it is written to. `by_link`: it may act without an account."""

    organization_id: str
    email: str
    locale: str
    timezone: str
    by_link: bool = False


def partner_readers(session: Session, referral: Referral) -> list[Reader]:
    """The partner's known mailbox; without one, its people who work with referrals."""
    organization = session.get_one(NetworkOrganization, referral.partner_id)
    if organization.notify_email:
        return [_mailbox(organization, by_link=True)]
    return _people(session, organization, Role.PARTNER)


def sender_readers(session: Session, referral: Referral) -> list[Reader]:
    """The coordinator who has it; when they are gone, the organization's mailbox or coordinators."""
    organization = session.get_one(NetworkOrganization, referral.organization_id)
    people = _people(session, organization, Role.COORDINATOR)
    holder = session.get(User, referral.assigned_to or referral.created_by)
    own = [person for person in people if holder and person.email == holder.email]
    if own:
        return own
    return [_mailbox(organization)] if organization.notify_email else people


def admin_readers(session: Session, organization_id: str) -> list[Reader]:
    """The admins of an organization."""
    organization = session.get_one(NetworkOrganization, organization_id)
    return _people(session, organization, Role.ADMIN)


def readers(session: Session, side: Side, referral: Referral, kind: str = "") -> list[Reader]:
    """Who is told on that side; supervisors, too, of what is escalated."""
    if side is Side.PARTNER:
        return partner_readers(session, referral)
    told = sender_readers(session, referral)
    if kind in ESCALATED:
        organization = session.get_one(NetworkOrganization, referral.organization_id)
        told += _people(session, organization, Role.SUPERVISOR)
    return list({reader.email: reader for reader in told}.values())


def _mailbox(organization: NetworkOrganization, *, by_link: bool = False) -> Reader:
    email = organization.notify_email or ""
    return Reader(organization.id, email, organization.locale, organization.timezone, by_link)


def _people(session: Session, organization: NetworkOrganization, role: Role) -> list[Reader]:
    statement = (
        select(User)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(Membership.organization_id == organization.id, Membership.role == role)
        .where(col(Membership.ended_at).is_(None), col(User.active))
        .order_by(col(User.email))
    )
    return [
        Reader(organization.id, user.email, user.locale, organization.timezone)
        for user in session.exec(statement)
    ]
