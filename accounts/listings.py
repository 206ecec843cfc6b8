"""A partner's own listing in the directory: which services it runs, and who may speak for them.

Its corrections go to a curator, unless the network trusts it: then they hold at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization, OrganizationKind, Role
from accounts.permissions import check_belongs
from core import audit
from core.actor import Actor
from core.errors import Forbidden, NotFound
from directory import commands, proposals
from directory.corrections import Standing, standing
from directory.models import Proposal, Service, ServiceStatus
from directory.proposals import ProposalView

SPEAKERS = (Role.PARTNER, Role.ADMIN)
SERVICES_MAX = 200


def check_speak(session: Session, actor: Actor, organization_id: str) -> NetworkOrganization:
    """The actor speaks for that partner's listing; elsewhere it is as if there were none."""
    check_belongs(actor, organization_id)
    row = session.get_one(NetworkOrganization, organization_id)
    if row.kind is not OrganizationKind.PARTNER:
        raise NotFound("This organization has no listing.")
    if not any(actor.holds(role, organization_id) for role in SPEAKERS):
        raise Forbidden("Only the partner's staff speak for its listing.")
    return row


def own_services(session: Session, actor: Actor, organization_id: str) -> Sequence[Service]:
    """Services of the partner's listing that are not over, by name."""
    row = check_speak(session, actor, organization_id)
    statement = select(Service).where(
        Service.organization_id == row.directory_organization_id,
        col(Service.status) != ServiceStatus.DEFUNCT,
    )
    return session.exec(statement.order_by(Service.name, Service.id).limit(SERVICES_MAX)).all()


def own_service(session: Session, actor: Actor, organization_id: str, service_id: str) -> Service:
    """One service of the partner's listing. Raises NotFound for any other."""
    row = check_speak(session, actor, organization_id)
    service = session.get(Service, service_id)
    if service is None or service.organization_id != row.directory_organization_id:
        raise NotFound("There is no such service.")
    return service


def own_listing(session: Session, actor: Actor, organization_id: str, service_id: str) -> Standing:
    """What can be corrected of one of its services, as it stands."""
    return standing(session, own_service(session, actor, organization_id, service_id).id)


def correct(
    session: Session,
    actor: Actor,
    organization_id: str,
    service_id: str,
    changes: Mapping[str, Any],
    *,
    note: str = "",
) -> Proposal:
    """Propose corrections to an own service, or make them when the organization is trusted."""
    own_service(session, actor, organization_id, service_id)
    trusted = session.get_one(NetworkOrganization, organization_id).trusted
    return proposals.propose(
        session,
        actor,
        service_id,
        changes,
        organization_id=organization_id,
        note=note,
        direct=trusted,
    )


def take_referrals(
    session: Session, actor: Actor, organization_id: str, service_id: str, *, takes: bool
) -> None:
    """Say whether a service takes referrals from now on; searches know it at once."""
    service = own_service(session, actor, organization_id, service_id)
    changed = Service(**service.model_dump() | {"accepts_referrals": takes})
    commands.save(session, actor, [changed], action="directory.correct")


def own_proposals(
    session: Session, actor: Actor, organization_id: str, service_ids: Sequence[str]
) -> list[ProposalView]:
    """What it proposed, newest first."""
    check_speak(session, actor, organization_id)
    return proposals.proposals_about(session, service_ids, organization_id)


def trusting(session: Session, actor: Actor) -> Sequence[NetworkOrganization]:
    """Every partner of the network, for those who say whom it trusts; by name."""
    check_trust(session, actor)
    is_partner = col(NetworkOrganization.kind) == OrganizationKind.PARTNER
    statement = select(NetworkOrganization).where(is_partner, col(NetworkOrganization.active))
    return session.exec(statement.order_by(NetworkOrganization.name, NetworkOrganization.id)).all()


def set_trust(session: Session, actor: Actor, organization_id: str, *, trusted: bool) -> None:
    """Let a partner's corrections hold at once from now on, or have a curator decide again."""
    check_trust(session, actor)
    row = session.get(NetworkOrganization, organization_id, with_for_update=True)
    if row is None or row.kind is not OrganizationKind.PARTNER:
        raise NotFound("There is no such partner.")
    row.trusted = trusted
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor,
        "organization.trust",
        "network_organization",
        row.id,
        {"trusted": trusted},
        address=actor.address,
    )


def check_trust(session: Session, actor: Actor) -> None:
    """Admins of coordinating organizations say whom the network trusts; no partner says it of itself."""
    own = [of for of, role in actor.memberships if role == Role.ADMIN]
    coordinating = select(NetworkOrganization.id).where(
        col(NetworkOrganization.id).in_(own),
        col(NetworkOrganization.kind) == OrganizationKind.COORDINATING,
    )
    if session.exec(coordinating.limit(1)).first() is None:
        raise Forbidden(
            "Only an admin of a coordinating organization says whom the network trusts."
        )
