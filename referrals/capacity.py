"""Slots of a partner's service: taken and given back by conditional updates, never read first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_
from sqlmodel import Session, col, select, update

from accounts import listings
from accounts.models import NetworkOrganization as Partner
from core import audit
from core.actor import Actor
from core.clock import now
from core.db import insert_if_absent, new_id
from core.errors import Conflict, NotFound
from core.saying import Saying
from directory.queries import service_summary
from directory.room import say_room
from referrals.case import Case
from referrals.errors import Full
from referrals.models import ProgramCapacity, Referral
from referrals.permissions import check_capacity
from referrals.states import Status

OCCUPYING = (Status.ACCEPTED, Status.SCHEDULED, Status.NO_SHOW, Status.IN_SERVICE)


@dataclass(frozen=True, slots=True)
class CapacityGiven:
    """What a partner says of one service. No total: it takes without limit."""

    slots_total: int | None = None
    waitlist_open: bool | None = None
    expected_wait_days: int | None = None


def take(session: Session, case: Case) -> None:
    """Take a slot of a service whose slots are counted. Raises Full."""
    if not _move(session, case.referral, _TAKE):
        raise full(case)


def is_full(case: Case) -> bool:
    """Whether the slots were all taken when the case was read."""
    room = case.capacity
    if case.referral.slot_held or room is None or room.slots_total is None:
        return False
    return room.slots_taken >= room.slots_total


def full(case: Case) -> Full:
    """The refusal, with what can be done instead."""
    open_list = case.capacity is None or case.capacity.waitlist_open is not False
    if not open_list:
        return Full("Every slot is taken.")
    return Full(
        "Every slot is taken. Put them on the waitlist, or decline.", offer="accept_waitlist"
    )


def release(session: Session, referral: Referral) -> None:
    """Give a slot back."""
    _move(session, referral, _GIVE_BACK)


def _move(session: Session, referral: Referral, statement: Any) -> bool:
    of = {"of_partner": referral.partner_id, "of_service": referral.service_id}
    return session.connection().execute(statement, of).rowcount == 1


_SLOTS = col(ProgramCapacity.slots_taken)
_OF_SERVICE = update(ProgramCapacity).where(
    col(ProgramCapacity.organization_id) == bindparam("of_partner"),
    col(ProgramCapacity.service_id) == bindparam("of_service"),
)
_TAKE = _OF_SERVICE.where(
    or_(col(ProgramCapacity.slots_total).is_(None), _SLOTS < col(ProgramCapacity.slots_total))
).values(slots_taken=_SLOTS + 1)
_GIVE_BACK = _OF_SERVICE.where(_SLOTS > 0).values(slots_taken=_SLOTS - 1)


def capacity_of(session: Session, partner_id: str, service_id: str) -> ProgramCapacity | None:
    """What is known of the service's capacity."""
    statement = select(ProgramCapacity).where(
        ProgramCapacity.organization_id == partner_id, ProgramCapacity.service_id == service_id
    )
    return session.exec(statement).one_or_none()


def capacities_of(session: Session, actor: Actor, partner_id: str) -> dict[str, ProgramCapacity]:
    """What is known of each service of the partner, by service."""
    check_capacity(actor, partner_id)
    statement = select(ProgramCapacity).where(ProgramCapacity.organization_id == partner_id)
    return {row.service_id: row for row in session.exec(statement)}


def set_capacity(
    session: Session,
    actor: Actor,
    partner_id: str,
    service_id: str,
    given: CapacityGiven,
    *,
    version: int | None,
) -> ProgramCapacity:
    """Say how many a service can take. `version` is the one read; None when there was none.

    From the first time on, referrals that were accepted before hold slots, too.
    """
    check_capacity(actor, partner_id)
    service, partner = service_summary(session, service_id), session.get(Partner, partner_id)
    if not (service and partner and service.organization_id == partner.directory_organization_id):
        raise NotFound("There is no such service.")
    row = _row_for_update(session, partner_id, service_id, version)
    if given.slots_total is not None and given.slots_total < row.slots_taken:
        raise Conflict(
            Saying("%(taken)s slots are taken: the total cannot be smaller.", taken=row.slots_taken)
        )
    forget = row.slots_total is not None and given.slots_total is None
    row.slots_total = given.slots_total
    row.waitlist_open = given.waitlist_open
    row.expected_wait_days = given.expected_wait_days
    row.asked_on, row.version = now().date(), row.version + 1
    session.add(row)
    session.flush()
    say_room(
        session,
        actor,
        service_id,
        taken=row.slots_taken,
        total=row.slots_total,
        wait_days=row.expected_wait_days,
        forget=forget,
    )
    audit.record(
        session,
        actor,
        "capacity.set",
        "service",
        service_id,
        {"slots_total": given.slots_total, "via": actor.via},
        organization_id=partner_id,
        address=actor.address,
    )
    return row


def switch_referrals(
    session: Session, actor: Actor, partner_id: str, service_id: str, *, takes: bool
) -> None:
    """Say today whether a service takes referrals; what else is known of it stays."""
    listings.take_referrals(session, actor, partner_id, service_id, takes=takes)
    known = capacity_of(session, partner_id, service_id)
    said = CapacityGiven()
    if known:
        said = CapacityGiven(known.slots_total, known.waitlist_open, known.expected_wait_days)
    version = known.version if known else None
    set_capacity(session, actor, partner_id, service_id, said, version=version)


def _row_for_update(
    session: Session, partner_id: str, service_id: str, version: int | None
) -> ProgramCapacity:
    first = {
        "id": new_id(),
        "organization_id": partner_id,
        "service_id": service_id,
        "slots_taken": 0,
        "asked_on": now().date(),
        "version": 0,
    }
    made = insert_if_absent(session, ProgramCapacity, first)
    row = session.exec(
        select(ProgramCapacity)
        .where(ProgramCapacity.organization_id == partner_id)
        .where(ProgramCapacity.service_id == service_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.version != (version or 0):
        raise Conflict("Somebody changed the capacity meanwhile. Load it again.")
    if made:
        row.slots_taken = _count_from_now(session, partner_id, service_id)
    return row


def _count_from_now(session: Session, partner_id: str, service_id: str) -> int:
    """Give a slot to every referral that occupies one; returns how many."""
    occupying = (
        col(Referral.partner_id) == partner_id,
        col(Referral.service_id) == service_id,
        col(Referral.status).in_(OCCUPYING),
    )
    session.connection().execute(update(Referral).where(*occupying).values(slot_held=True))
    return session.exec(select(func.count()).select_from(Referral).where(*occupying)).one()
