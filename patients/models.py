"""Tables of patients, the people around them, their needs and consents.

Columns named `*_sealed` hold values sealed by core/crypto.py for the place "<table>.<column>:<id>";
columns named `*_blind` hold blind indexes of them. Everything else is not identifying by itself.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from core.clock import now
from core.db import Base, UTCDateTime, enum_type, new_id

ID = 36
BLIND = 32


class NeedStatus(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    MET = "met"
    PARTLY_MET = "partly_met"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"
    LOST_TO_FOLLOWUP = "lost_to_followup"


class LoopConfirmation(StrEnum):
    """Who has confirmed how a need ended."""

    UNCONFIRMED = "unconfirmed"
    BY_PATIENT = "confirmed_by_patient"
    BY_CAREGIVER = "confirmed_by_caregiver"
    BY_COORDINATOR = "confirmed_by_coordinator"
    DISPUTED = "disputed"


class Urgency(StrEnum):
    """How soon; an urgent need has the shorter limits."""

    ROUTINE = "routine"
    URGENT = "urgent"


class TimeKind(StrEnum):
    """Windows of the week in which a patient can, or cannot, go."""

    FREE = "free"
    BLOCKED = "blocked"


class AssignmentKind(StrEnum):
    """The coordinator whose patient it is, or who stands in."""

    PRIMARY = "primary"
    COVER = "cover"


class ConsentHow(StrEnum):
    """How a consent was given."""

    VERBAL = "verbal"
    WRITTEN = "written"
    ELECTRONIC = "electronic"


class ConsentBy(StrEnum):
    """Who gave it."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    PROXY = "proxy"


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=ID)


def _of_patient() -> Any:
    return Field(foreign_key="patient.id", ondelete="CASCADE", index=True, max_length=ID)


def _list() -> Any:
    return Field(default_factory=list, sa_type=JSON)


class Patient(Base, table=True):
    """A person a coordinating organization cares for. Erased: sealed columns empty, audit kept."""

    __tablename__ = "patient"
    __table_args__ = (
        CheckConstraint(
            "erased_at IS NULL OR (name_sealed IS NULL AND birth_date_sealed IS NULL"
            " AND address_sealed IS NULL AND pin_sealed IS NULL AND notes_sealed IS NULL)",
            name="erased_holds_nothing",
        ),
        CheckConstraint("erased_at IS NOT NULL OR name_sealed IS NOT NULL", name="has_a_name"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
    )

    id: str = _id()
    organization_id: str = Field(foreign_key="network_organization.id", index=True, max_length=ID)
    version: int = 1
    name_sealed: str | None = None
    preferred_name_sealed: str | None = None
    pronouns_sealed: str | None = None
    birth_date_sealed: str | None = None
    birth_date_blind: str | None = Field(default=None, index=True, max_length=BLIND)
    address_sealed: str | None = None
    pin_sealed: str | None = None
    notes_sealed: str | None = None
    postal_code: str | None = Field(default=None, max_length=5)
    languages: list[str] = _list()
    interpreter: bool = False
    insurance: list[str] = _list()
    mobility: list[str] = _list()
    communication: list[str] = _list()
    documents_held: list[str] = _list()
    income_band: str | None = Field(default=None, max_length=32)
    created_by: str = Field(max_length=ID)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    merged_into_id: str | None = Field(default=None, foreign_key="patient.id", max_length=ID)
    erased_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PatientNameToken(Base, table=True):
    """Blind indexes of the parts of a name, exact and by sound, for search and near matches."""

    __tablename__ = "patient_name_token"
    __table_args__ = (UniqueConstraint("patient_id", "kind", "token_blind"),)

    id: str = _id()
    patient_id: str = _of_patient()
    kind: str = Field(max_length=16)
    token_blind: str = Field(index=True, max_length=BLIND)


class PatientContact(Base, table=True):
    """One way to reach the patient, and when that is safe."""

    __tablename__ = "patient_contact"

    id: str = _id()
    patient_id: str = _of_patient()
    system: str = Field(max_length=16)
    value_sealed: str
    value_blind: str = Field(index=True, max_length=BLIND)
    safe: bool = True
    voicemail_ok: bool = False
    text_ok: bool = False
    safe_hours: list[str] = _list()
    language: str | None = Field(default=None, max_length=35)
    rank: int = 1


class RelatedPerson(Base, table=True):
    """FHIR RelatedPerson: a caregiver or proxy. A caregiver can be the subject of a need."""

    __tablename__ = "related_person"

    id: str = _id()
    patient_id: str = _of_patient()
    name_sealed: str
    phone_sealed: str | None = None
    relationship: str = Field(max_length=64)
    is_caregiver: bool = False
    is_proxy: bool = False
    language: str | None = Field(default=None, max_length=35)


class PatientTime(Base, table=True):
    """A weekly window ("tue 08:00-12:00") the patient is free or blocked; the reason is sealed."""

    __tablename__ = "patient_time"

    id: str = _id()
    patient_id: str = _of_patient()
    kind: TimeKind = Field(sa_type=enum_type(TimeKind))
    window: str = Field(max_length=64)
    reason_sealed: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Assignment(Base, table=True):
    """Whose caseload a patient is on, from when until when (UTC)."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_primary",
            "patient_id",
            unique=True,
            sqlite_where=text("kind = 'primary' AND ended_at IS NULL"),
            postgresql_where=text("kind = 'primary' AND ended_at IS NULL"),
        ),
    )

    id: str = _id()
    patient_id: str = _of_patient()
    user_id: str = Field(index=True, max_length=ID)
    kind: AssignmentKind = Field(sa_type=enum_type(AssignmentKind))
    started_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Need(Base, table=True):
    """One unmet need of a patient, or of a caregiver when `related_person_id` is set."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint(
            "(closed_at IS NULL) = (status IN ('open', 'in_progress'))", name="closed_has_a_time"
        ),
    )

    id: str = _id()
    patient_id: str = _of_patient()
    organization_id: str = Field(foreign_key="network_organization.id", index=True, max_length=ID)
    version: int = 1
    related_person_id: str | None = Field(
        default=None, foreign_key="related_person.id", max_length=ID
    )
    category: str = Field(index=True, max_length=64)
    restricted: str | None = Field(default=None, max_length=32)
    words_sealed: str | None = None
    urgency: Urgency = Field(default=Urgency.ROUTINE, sa_type=enum_type(Urgency))
    opened_on: date
    screened_on: date | None = None
    status: NeedStatus = Field(default=NeedStatus.OPEN, sa_type=enum_type(NeedStatus))
    loop_confirmation: LoopConfirmation = Field(
        default=LoopConfirmation.UNCONFIRMED, sa_type=enum_type(LoopConfirmation)
    )
    created_by: str = Field(max_length=ID)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    contact_on: date | None = None


