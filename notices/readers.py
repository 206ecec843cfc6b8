"""Who reads the notices of a referral: a mailbox of the organization, or the people who answer for it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from accounts.models import Membership, NetworkOrganization, Role, User
from notices import bounces
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


def unreached(session: Session, referral_ids: Collection[str]) -> set[str]:
    """Partners of these referrals whom no mail reaches: nobody reads there, or mail comes back."""
    partners = session.exec(
        select(NetworkOrganization.id, NetworkOrganization.notify_email)
        .join(Referral, col(Referral.partner_id) == col(NetworkOrganization.id))
        .where(col(Referral.id).in_(referral_ids))
        .distinct()
    ).all()
    people = session.exec(
        select(Membership.organization_id, User.email)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(col(Membership.organization_id).in_([of for of, mailbox in partners if not mailbox]))
        .where(Membership.role == Role.PARTNER, col(Membership.ended_at).is_(None))
        .where(col(User.active))
    ).all()
    read = [*((of, mailbox) for of, mailbox in partners if mailbox), *people]
    refusing = bounces.flagged(session, {email for _, email in read})
    return {of for of, _ in partners} - {of for of, email in read if email not in refusing}


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
