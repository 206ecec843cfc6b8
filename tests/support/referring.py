"""A scene for referral tests: a clinic, a pantry, a patient with a need and a consent.

`at(status)` brings a fresh referral into any state of the table by the public commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from accounts import commands as accounts
from accounts.identity import actor_of
from accounts.models import NetworkOrganization, OrganizationKind, Role
from core import clock
from core.actor import SYSTEM, Actor
from core.crypto import Keyring
from directory.models import Organization, Service
from patients import caring, commands
from patients.forms import ConsentForm, NeedForm, PatientForm, parse
from patients.models import Consent, Need, Patient
from patients.sealing import Vault
from referrals.capacity import CapacityGiven, capacity_of, set_capacity
from referrals.commands import apply, draft
from referrals.drafting import Target
from referrals.models import Referral, ReferralEvent
from referrals.permissions import patient_actor
from referrals.snapshot import allowed_fields
from referrals.states import Status

VAULT = Vault(Keyring({"k1": b"1" * 32}, "k1", b"i" * 32))
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # a Monday, noon in New York
PATH: Mapping[Status, tuple[tuple[str, str], ...]] = {
    Status.DRAFT: (),
    Status.SENT: (("coordinator", "send"),),
    Status.VIEWED: (("coordinator", "send"), ("partner", "view")),
    Status.NEEDS_INFO: (("coordinator", "send"), ("partner", "ask_info")),
    Status.ACCEPTED: (("coordinator", "send"), ("partner", "accept")),
    Status.WAITLISTED: (("coordinator", "send"), ("partner", "accept_waitlist")),
    Status.SCHEDULED: (
        ("coordinator", "send"), ("partner", "accept"), ("partner", "schedule"),
    ),
    Status.NO_SHOW: (
        ("coordinator", "send"), ("partner", "accept"), ("partner", "schedule"),
        ("partner", "mark_no_show"),
    ),
    Status.IN_SERVICE: (("coordinator", "send"), ("partner", "accept"), ("partner", "start")),
    Status.COMPLETED: (("coordinator", "send"), ("partner", "accept"), ("partner", "complete")),
    Status.NOT_COMPLETED: (
        ("coordinator", "send"), ("partner", "accept"), ("partner", "not_complete"),
    ),
    Status.DECLINED: (("coordinator", "send"), ("partner", "decline")),
    Status.EXPIRED: (("coordinator", "send"), ("timer", "response_timeout")),
    Status.CANCELLED: (("coordinator", "send"), ("coordinator", "cancel")),
    Status.ENTERED_IN_ERROR: (("coordinator", "mark_error"),),
}  # fmt: skip


def given(event: str, at: datetime) -> dict[str, Any]:
    """What has to come with that event for it to be right, at that time."""
    soon = at + timedelta(days=3)
    done = {"outcome": "service_received_full", "service_dates": (at.date(),)}
    known: dict[str, dict[str, Any]] = {
        "ask_info": {"note": "Which days?"},
        "decline": {"reason": "no_capacity"},
        "accept_waitlist": {"reason": "no_capacity_has_waitlist"},
        "waitlist": {"reason": "awaiting_documents", "expected_by": soon.date()},
        "cancel": {"reason": "superseded"},
        "mark_error": {"reason": "wrong_service"},
        "schedule": {"appointment_at": soon},
        "reschedule": {"appointment_at": soon, "note": "The van broke down."},
        "complete": {**done, "provided": "Two boxes"},
        "complete_on_behalf": {**done, "reason": "phone", "note": "She said so."},
        "not_complete": {"reason": "client_unreachable"},
        "not_complete_on_behalf": {"reason": "client_declined", "evidence": "patient"},
    }
    return known.get(event, {})


@dataclass
class Scene:
    """Rows and actors by role; `now` is where its clock stands."""

    session: Session
    clinic: NetworkOrganization
    pantry: NetworkOrganization
    service: Service
    patient: Patient
    need: Need
    consent: Consent
    actors: dict[str, Actor]
    now: datetime = NOON
    marks: list[str] = field(default_factory=list)

    def act(self, who: str, event: str, referral: Referral, **values: Any) -> Referral:
        """Let somebody cause an event, with what it needs unless `values` says otherwise."""
        chosen = {"version": referral.version, **given(event, self.now), **values}
        with clock.frozen(self.now):
            return apply(self.session, self.actors[who], referral.id, event, vault=VAULT, **chosen)

    def draft(self, **values: Any) -> Referral:
        """A draft to the pantry."""
        chosen = {"need_id": self.need.id, "target": Target(self.service.id), **values}
        with clock.frozen(self.now):
            return draft(self.session, self.actors["coordinator"], **chosen)

    def at(self, status: Status) -> Referral:
        """A fresh referral, of a fresh need, in that state. The clock may have moved."""
        with clock.frozen(self.now):
            self.need = open_need(self.session, self.actors["coordinator"], self.patient)
        referral = self.draft()
        for who, event in PATH[status]:
            self.prepare(event, referral)
            referral = self.act(who, event, referral)
        return referral

    def prepare(self, event: str, referral: Referral) -> None:
        """Let the time come that the event waits for."""
        if event == "mark_no_show" and referral.appointment_at:
            self.now = max(self.now, referral.appointment_at)
        if event.endswith("timeout") and referral.due_at:
            self.now = max(self.now, referral.due_at)
        if event == "contact_timeout":
            row = self.session.get_one(Referral, referral.id)
            row.reminders_sent = 2
            self.session.add(row)
            self.session.flush()

    def capacity(self, total: int | None, **values: Any) -> None:
        """Let the pantry say how many it can take."""
        known = capacity_of(self.session, self.pantry.id, self.service.id)
        set_capacity(
            self.session,
            self.actors["partner"],
            self.pantry.id,
            self.service.id,
            CapacityGiven(total, **values),
            version=known.version if known else None,
        )

    def events(self, referral: Referral) -> list[ReferralEvent]:
        """Everything that happened to it, in order."""
        statement = select(ReferralEvent).where(ReferralEvent.referral_id == referral.id)
        return list(self.session.exec(statement.order_by(col(ReferralEvent.sequence))))


def somebody(session: Session, of: NetworkOrganization, role: Role, name: str) -> Actor:
    """A member of the organization, as the actor of a command."""
    user = accounts.create_user(
        session,
        SYSTEM,
        email=f"{name.lower().replace(' ', '.')}@example.org",
        name=name,
        password=None,
        organization_id=of.id,
        role=role,
    )
    return actor_of(session, user, via="session", address="192.0.2.1")


def open_need(session: Session, coordinator: Actor, patient: Patient, **values: Any) -> Need:
    """A need for food of that patient."""
    form = NeedForm(**{"category": "food", "words": "No food since Friday", **values})
    return caring.open_need(session, coordinator, VAULT, patient.id, form)


def consenting(
    session: Session, coordinator: Actor, patient: Patient, partner_id: str, **values: Any
) -> Consent:
    """A consent for everything a need for food may share."""
    chosen = {
        "partners": [partner_id],
        "data_categories": list(allowed_fields("food")),
        "given_how": "verbal",
        **values,
    }
    return caring.give_consent(session, coordinator, VAULT, patient.id, parse(ConsentForm, chosen))


def partner(session: Session, name: str) -> tuple[NetworkOrganization, Service]:
    """A partner of the network with one service that takes referrals."""
    listed = Organization(id=f"org-{name}", name=name)
    service = Service(
        id=f"svc-{name}", organization_id=listed.id, name="Food boxes", accepts_referrals=True
    )
    session.add(listed)
    session.flush()
    session.add(service)
    of = accounts.create_organization(
        session,
        SYSTEM,
        name,
        OrganizationKind.PARTNER,
        directory_organization_id=listed.id,
        holiday_calendar="US-NC",
    )
    return of, service


def settle(session: Session) -> Scene:
    """The scene, with somebody on every side."""
    with clock.frozen(NOON):
        clinic = accounts.create_organization(
            session, SYSTEM, "Clinic", OrganizationKind.COORDINATING
        )
        pantry, service = partner(session, "Pantry")
        other, _ = partner(session, "Other pantry")
        coordinator = somebody(session, clinic, Role.COORDINATOR, "Ana")
        form = parse(PatientForm, {"name": "Canary Patient", "postal_code": "27701"})
        patient = commands.create_patient(session, coordinator, VAULT, clinic.id, form)
        actors = {
            "coordinator": coordinator,
            "supervisor": somebody(session, clinic, Role.SUPERVISOR, "Cleo"),
            "partner": somebody(session, pantry, Role.PARTNER, "Eva"),
            "colleague": somebody(session, pantry, Role.PARTNER, "Finn"),
            "stranger": somebody(session, other, Role.PARTNER, "Gus"),
            "timer": SYSTEM,
            "patient": patient_actor(patient.id),
            "caregiver": patient_actor(patient.id, caregiver=True),
        }
        need = open_need(session, coordinator, patient)
        consent = consenting(session, coordinator, patient, pantry.id)
        return Scene(session, clinic, pantry, service, patient, need, consent, actors)
