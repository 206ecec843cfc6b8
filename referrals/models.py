"""Tables of referrals. A referral is one attempt to meet a need at one partner's service.

`*_sealed` columns hold values sealed for "<table>.<column>:<id>", as in patients/models.py. Events
are append-only: triggers refuse to change or delete them on both databases, but for the sealed
note, which is sealed anew when keys are rotated and emptied when a patient is erased.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, JSON, CheckConstraint, Index, UniqueConstraint, event, text
from sqlmodel import Field, col, select

from core.clock import now
from core.db import Base, UTCDateTime, enum_type, new_id
from patients.following import FOLLOWING, Following
from patients.models import Urgency
from referrals.states import TERMINAL, ActorKind, Clock, Status

ID = 36
CODE = 64
DIGEST = 64
_ENDS = ", ".join(f"'{status}'" for status in sorted(TERMINAL))
_OPEN, _CLOSED = text("closed_at IS NULL"), text("closed_at IS NOT NULL")
_ATTEMPTING = text("closed_at IS NULL AND sent_at IS NOT NULL")


class CodeKind(StrEnum):
    """Which list a code belongs to. Evidence: how a coordinator knows what a partner did."""

    DECLINE = "decline"
    WAITLIST = "waitlist"
    NOT_COMPLETED = "not_completed"
    CANCEL = "cancel"
    OUTCOME = "outcome"
    EVIDENCE = "evidence"


class LimitUnit(StrEnum):
    """What a limit is counted in; business time is the receiving organization's."""

    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    BUSINESS_HOURS = "business_hours"


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=ID)


def _organization(*, index: bool = False) -> Any:
    return Field(foreign_key="network_organization.id", index=index, max_length=ID)


def _of_referral(**options: Any) -> Any:
    return Field(foreign_key="referral.id", max_length=ID, **options)


def _moment() -> Any:
    return Field(default=None, sa_type=UTCDateTime)