class Consent(Base, table=True):
    """What the patient allows to be shared with whom, for what, until when.

    `restricted` names the one restricted category (violence, substance_use, behavioural_health) it
    is for; a consent without it never covers one.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"
        ),
        CheckConstraint(
            "given_by = 'patient' OR related_person_id IS NOT NULL", name="says_who_gave_it"
        ),
    )

    id: str = _id()
    patient_id: str = _of_patient()
    organization_id: str = Field(foreign_key="network_organization.id", index=True, max_length=ID)
    data_categories: list[str] = _list()
    restricted: str | None = Field(default=None, max_length=32)
    purpose: str = Field(max_length=64)
    given_how: ConsentHow = Field(sa_type=enum_type(ConsentHow))
    given_by: ConsentBy = Field(sa_type=enum_type(ConsentBy))
    related_person_id: str | None = Field(
        default=None, foreign_key="related_person.id", max_length=ID
    )
    evidence_sealed: str | None = None
    valid_from: date
    valid_until: date | None = None
    recorded_by: str = Field(max_length=ID)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_by: str | None = Field(default=None, max_length=ID)


class ConsentPartner(Base, table=True):
    """A partner organization that a consent covers."""

    __tablename__ = "consent_partner"
    __table_args__ = (UniqueConstraint("consent_id", "organization_id"),)

    id: str = _id()
    consent_id: str = Field(foreign_key="consent.id", ondelete="CASCADE", index=True, max_length=ID)
    organization_id: str = Field(foreign_key="network_organization.id", max_length=ID)


class Shortlisted(Base, table=True):
    """A service that may meet a need, at one of its places when that matters.

    `service_id` and `location_id` are the directory's; a listing that is gone stays a line here.
    """

    __tablename__ = "shortlisted"
    __table_args__ = (
        UniqueConstraint("need_id", "service_id", "location_id"),
        Index(
            "uq_shortlisted_anywhere",
            "need_id",
            "service_id",
            unique=True,
            sqlite_where=text("location_id IS NULL"),
            postgresql_where=text("location_id IS NULL"),
        ),
    )

    id: str = _id()
    need_id: str = Field(foreign_key="need.id", ondelete="CASCADE", max_length=ID)
    service_id: str = Field(max_length=ID)
    location_id: str | None = Field(default=None, max_length=ID)
    added_by: str = Field(max_length=ID)
    added_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Watched(Base, table=True):
    """A need somebody wants to hear of; `seen_at` is up to when they have."""

    __tablename__ = "watched"
    __table_args__ = (UniqueConstraint("need_id", "user_id"),)

    id: str = _id()
    need_id: str = Field(foreign_key="need.id", ondelete="CASCADE", max_length=ID)
    user_id: str = Field(index=True, max_length=ID)
    seen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Packet(Base, table=True):
    """Services chosen for somebody to take home: what the page behind its address shows.

    Nothing here says for whom but `need_id`. `services` are directory ids, [service, place or None].
    """

    __tablename__ = "packet"

    id: str = _id()
    need_id: str = Field(foreign_key="need.id", ondelete="CASCADE", index=True, max_length=ID)
    token_hash: str = Field(unique=True, max_length=64)
    language: str = Field(max_length=35)
    services: list[list[str | None]] = _list()
    made_by: str = Field(max_length=ID)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class FormDraft(Base, table=True):
    """A form somebody has begun, kept for them alone until it is sent or too old."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("user_id", "form"),)

    id: str = _id()
    user_id: str = Field(max_length=ID)
    form: str = Field(max_length=200)
    patient_id: str | None = Field(
        default=None, foreign_key="patient.id", ondelete="CASCADE", index=True, max_length=ID
    )
    content_sealed: str | None = None
    saved_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)
