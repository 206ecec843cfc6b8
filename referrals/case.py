"""A referral with everything its next event depends on, read in one statement."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, false, select  # sqlmodel's select takes four at most
from sqlalchemy.orm import load_only
from sqlmodel import Session, col

from accounts.models import NetworkOrganization, User
from core.actor import Actor
from core.clock import now
from patients.models import Consent
from referrals.calendar import BusinessCalendar, calendar_of
from referrals.clocks import usual_limit
from referrals.errors import Standing
from referrals.models import ProgramCapacity, Referral, ReferralEvent, ReferralLimit
from referrals.states import TABLE, TARGETS, ActorKind, Clock, Limit, Transition


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with an event. `preview` is the digest of what the sender was shown.

    `despite`: it is meant, though the patient cannot go then (clashing.py).
    """

    reason: str | None = None
    note: str | None = None
    appointment_at: datetime | None = None
    expected_by: date | None = None
    outcome: str | None = None
    service_dates: tuple[date, ...] = ()
    provided: str | None = None
    evidence: str | None = None
    preview: str | None = None
    despite: bool = False


@dataclass(slots=True)
class Case:
    """The referral and what stands around it; `at` is one moment for the whole event."""

    referral: Referral
    partner: NetworkOrganization
    consent: Consent | None
    capacity: ProgramCapacity | None
    own_limit: ReferralLimit | None
    at: datetime = field(default_factory=now)

    @property
    def calendar(self) -> BusinessCalendar:
        """The business time of the receiving organization."""
        return calendar_of(self.partner)

    def limit(self, clock: Clock) -> Limit:
        """The limit of the clock that the loaded event starts."""
        if self.own_limit:
            return Limit(self.own_limit.unit.value, self.own_limit.amount)
        return usual_limit(clock, self.referral.urgency)


@dataclass(frozen=True, slots=True)
class Step:
    """An event that is about to happen: the transition, who causes it, and with what."""

    transition: Transition
    kind: ActorKind
    actor: Actor
    given: Given


def load(session: Session, referral_id: str, event: str | None = None) -> Case | None:
    """The case as it is in the database now; with `event`, the limit its target's clock has."""
    statement = _statement(event)
    options = {"populate_existing": True}
    row = session.execute(statement, {"wanted": referral_id}, execution_options=options).first()
    return Case(*row) if row else None


def _only(model: Any, *names: str) -> Any:
    """What guards and clocks look at; anything else is read when it is asked for."""
    return load_only(*(getattr(model, name) for name in names))


_NEEDED = (
    _only(NetworkOrganization, "name", "active", "timezone", "business_days", "opens_at",
          "closes_at", "holiday_calendar"),
    _only(Consent, "data_categories", "restricted", "valid_from", "valid_until", "revoked_at"),
    _only(ReferralLimit, "unit", "amount"),
)  # fmt: skip


@cache  # building a statement costs more than sending it
def _statement(event: str | None) -> Any:
    state = TABLE.states[TARGETS[event]] if event in TARGETS else None
    limit: Any = false()
    if state and state.clock:
        limit = and_(
            col(ReferralLimit.clock) == state.clock,
            col(ReferralLimit.urgency) == col(Referral.urgency),
            col(ReferralLimit.category).in_(("", Referral.category)),
        )
    capacity = and_(
        col(ProgramCapacity.organization_id) == col(Referral.partner_id),
        col(ProgramCapacity.service_id) == col(Referral.service_id),
    )
    return (
        select(Referral, NetworkOrganization, Consent, ProgramCapacity, ReferralLimit)
        .join(NetworkOrganization, col(NetworkOrganization.id) == col(Referral.partner_id))
        .outerjoin(Consent, col(Consent.id) == col(Referral.consent_id))
        .outerjoin(ProgramCapacity, capacity)
        .outerjoin(ReferralLimit, limit)
        .options(*_NEEDED)
        .where(col(Referral.id) == bindparam("wanted"))
        .order_by(col(ReferralLimit.category).desc())
    )


def standing(session: Session, actor: Actor, referral_id: str) -> Standing | None:
    """Where the referral is now and who brought it there, as this actor may know it."""
    row = session.execute(
        select(ReferralEvent, col(NetworkOrganization.name), col(User.name))
        .outerjoin(
            NetworkOrganization,
            col(NetworkOrganization.id) == col(ReferralEvent.organization_id),
        )
        .outerjoin(User, col(User.id) == col(ReferralEvent.actor_id))
        .where(col(ReferralEvent.referral_id) == referral_id)
        .order_by(col(ReferralEvent.sequence).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    event, organization, person = row
    colleague = person if event.organization_id in actor.organization_ids else None
    by = colleague or organization or event.actor_kind.value
    return Standing(event.target, event.sequence, event.event, by, event.at)
