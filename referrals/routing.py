"""Trying the next service by itself, down a list that the coordinator approved beforehand."""

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, delete, select

from accounts.identity import actor_of
from accounts.models import User
from core import audit
from core.actor import Actor
from core.clock import now
from core.db import Database
from core.errors import HandrailError
from core.outbox import Message
from core.scope import check_owned
from patients import caring
from patients.models import Need
from patients.sealing import Vault
from referrals.commands import apply
from referrals.drafting import Target, draft, open_need, partner_of
from referrals.models import Referral, RoutePlan
from referrals.permissions import check_send
from referrals.states import Status

MOVING_ON = (Status.DECLINED, Status.EXPIRED, Status.NOT_COMPLETED)


def approve(
    session: Session, actor: Actor, need_id: str, targets: Sequence[Target]
) -> list[RoutePlan]:
    """Replace the plan of a need. What was tried already stays, for the history."""
    need = open_need(session, actor, need_id)
    untried = col(RoutePlan.need_id) == need.id, col(RoutePlan.tried_at).is_(None)
    session.connection().execute(delete(RoutePlan).where(*untried))
    tried = _steps(session, need.id)
    first = max((step.position for step in tried), default=0) + 1
    rows = [
        RoutePlan(
            need_id=need.id,
            organization_id=need.organization_id,
            position=position,
            partner_id=partner_of(session, target.service_id).id,
            service_id=target.service_id,
            location_id=target.location_id,
            approved_by=actor.id,
        )
        for position, target in enumerate(targets, first)
    ]
    session.add_all(rows)
    session.flush()
    audit.record(
        session,
        actor,
        "route_plan.approve",
        "need",
        need.id,
        {"services": [row.service_id for row in rows], "via": actor.via},
        organization_id=need.organization_id,
        address=actor.address,
    )
    return rows


def plan(session: Session, actor: Actor, need_id: str) -> list[RoutePlan]:
    """The plan of a need, in order, with what was tried."""
    need = session.get(Need, need_id)
    check_owned(actor, need, "need")
    assert need is not None
    check_send(actor, need.organization_id)
    return _steps(session, need_id)


def try_next(session: Session, vault: Vault, ended: Referral) -> Referral | None:
    """Send to the next service of the plan after a decline, expiry or failure; None when none will.

    It acts for the coordinator who approved it, with the rights they have now, unless somebody has
    replaced the referral already. A service that
    cannot be sent to (no consent, closed, left the network) is passed over, and stays untried.
    """
    if ended.status not in MOVING_ON or _replaced(session, ended):
        return None
    caring.locked_need(session, ended.need_id)
    for step in _steps(session, ended.need_id):
        approver = session.get(User, step.approved_by)
        if step.tried_at or approver is None or not approver.active:
            continue
        sent = _attempt(session, actor_of(session, approver, via="plan"), vault, step, ended)
        if sent is not None:
            step.tried_at, step.referral_id = now(), sent.id
            session.add(step)
            session.flush()
            return sent
    return None


def handler(database: Database, vault: Vault) -> Callable[[Sequence[Message]], None]:
    """What the worker does with NEXT; done twice, the second time finds the place taken."""

    def handle(messages: Sequence[Message]) -> None:
        for message in messages:
            with database.write() as session:
                ended = session.get(Referral, message.payload["referral_id"])
                if ended is not None:
                    try_next(session, vault, ended)

    return handle


def _replaced(session: Session, ended: Referral) -> bool:
    taken = select(Referral.id).where(Referral.replaces_id == ended.id)
    return session.exec(taken.limit(1)).first() is not None


def _attempt(
    session: Session, actor: Actor, vault: Vault, step: RoutePlan, ended: Referral
) -> Referral | None:
    try:
        with session.begin_nested():
            row = draft(
                session,
                actor,
                need_id=step.need_id,
                target=Target(step.service_id, step.location_id),
                fields=ended.fields,
                replaces_id=ended.id,
            )
            # Nobody is there to be warned: the list was approved, and a clash is noted.
            return apply(
                session, actor, row.id, "send", version=row.version, vault=vault, despite=True
            )
    except HandrailError:
        return None


def _steps(session: Session, need_id: str) -> list[RoutePlan]:
    statement = select(RoutePlan).where(RoutePlan.need_id == need_id)
    return list(session.exec(statement.order_by(col(RoutePlan.position))))
