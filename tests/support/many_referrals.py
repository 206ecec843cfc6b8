"""Many referrals at once: random walks over the table of states, written straight into the tables.

What commands would check (consent, capacity) is left out: this is for what counts and lists. The
random numbers are seeded, so that the same seed makes the same town.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from accounts import commands as accounts
from accounts.models import NetworkOrganization, OrganizationKind, Role
from core.actor import SYSTEM, Actor
from core.db import new_id
from patients.models import LoopConfirmation, Need, NeedStatus, Patient
from referrals.codes import USUAL
from referrals.models import CodeKind, Referral, ReferralEvent
from referrals.states import OPEN, TABLE, TERMINAL, ActorKind, Status, Transition
from tests.support.referring import somebody

CATEGORIES = ("food", "transport", "housing", "respite", "pharmacy")
ZIPS = ("27701", "27703", "27704", "27705", "27707", "27278", None)
LANGUAGES = (("en",), ("en",), ("en",), ("es", "en"), ("es",), ("ksw",), ())
CLOSED = tuple(set(NeedStatus) - {NeedStatus.OPEN, NeedStatus.IN_PROGRESS})
LIKELY = {
    Status.SENT: 30,
    Status.COMPLETED: 6,
    Status.ACCEPTED: 6,
    Status.SCHEDULED: 4,
    Status.VIEWED: 4,
}
"""How much likelier a walk goes there than elsewhere."""


@dataclass
class Network:
    """A clinic that sends, another that does, too, and partners that receive."""

    clinic: NetworkOrganization
    other: NetworkOrganization
    partners: list[NetworkOrganization]
    supervisor: Actor
    coordinator: Actor


@dataclass
class Made:
    """Rows as plain values, by table, not yet written."""

    patients: list[dict[str, Any]] = field(default_factory=list)
    needs: list[dict[str, Any]] = field(default_factory=list)
    referrals: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def write(self, session: Session) -> None:
        """Put them into the database, parents first."""
        tables = (Patient, Need, Referral, ReferralEvent)
        rows = (self.patients, self.needs, self.referrals, self.events)
        for table, values in zip(tables, rows, strict=True):
            for start in range(0, len(values), 2000):
                session.connection().execute(insert(table), values[start : start + 2000])


def network(session: Session, partners: int = 6) -> Network:
    """The organizations; the last partner is a training one."""
    make = accounts.create_organization
    clinic = make(session, SYSTEM, "Clinic", OrganizationKind.COORDINATING)
    other = make(session, SYSTEM, "Other clinic", OrganizationKind.COORDINATING)
    receiving = [
        make(
            session, SYSTEM, f"Partner {at}", OrganizationKind.PARTNER, holiday_calendar="US-NC",
            training=at == partners - 1,
        )
        for at in range(partners)
    ]  # fmt: skip
    supervisor = somebody(session, clinic, Role.SUPERVISOR, "Cleo")
    coordinator = somebody(session, clinic, Role.COORDINATOR, "Ana")
    return Network(clinic, other, receiving, supervisor, coordinator)


def generate(of: Network, count: int, *, seed: int, until: datetime) -> Made:
    """So many referrals from January 2025 on, and what they belong to; nothing is after `until`."""
    random, made = Random(seed), Made()
    while len(made.referrals) < count:
        _patient(of, random, made, until)
    return made


def _patient(of: Network, random: Random, made: Made, until: datetime) -> None:
    sender = of.other if random.random() < 0.1 else of.clinic
    patient = {
        "id": new_id(),
        "organization_id": sender.id,
        "name_sealed": "sealed",
        "postal_code": random.choice(ZIPS),
        "languages": list(random.choice(LANGUAGES)),
        "created_by": "x",
    }
    made.patients.append(patient)
    for _ in range(random.choice((1, 1, 2))):
        _need(of, random, made, patient, until)


def _need(
    of: Network, random: Random, made: Made, patient: dict[str, Any], until: datetime
) -> None:
    opened = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(690 * 1440))
    opened = min(opened, until - timedelta(hours=2))
    status = random.choice((*CLOSED, NeedStatus.OPEN, NeedStatus.IN_PROGRESS))
    closed = opened + (until - opened) * random.random() if status in CLOSED else None
    screened = opened.date() - timedelta(days=random.randrange(9))
    need = {
        "id": new_id(),
        "patient_id": patient["id"],
        "organization_id": patient["organization_id"],
        "category": random.choice(CATEGORIES),
        "opened_on": opened.date(),
        "screened_on": screened if random.random() < 0.6 else None,
        "status": status,
        "loop_confirmation": random.choice(tuple(LoopConfirmation)) if closed else "unconfirmed",
        "created_by": "x",
        "created_at": opened,
        "closed_at": closed,
    }
    made.needs.append(need)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        _referral(of, random, made, need, opened, until)


def _referral(
    of: Network, random: Random, made: Made, need: dict[str, Any], opened: datetime, until: datetime
) -> None:
    partner = random.choice(of.partners)
    at = opened + timedelta(minutes=random.randrange(20 * 1440))
    if at >= until:
        return
    sides = {ActorKind.COORDINATOR: need["organization_id"], ActorKind.PARTNER: partner.id}
    referral_id = new_id()
    events = list(_walk(random, at, until, sides))
    for number, event in enumerate(events, 1):
        made.events.append(event | {"referral_id": referral_id, "sequence": number})
    sent = next((one["at"] for one in events if one["event"] == "send"), None)
    status = events[-1]["target"]
    over = next((one["at"] for one in events if one["target"] in TERMINAL), None)
    made.referrals.append(
        {
            "id": referral_id,
            "need_id": need["id"],
            "patient_id": need["patient_id"],
            "organization_id": need["organization_id"],
            "partner_id": partner.id,
            "service_id": f"service-{partner.name}",
            "status": status,
            "version": len(events),
            "category": need["category"],
            "fields": ["name"],
            "created_by": "x",
            "created_at": at,
            "sent_at": sent,
            "closed_at": over,
            "reason": events[-1]["reason"],
            "outcome": events[-1]["facts"].get("outcome"),
            "due_at": until if status in OPEN else None,
            "due_event": "review" if status in OPEN else None,
            "training": partner.training,
        }
    )


def _walk(
    random: Random, at: datetime, until: datetime, sides: dict[ActorKind, str]
) -> Iterator[dict[str, Any]]:
    """Events from the draft on, until an end, or until nothing more has happened."""
    yield _event("draft", None, Status.DRAFT, ActorKind.COORDINATOR, at, sides)
    status = Status.DRAFT
    while status not in TERMINAL:
        at += timedelta(minutes=int(random.expovariate(1 / (4 * 1440))))
        if at >= until or random.random() < 0.03:
            return
        step = _step(random, TABLE.transitions_from(status))
        kind = random.choice(sorted(step.actors))
        reason = _reason(random, step)
        facts = _facts(random, step, at)
        yield _event(step.event, status, step.target, kind, at, sides, reason, facts)
        status = step.target
    if random.random() < 0.03:
        kind = ActorKind.COORDINATOR
        later = at + timedelta(days=1)
        yield _event(
            "mark_error", status, Status.ENTERED_IN_ERROR, kind, later, sides, "wrong_patient"
        )


def _step(random: Random, steps: Sequence[Transition] | Any) -> Transition:
    found = [step for step in steps if step.event != "mark_error" or random.random() < 0.1]
    return random.choices(found, [LIKELY.get(step.target, 1) for step in found])[0]


def _reason(random: Random, step: Transition) -> str | None:
    if step.fixed_reason:
        return step.fixed_reason
    kinds = {kind.value for kind in CodeKind}
    return random.choice(sorted(USUAL[CodeKind(step.reason)])) if step.reason in kinds else None


def _facts(random: Random, step: Transition, at: datetime) -> dict[str, Any]:
    if step.event == "send":
        return {"due_at": (at + timedelta(days=random.choice((1, 2, 4)))).isoformat()}
    if step.event in ("schedule", "reschedule"):
        return {"appointment_at": (at + timedelta(days=random.randrange(60))).isoformat()}
    if "record_outcome" in step.effects:
        days = [at.date() - timedelta(days=random.randrange(3)) for _ in range(2)]
        return {
            "outcome": random.choice(sorted(USUAL[CodeKind.OUTCOME])),
            "service_dates": sorted(day.isoformat() for day in days),
        }
    return {}


def _event(
    event: str,
    source: Status | None,
    target: Status,
    kind: ActorKind,
    at: datetime,
    sides: dict[ActorKind, str],
    reason: str | None = None,
    facts: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "event": event,
        "source": source,
        "target": target,
        "actor_kind": kind,
        "actor_id": "x",
        "organization_id": sides.get(kind),
        "at": at,
        "reason": reason,
        "facts": facts or {},
    }
