"""What a need's loop consists of, read from the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization
from core import audit
from core.actor import Actor
from core.errors import NotFound
from core.scope import scoped
from directory.queries import service_names
from patients.models import Consent, ConsentPartner, Need, Patient, PatientContact, RelatedPerson
from patients.opening import consent_view, contact_view, need_view, person_view, summary
from patients.permissions import check_patient
from patients.sealing import Vault
from patients.views import (
    ConsentView,
    ContactView,
    NeedView,
    PatientSummary,
    RelatedPersonView,
)
from referrals.models import Outcome, Referral, ReferralEvent


@dataclass(frozen=True, slots=True)
class Result:
    """How a completed attempt ended; `provided` is in the words of who recorded it."""

    outcome: Outcome
    provided: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One referral, the event that brought it where it is, and its outcome."""

    referral: Referral
    service: str
    last: ReferralEvent
    result: Result | None


@dataclass(frozen=True, slots=True)
class Loop:
    """A need with everything that was done about it. `organizations` are names by id."""

    patient: PatientSummary
    contacts: tuple[ContactView, ...]
    people: tuple[RelatedPersonView, ...]
    need: NeedView
    sender_id: str
    organizations: dict[str, str]
    consents: tuple[ConsentView, ...]
    attempts: tuple[Attempt, ...]


def loop(session: Session, actor: Actor, vault: Vault, need_id: str) -> Loop:
    """The loop of a need of the actor's organization. Reading it is audited as an export."""
    need = session.exec(scoped(select(Need).where(Need.id == need_id), Need, actor)).one_or_none()
    if need is None:
        raise NotFound("There is no such need.")
    patient = session.get_one(Patient, need.patient_id)
    if actor.id != "system":
        check_patient(actor, patient)
    found = _read(session, vault, need, patient)
    audit.record(
        session,
        actor,
        "need.export",
        "need",
        need.id,
        {"patient": need.patient_id, "format": "fhir", "via": actor.via},
        organization_id=need.organization_id,
        address=actor.address,
    )
    return found


def _read(session: Session, vault: Vault, need: Need, patient: Patient) -> Loop:
    people = {row.id: person_view(vault, row) for row in _of(session, RelatedPerson, patient.id)}
    referrals = session.exec(
        select(Referral)
        .where(Referral.need_id == need.id)
        .order_by(col(Referral.created_at), col(Referral.id))
    ).all()
    attempts = _attempts(session, vault, referrals)
    consents = _consents(session, vault, {row.consent_id for row in referrals if row.consent_id})
    partners = {of for consent in consents for of in consent.partners}
    wanted = {need.organization_id, *(row.partner_id for row in referrals), *partners}
    return Loop(
        patient=summary(vault, patient, None, 0),
        contacts=tuple(
            contact_view(vault, row) for row in _of(session, PatientContact, patient.id)
        ),
        people=tuple(people.values()),
        need=need_view(vault, need, people),
        sender_id=need.organization_id,
        organizations=_names(session, wanted),
        consents=tuple(consents),
        attempts=tuple(attempts),
    )


def _of(session: Session, table: Any, patient_id: str) -> list[Any]:
    statement = select(table).where(col(table.patient_id) == patient_id)
    return list(session.exec(statement.order_by(table.id)))


def _attempts(session: Session, vault: Vault, referrals: Sequence[Referral]) -> list[Attempt]:
    ids = [row.id for row in referrals]
    services = service_names(session, {row.service_id for row in referrals})
    last = {
        event.referral_id: event
        for event in session.exec(
            select(ReferralEvent)
            .join(Referral, col(Referral.id) == col(ReferralEvent.referral_id))
            .where(col(Referral.id).in_(ids), ReferralEvent.sequence == Referral.version)
        )
    }
    results = {
        row.referral_id: Result(row, vault.get(row, "provided"))
        for row in session.exec(select(Outcome).where(col(Outcome.referral_id).in_(ids)))
    }
    return [
        Attempt(row, services.get(row.service_id, ""), last[row.id], results.get(row.id))
        for row in referrals
    ]


def _consents(session: Session, vault: Vault, ids: Iterable[str]) -> list[ConsentView]:
    ids = list(ids)
    partners: dict[str, list[str]] = {}
    for row in session.exec(select(ConsentPartner).where(col(ConsentPartner.consent_id).in_(ids))):
        partners.setdefault(row.consent_id, []).append(row.organization_id)
    found = session.exec(
        select(Consent).where(col(Consent.id).in_(ids)).order_by(col(Consent.recorded_at))
    ).all()
    return [consent_view(vault, row, sorted(partners.get(row.id, ()))) for row in found]


def _names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    statement = select(NetworkOrganization.id, NetworkOrganization.name)
    return dict(session.exec(statement.where(col(NetworkOrganization.id).in_(ids))).all())
