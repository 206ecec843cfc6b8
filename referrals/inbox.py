"""A partner's inbox: what is with it, by what is due, and how much of each kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from accounts.models import Role
from core.actor import Actor
from core.errors import Forbidden, NotFound
from core.paging import Page
from referrals import queries
from referrals.commands import apply
from referrals.models import Referral, ReferralEvent
from referrals.states import Status
from referrals.views import ReferralLine

GROUPS: Final[Mapping[str, tuple[Status, ...]]] = {
    "answer": (Status.SENT, Status.VIEWED),
    "waiting": (Status.NEEDS_INFO, Status.WAITLISTED),
    "service": (Status.ACCEPTED, Status.SCHEDULED, Status.NO_SHOW, Status.IN_SERVICE),
}
"""Open referrals by who has to do what: the partner answers, somebody waits, help is under way."""
CLOSED: Final = queries.CLOSED_ONES
COUNTED: Final = 100
"""Each group is counted so far: nobody needs to know more exactly."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of it: lines with what happened to each, and how many there are of each group."""

    page: Page[ReferralLine]
    events: Mapping[str, tuple[ReferralEvent, ...]]
    counts: Mapping[str, int]


def inbox(
    session: Session,
    actor: Actor,
    organization_id: str,
    *,
    group: str = "",
    page: int = 1,
    per_page: int = 20,
) -> Inbox:
    """All that is open, one of GROUPS, or what is closed, in a constant number of statements."""
    check_inbox(actor, organization_id)
    lines = queries.referrals(
        session,
        actor,
        "inbox",
        organization_id=organization_id,
        state=CLOSED if group == CLOSED else queries.OPEN_ONES,
        among=GROUPS.get(group, ()),
        page=page,
        per_page=per_page,
    )
    return Inbox(
        lines, _events(session, actor, lines.items), counts(session, actor, organization_id)
    )


def counts(session: Session, actor: Actor, organization_id: str) -> dict[str, int]:
    """How many of each group there are, up to COUNTED."""
    check_inbox(actor, organization_id)
    questions = []
    for statuses in GROUPS.values():
        found = select(col(Referral.id)).where(
            Referral.partner_id == organization_id,
            col(Referral.closed_at).is_(None),
            col(Referral.sent_at).is_not(None),
            col(Referral.status).in_(statuses),
        )
        few = found.limit(COUNTED).subquery()
        questions.append(select(func.count()).select_from(few).scalar_subquery())
    row = session.execute(select(*questions)).one()
    return dict(zip(GROUPS, row, strict=True))


def open_one(session: Session, actor: Actor, organization_id: str, referral_id: str) -> None:
    """Note that a new referral was seen. Raises NotFound for what is not in this inbox."""
    row = check_own(session, actor, organization_id, referral_id)
    if row.status is Status.SENT:
        apply(session, actor, row.id, "view", version=row.version)


def check_own(session: Session, actor: Actor, organization_id: str, referral_id: str) -> Referral:
    """The referral, if it is in this inbox; else it is as if there were none."""
    check_inbox(actor, organization_id)
    row = session.get(Referral, referral_id)
    if row is None or row.partner_id != organization_id or row.sent_at is None:
        raise NotFound("There is no such referral.")
    return row


def check_inbox(actor: Actor, organization_id: str) -> None:
    """The actor answers for this partner."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    if not actor.holds(Role.PARTNER, organization_id):
        raise Forbidden("Only partner staff answer referrals.")


def _events(
    session: Session, actor: Actor, lines: Iterable[ReferralLine]
) -> dict[str, tuple[ReferralEvent, ...]]:
    """What happened to these lines, which are the actor's own, each from the day it was sent."""
    told: dict[str, list[ReferralEvent]] = {line.id: [] for line in lines}
    statement = select(ReferralEvent).where(
        col(ReferralEvent.referral_id).in_(told), col(ReferralEvent.event) != "draft"
    )
    for event in session.exec(statement.order_by(col(ReferralEvent.sequence))):
        told[event.referral_id].append(event)
    return {key: tuple(events) for key, events in told.items()}
