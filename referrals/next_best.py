"""Which service to try next for a need, and why it stands where it stands.

What reaches the patient is found by the caller (search lies above this package) and handed in; here
it is joined with what the network knows: who takes part, who has room, who answers how fast. Neither
insurance nor anything about the person but language enters the order.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization, OrganizationKind
from core.actor import Actor
from core.clock import now
from core.scope import check_owned
from patients.models import Need, Patient
from referrals.calendar import business_minutes_between, calendar_of
from referrals.models import ProgramCapacity, Referral
from referrals.permissions import check_send

MEASURED_DAYS = 365
MEASURED_MOST = 5_000
SLOWEST = 10_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for: the need's category, and where and in which languages the patient is."""

    need_id: str
    category: str
    postal_code: str | None
    languages: tuple[str, ...]
    tried: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service that reaches the patient and takes referrals."""

    service_id: str
    location_id: str | None
    organization_id: str
    name: str
    organization: str
    languages: tuple[str, ...]
    distance_m: float | None
    wait_days: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that counted, as a code, in words, and as the facts the words are made of."""

    code: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A service to try, with its reasons; the first is the best."""

    service_id: str
    location_id: str | None
    name: str
    organization: str
    partner_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the network knows of a candidate."""

    candidate: Candidate
    partner: NetworkOrganization
    capacity: ProgramCapacity | None
    hours: float | None
    answers: int


def asked(session: Session, actor: Actor, need_id: str) -> Asked:
    """What to look for. Services tried for this need, or being tried, are left out."""
    need = session.get(Need, need_id)
    check_owned(actor, need, "need")
    assert need is not None
    check_send(actor, need.organization_id)
    patient = session.get_one(Patient, need.patient_id)
    tried = select(Referral.service_id).where(
        Referral.need_id == need.id, col(Referral.sent_at).is_not(None)
    )
    return Asked(
        need.id,
        need.category,
        patient.postal_code,
        tuple(patient.languages),
        frozenset(session.exec(tried)),
    )


def propose(
    session: Session, wanted: Asked, candidates: Sequence[Candidate], *, most: int = 10
) -> list[Proposal]:
    """The best services for it: room first, then language, measured answer, distance, wait."""
    fresh = {c.service_id: c for c in reversed(candidates) if c.service_id not in wanted.tried}
    known = _known(session, fresh)
    known.sort(key=lambda item: _order(item, wanted))
    return [_proposal(item, wanted) for item in known[:most]]


def _known(session: Session, fresh: Mapping[str, Candidate]) -> list[_Known]:
    partners = partners_of(session, {c.organization_id for c in fresh.values()})
    room = {
        row.service_id: row
        for row in session.exec(
            select(ProgramCapacity).where(col(ProgramCapacity.service_id).in_(fresh))
        )
    }
    speeds = _answers(session, fresh, {p.id: p for p in partners.values()})
    return [
        _Known(
            candidate,
            partners[candidate.organization_id],
            room.get(key),
            median(speeds[key]) if speeds.get(key) else None,
            len(speeds.get(key, ())),
        )
        for key, candidate in fresh.items()
        if candidate.organization_id in partners
    ]


def partners_of(session: Session, listed: Collection[str]) -> dict[str, NetworkOrganization]:
    """Partners that take part, by the id of their organization in the directory."""
    rows = session.exec(
        select(NetworkOrganization).where(
            col(NetworkOrganization.directory_organization_id).in_(listed),
            NetworkOrganization.kind == OrganizationKind.PARTNER,
            col(NetworkOrganization.active),
        )
    )
    return {row.directory_organization_id or "": row for row in rows}


def _answers(
    session: Session, services: Collection[str], partners: Mapping[str, NetworkOrganization]
) -> dict[str, list[float]]:
    """Business hours from sent to first answer, of each service's referrals of the last year."""
    statement = (
        select(
            Referral.service_id, Referral.partner_id, Referral.sent_at, Referral.first_response_at
        )
        .where(col(Referral.service_id).in_(services))
        .where(col(Referral.sent_at) >= now() - timedelta(days=MEASURED_DAYS))
        .where(col(Referral.first_response_at).is_not(None), ~col(Referral.training))
        .order_by(col(Referral.sent_at).desc())
        .limit(MEASURED_MOST)
    )
    found: dict[str, list[float]] = {}
    for service_id, partner_id, sent_at, answered_at in session.exec(statement):
        if partner_id in partners and sent_at and answered_at:
            calendar = calendar_of(partners[partner_id])
            minutes = business_minutes_between(calendar, sent_at, answered_at)
            found.setdefault(service_id, []).append(minutes / 60)
    return found


def _order(item: _Known, wanted: Asked) -> tuple[int, bool, float, float, float, str]:
    candidate = item.candidate
    return (
        _room(item.capacity),
        not set(wanted.languages) & set(candidate.languages) if wanted.languages else False,
        SLOWEST if item.hours is None else item.hours,
        candidate.distance_m if candidate.distance_m is not None else 0.0,
        float(candidate.wait_days or 0),
        candidate.service_id,
    )


def _room(capacity: ProgramCapacity | None) -> int:
    """0 has a slot, 1 nobody knows, 2 has a waitlist, 3 takes nobody."""
    if capacity is None or capacity.slots_total is None:
        return 1
    if capacity.slots_taken < capacity.slots_total:
        return 0
    return 3 if capacity.waitlist_open is False else 2


def _proposal(item: _Known, wanted: Asked) -> Proposal:
    found = item.candidate
    return Proposal(
        found.service_id,
        found.location_id,
        found.name,
        found.organization,
        item.partner.id,
        tuple(_reasons(item, wanted)),
    )


def _reasons(item: _Known, wanted: Asked) -> list[Reason]:
    found, capacity = item.candidate, item.capacity
    reasons = [room_reason(capacity)]
    if wanted.languages:
        shared = sorted(set(wanted.languages) & set(found.languages))
        text = f"Speaks {', '.join(shared)}" if shared else "Does not list the patient's language"
        reasons.append(Reason("language" if shared else "no_language", text, {"tags": shared}))
    if item.hours is not None:
        text = f"Answers in {item.hours:.1f} business hours (median of {item.answers})"
        facts = {"hours": round(item.hours, 1), "answers": item.answers}
        reasons.append(Reason("answers", text, facts))
    else:
        reasons.append(Reason("no_answers", "No answers measured in the last year"))
    if found.distance_m is not None:
        text = f"{found.distance_m / 1000:.1f} km in a straight line"
        reasons.append(Reason("distance", text, {"metres": round(found.distance_m)}))
    else:
        reasons.append(Reason("comes_to_you", "Comes to the patient, or needs no place"))
    if found.wait_days is not None:
        text = f"Promises a wait of {found.wait_days} days"
        reasons.append(Reason("wait", text, {"days": found.wait_days}))
    return reasons


def room_reason(capacity: ProgramCapacity | None) -> Reason:
    """Whether there is room, as the partner last said."""
    if capacity is None or capacity.slots_total is None:
        return Reason("capacity_unknown", "Does not say how many it can take")
    free, asked_on = capacity.slots_total - capacity.slots_taken, capacity.asked_on
    facts = {"free": free, "total": capacity.slots_total, "asked_on": asked_on.isoformat()}
    if free > 0:
        text = f"{free} of {capacity.slots_total} slots free ({asked_on})"
        return Reason("capacity", text, facts)
    if capacity.waitlist_open is False:
        return Reason("full", f"Full, and no waitlist ({asked_on})", facts)
    return Reason("waitlist", f"Full, with a waitlist ({asked_on})", facts)