def _listed(name: str, *columns: str, where: Any = None) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Referral(Base, table=True):
    """One attempt. `organization_id` sends, `partner_id` receives; `version` counts its events.

    `service_id` and `location_id` are the directory's. `due_event` is what the timer does at
    `due_at`: a transition of the table, or "review". `slot_held` says that one of the service's
    slots is this referral's. `paused_minutes` is the partner's business time that was left when
    its clock was paused. A reminder moves `remind_again_at` to `remind_at`. `reminded_at` is when the
    one whom the present clock runs for was last reminded, by the clock or by a coordinator.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint(f"(closed_at IS NOT NULL) = (status IN ({_ENDS}))", name="closed_at_end"),
        CheckConstraint("sent_at IS NOT NULL OR status IN ('draft', 'cancelled', "
                        "'entered_in_error')", name="sent_has_a_time"),
        CheckConstraint("closed_at IS NOT NULL OR due_at IS NOT NULL", name="waits_for_something"),
        CheckConstraint("(due_at IS NULL) = (due_event IS NULL)", name="due_does_something"),
        CheckConstraint("(paused_at IS NULL) = (paused_minutes IS NULL)", name="pause_is_whole"),
        CheckConstraint("NOT slot_held OR closed_at IS NULL", name="an_end_holds_no_slot"),
        CheckConstraint("version >= 1", name="version_counts"),
        # Lists: what is open by when it is due, what is closed by when; alone or in one state.
        _listed("ix_referral_inbox_open", "partner_id", "due_at", "id", where=_ATTEMPTING),
        _listed("ix_referral_inbox_state", "partner_id", "status", "due_at", "id", where=_OPEN),
        _listed("ix_referral_inbox_closed", "partner_id", "closed_at", "id", where=_CLOSED),
        _listed("ix_referral_inbox_end", "partner_id", "status", "closed_at", "id", where=_CLOSED),
        _listed("ix_referral_sent_open", "organization_id", "due_at", "id", where=_OPEN),
        _listed("ix_referral_sent_state", "organization_id", "status", "due_at", "id", where=_OPEN),
        _listed("ix_referral_sent_closed", "organization_id", "closed_at", "id", where=_CLOSED),
        _listed("ix_referral_sent_end", "organization_id", "status", "closed_at", "id",
                where=_CLOSED),
        _listed("ix_referral_service", "service_id", "sent_at"),
        # The timer reads what is due and nothing else.
        _listed("ix_referral_due", "due_at", where=text("due_at IS NOT NULL")),
        _listed("ix_referral_remind", "remind_at", where=text("remind_at IS NOT NULL")),
    )  # fmt: skip

    id: str = _id()
    need_id: str = Field(foreign_key="need.id", index=True, max_length=ID)
    patient_id: str = Field(foreign_key="patient.id", index=True, max_length=ID)
    organization_id: str = _organization()
    partner_id: str = _organization()
    service_id: str = Field(max_length=ID)
    location_id: str | None = Field(default=None, max_length=ID)
    consent_id: str | None = Field(
        default=None, foreign_key="consent.id", ondelete="SET NULL", index=True, max_length=ID
    )
    status: Status = Field(default=Status.DRAFT, sa_type=enum_type(Status))
    version: int = 1
    category: str = Field(max_length=64)
    restricted: str | None = Field(default=None, max_length=32)
    urgency: Urgency = Field(default=Urgency.ROUTINE, sa_type=enum_type(Urgency))
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    created_by: str = Field(max_length=ID)
    assigned_to: str | None = Field(default=None, max_length=ID)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    sent_at: datetime | None = _moment()
    first_response_at: datetime | None = _moment()
    clock_started_at: datetime | None = _moment()
    due_at: datetime | None = _moment()
    due_event: str | None = Field(default=None, max_length=32)
    remind_at: datetime | None = _moment()
    remind_again_at: datetime | None = _moment()
    reminders_sent: int = 0
    reminded_at: datetime | None = _moment()
    paused_at: datetime | None = _moment()
    paused_minutes: int | None = None
    replaces_id: str | None = _of_referral(default=None, index=True)
    closed_at: datetime | None = _moment()
    reason: str | None = Field(default=None, max_length=CODE)
    outcome: str | None = Field(default=None, max_length=CODE)
    appointment_at: datetime | None = _moment()
    expected_by: date | None = None
    slot_held: bool = False
    acknowledged_at: datetime | None = _moment()
    training: bool = False


class ReferralEvent(Base, table=True):
    """One change of state. `sequence` is the referral's version after it, from 1 (the draft).

    `facts` holds codes and dates only; words are sealed in the note.
    """

    __tablename__ = "referral_event"
    __table_args__ = (UniqueConstraint("referral_id", "sequence"),)

    id: str = _id()
    referral_id: str = _of_referral()
    sequence: int
    event: str = Field(max_length=32)
    source: Status | None = Field(default=None, sa_type=enum_type(Status))
    target: Status = Field(sa_type=enum_type(Status))
    actor_kind: ActorKind = Field(sa_type=enum_type(ActorKind))
    actor_id: str = Field(max_length=64)
    organization_id: str | None = Field(default=None, max_length=ID)
    at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    reason: str | None = Field(default=None, max_length=CODE)
    note_sealed: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class SharedSnapshot(Base, table=True):
    """What the partner is shown: these fields, frozen when the referral was sent."""

    __tablename__ = "shared_snapshot"

    id: str = _id()
    referral_id: str = _of_referral(unique=True)
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    content_sealed: str | None = None
    frozen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class ProgramCapacity(Base, table=True):
    """How many a partner's service can take. No total: taken without limit, but counted."""

    __tablename__ = "program_capacity"
    __table_args__ = (
        UniqueConstraint("organization_id", "service_id"),
        CheckConstraint("slots_taken >= 0", name="taken_not_negative"),
        CheckConstraint("slots_total IS NULL OR slots_taken <= slots_total", name="not_overfull"),
        CheckConstraint("expected_wait_days IS NULL OR expected_wait_days >= 0", name="wait_days"),
    )

    id: str = _id()
    organization_id: str = _organization()
    service_id: str = Field(index=True, max_length=ID)
    slots_total: int | None = None
    slots_taken: int = 0
    waitlist_open: bool | None = None
    expected_wait_days: int | None = None
    asked_on: date
    version: int = 1


