"""Reads about people: members, keys, the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from accounts.models import ApiKey, Membership, NetworkOrganization, OrganizationKind, User
from accounts.permissions import check_read_audit, check_see_members
from core.actor import Actor
from core.audit import AuditEvent
from core.paging import Page
from core.trail import about, trail


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organization."""

    user_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    second_factor: bool


@dataclass(frozen=True, slots=True)
class OrganizationName:
    """An organization of the network."""

    id: str
    name: str
    kind: str


def members(session: Session, actor: Actor, organization_id: str) -> list[Member]:
    """Who is in the organization now, by name."""
    check_see_members(actor, organization_id)
    statement = (
        select(User, Membership.role)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None))
        .order_by(User.name, User.id, col(Membership.role))
    )
    found: dict[str, tuple[User, list[str]]] = {}
    for user, role in session.exec(statement):
        found.setdefault(user.id, (user, []))[1].append(str(role))
    return [
        Member(user.id, user.name, user.email, tuple(roles), user.totp_confirmed_at is not None)
        for user, roles in found.values()
    ]


def names_of(session: Session, user_ids: Iterable[str]) -> dict[str, str]:
    """What people are called, by id; ids that are nobody's are left out."""
    statement = select(User.id, User.name).where(col(User.id).in_(set(user_ids)))
    return dict(session.exec(statement).all())


def own_organizations(session: Session, actor: Actor) -> list[OrganizationName]:
    """The organizations the actor acts for, by name."""
    mine = col(NetworkOrganization.id).in_(actor.organization_ids)
    return _names(session, mine)


def partners(session: Session) -> list[OrganizationName]:
    """Every active partner organization, by name."""
    is_partner = col(NetworkOrganization.kind) == OrganizationKind.PARTNER
    return _names(session, is_partner & col(NetworkOrganization.active))


def partner_listings(session: Session) -> frozenset[str]:
    """Ids, in the directory, of the organizations that take part as partners."""
    listed = select(NetworkOrganization.directory_organization_id).where(
        NetworkOrganization.kind == OrganizationKind.PARTNER, col(NetworkOrganization.active)
    )
    return frozenset(key for key in session.exec(listed) if key)


def organization_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """What organizations of the network are called, by id."""
    found = _names(session, col(NetworkOrganization.id).in_(set(ids)))
    return {organization.id: organization.name for organization in found}


def own_keys(session: Session, actor: Actor) -> list[ApiKey]:
    """The actor's own keys, newest first."""
    statement = select(ApiKey).where(ApiKey.user_id == actor.id)
    return list(session.exec(statement.order_by(col(ApiKey.created_at).desc(), ApiKey.id)))


def audit_page(
    session: Session,
    actor: Actor,
    organization_id: str,
    *,
    action: str = "",
    actor_id: str = "",
    entity_id: str = "",
    patient_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
    per_page: int = 50,
) -> Page[AuditEvent]:
    """The organization's audit trail, newest first, narrowed by what is given."""
    check_read_audit(actor, organization_id)
    wanted = [col(AuditEvent.organization_id) == organization_id]
    wanted += [col(AuditEvent.action).startswith(action, autoescape=True)] if action else []
    wanted += [col(AuditEvent.actor_id) == actor_id] if actor_id else []
    wanted += [col(AuditEvent.entity_id) == entity_id] if entity_id else []
    wanted += [about(patient_id)] if patient_id else []
    wanted += [col(AuditEvent.at) >= since] if since else []
    wanted += [col(AuditEvent.at) < until] if until else []
    return trail(session, wanted, page, per_page)


def _names(session: Session, which: object) -> list[OrganizationName]:
    statement = select(NetworkOrganization).where(which)  # type: ignore[arg-type]
    rows = session.exec(statement.order_by(NetworkOrganization.name, NetworkOrganization.id))
    return [OrganizationName(row.id, row.name, row.kind.value) for row in rows]
