"""Referrals go along when two services are made one: they are of the one that is kept from then on."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization
from core.errors import Conflict
from directory.moving import OF_ORGANIZATIONS, OF_SERVICES
from referrals.models import ProgramCapacity, Referral, RoutePlan
from referrals.reports.models import ReferralFact

NAMING: tuple[type[Any], ...] = (Referral, RoutePlan, ReferralFact, ProgramCapacity)


def move_referrals(session: Session, old_id: str, kept_id: str) -> None:
    """Raises Conflict when slots of both are counted: nobody can say how many there are then."""
    counted = select(ProgramCapacity.service_id).where(
        col(ProgramCapacity.service_id).in_([old_id, kept_id])
    )
    if len(set(session.exec(counted))) == 2:
        raise Conflict("The slots of both services are counted. Ask the partner which count holds.")
    for table in NAMING:
        session.connection().execute(
            update(table).where(col(table.service_id) == old_id).values(service_id=kept_id)
        )


def move_members(session: Session, old_id: str, kept_id: str) -> None:
    """An organization of the network is listed under the one that is kept.

    Raises Conflict when both are of the network: who answers referrals would be guessed.
    """
    listed = select(NetworkOrganization).where(
        col(NetworkOrganization.directory_organization_id).in_([old_id, kept_id])
    )
    found = session.exec(listed.with_for_update()).all()
    if len({one.directory_organization_id for one in found}) == 2:
        raise Conflict("Both are members of the network. An admin has to settle that first.")
    for one in found:
        one.directory_organization_id = kept_id
    session.flush()


OF_SERVICES.append(move_referrals)
OF_ORGANIZATIONS.append(move_members)