class Outcome(Base, table=True):
    """How a completed referral ended: code, dates of service, what was given, who says so."""

    __tablename__ = "outcome"

    id: str = _id()
    referral_id: str = _of_referral(unique=True)
    code: str = Field(max_length=CODE, index=True)
    service_dates: list[str] = Field(default_factory=list, sa_type=JSON)
    first_service_on: date | None = None
    provided_sealed: str | None = None
    recorded_by_kind: ActorKind = Field(sa_type=enum_type(ActorKind))
    recorded_by: str = Field(max_length=64)
    evidence: str | None = Field(default=None, max_length=CODE)
    evidence_sealed: str | None = None
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class IdempotencyKey(Base, table=True):
    """A request that was answered: the same key and body get the same answer."""

    __tablename__ = "idempotency_key"

    organization_id: str = Field(primary_key=True, max_length=ID)
    key: str = Field(primary_key=True, max_length=200)
    body_hash: str = Field(max_length=DIGEST)
    response: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)


class Code(Base, table=True):
    """A code this network added, or whose dates it changed; the usual ones are in codes.json."""

    __tablename__ = "referral_code"

    kind: CodeKind = Field(primary_key=True, sa_type=enum_type(CodeKind))
    code: str = Field(primary_key=True, max_length=CODE)
    valid_from: date
    valid_to: date | None = None
    need: str | None = Field(default=None, max_length=32)


class ReferralLimit(Base, table=True):
    """A limit that differs from states.json for a category of needs ("" is every category)."""

    __tablename__ = "referral_limit"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    clock: Clock = Field(primary_key=True, sa_type=enum_type(Clock))
    category: str = Field(primary_key=True, default="", max_length=64)
    urgency: Urgency = Field(primary_key=True, sa_type=enum_type(Urgency))
    unit: LimitUnit = Field(sa_type=enum_type(LimitUnit))
    amount: int


class RoutePlan(Base, table=True):
    """The next services to try for a need, in order, as the coordinator approved beforehand."""

    __tablename__ = "route_plan"
    __table_args__ = (UniqueConstraint("need_id", "position"),)

    id: str = _id()
    need_id: str = Field(foreign_key="need.id", max_length=ID)
    organization_id: str = _organization(index=True)
    position: int
    partner_id: str = _organization()
    service_id: str = Field(max_length=ID)
    location_id: str | None = Field(default=None, max_length=ID)
    approved_by: str = Field(max_length=ID)
    approved_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    tried_at: datetime | None = _moment()
    referral_id: str | None = _of_referral(default=None)


_FROZEN = ("id, referral_id, sequence, event, source, target, actor_kind, actor_id,"
           " organization_id, at, reason, facts")  # fmt: skip
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER referral_event_no_update BEFORE UPDATE OF {_FROZEN} ON referral_event
    BEGIN SELECT RAISE(ABORT, 'referral_event is append-only'); END""",
    """CREATE TRIGGER referral_event_no_delete BEFORE DELETE ON referral_event
    BEGIN SELECT RAISE(ABORT, 'referral_event is append-only'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION referral_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'referral_event is append-only'; END $$""",
    f"""CREATE TRIGGER referral_event_no_update BEFORE UPDATE OF {_FROZEN} ON referral_event
    FOR EACH ROW EXECUTE FUNCTION referral_event_refuse()""",
    """CREATE TRIGGER referral_event_no_delete BEFORE DELETE ON referral_event
    FOR EACH ROW EXECUTE FUNCTION referral_event_refuse()""",
)

_table = Base.metadata.tables["referral_event"]
for _dialect, _triggers in (("sqlite", SQLITE_TRIGGERS), ("postgresql", POSTGRESQL_TRIGGERS)):
    for _trigger in _triggers:
        _ddl = DDL(_trigger)  # type: ignore[no-untyped-call]
        event.listen(_table, "after_create", _ddl.execute_if(dialect=_dialect))


def _of_patient(table: Any) -> Any:
    """Rows of a table that belong to referrals of a patient."""
    return lambda patient_id: col(table.referral_id).in_(
        select(Referral.id).where(Referral.patient_id == patient_id)
    )


FOLLOWING.extend(
    [
        Following(
            Referral, (), lambda patient_id: col(Referral.patient_id) == patient_id, moves=True
        ),
        Following(ReferralEvent, ("note",), _of_patient(ReferralEvent)),
        Following(SharedSnapshot, ("content",), _of_patient(SharedSnapshot)),
        Following(Outcome, ("provided", "evidence"), _of_patient(Outcome)),
    ]
)
