"""Which events somebody may cause now, and why not the others: the same rules that decide."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from core.actor import Actor
from core.errors import HandrailError
from referrals import capacity
from referrals.case import Case
from referrals.codes import codes
from referrals.models import CodeKind
from referrals.permissions import only, parties
from referrals.policies import check_now, find_consent
from referrals.states import TEXT, ActorKind, Transition, transitions_from
from referrals.views import AvailableEvent

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "appointment": ("appointment_at",),
    "outcome": ("outcome", "service_dates"),
    "evidence": ("evidence",),
}
"""What a guard wants entered, by the names of the command's parameters."""
CLOCK_ONLY = frozenset({ActorKind.TIMER})


def available_events(session: Session, actor: Actor, case: Case) -> tuple[AvailableEvent, ...]:
    """Every event of the present state but the clock's own."""
    shown = (t for t in transitions_from(case.referral.status) if t.actors != CLOCK_ONLY)
    return tuple(_available(session, actor, case, transition) for transition in shown)


def _available(session: Session, actor: Actor, case: Case, t: Transition) -> AvailableEvent:
    why = _why_not(session, actor, case, t)
    listed: tuple[str, ...] = ()
    if why is None and t.reason and t.reason != TEXT:
        listed = tuple(codes(session, CodeKind(t.reason), case.at.date()))
    needs = tuple(name for guard in t.guard for name in NEEDS.get(guard, ()))
    return AvailableEvent(t.event, why is None, why, t.reason, listed, needs)


def _why_not(session: Session, actor: Actor, case: Case, t: Transition) -> str | None:
    """The reason in words; None when it is allowed."""
    mine = parties(actor, case.referral) & t.actors
    if not mine:
        return only(t.event)
    kind = next(kind for kind in ActorKind if kind in mine)
    try:
        if t.event == "send":
            find_consent(session, case)
        check_now(session, case, t, kind)
        if "take_slot" in t.effects and capacity.is_full(case):
            raise capacity.full(case)
    except HandrailError as error:
        return error.message
    return None
