"""Opened patient records, frozen. They live for one request and are never logged."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """A line of a list."""

    id: str
    organization_id: str
    name: str
    preferred_name: str | None
    birth_date: date | None
    postal_code: str | None
    languages: tuple[str, ...]
    coordinator_id: str | None
    open_needs: int


@dataclass(frozen=True, slots=True)
class ContactView:
    """One way to reach the patient, and when that is safe."""

    id: str
    system: str
    value: str
    safe: bool
    voicemail_ok: bool
    text_ok: bool
    safe_hours: tuple[str, ...]
    language: str | None
    rank: int


@dataclass(frozen=True, slots=True)
class RelatedPersonView:
    """A caregiver or proxy."""

    id: str
    name: str
    phone: str | None
    relationship: str
    is_caregiver: bool
    is_proxy: bool
    language: str | None


@dataclass(frozen=True, slots=True)
class TimeView:
    """A weekly window the patient is free or blocked."""

    id: str
    kind: str
    window: str
    reason: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need; `subject` names the caregiver when it is theirs."""

    id: str
    patient_id: str
    category: str
    words: str | None
    urgency: str
    restricted: str | None
    subject: RelatedPersonView | None
    opened_on: date
    screened_on: date | None
    status: str
    loop_confirmation: str
    version: int
    closed_at: datetime | None
    contact_on: date | None = None


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent; `active` says whether it holds today."""

    id: str
    patient_id: str
    partners: tuple[str, ...]
    data_categories: tuple[str, ...]
    purpose: str
    restricted: str | None
    given_how: str
    given_by: str
    related_person_id: str | None
    evidence: str | None
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    revoked_at: datetime | None
    active: bool


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """Everything known of a patient."""

    summary: PatientSummary
    version: int
    pronouns: str | None
    address: str | None
    pin: tuple[float, float] | None
    interpreter: bool
    insurance: tuple[str, ...]
    mobility: tuple[str, ...]
    communication: tuple[str, ...]
    documents_held: tuple[str, ...]
    income_band: str | None
    notes: str | None
    created_at: datetime
    updated_at: datetime
    contacts: tuple[ContactView, ...] = ()
    related_people: tuple[RelatedPersonView, ...] = ()
    times: tuple[TimeView, ...] = ()
    needs: tuple[NeedView, ...] = ()
    consents: tuple[ConsentView, ...] = field(default=())
