"""The facts of each referral that was sent, kept so that reports need not read every event.

A copy of what the events say (referrals/reports/facts.py), never a source: a row whose version is
behind its referral's is folded anew, and all of them can be deleted at any time.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, col, select

from core.clock import now
from core.db import Base, UTCDateTime, enum_type, new_id
from patients.following import FOLLOWING, Following
from patients.models import Need
from referrals.models import CODE, ID
from referrals.reports.facts import Answer
from referrals.states import Status


def _moment() -> Any:
    return Field(default=None, sa_type=UTCDateTime)


class ReferralFact(Base, table=True):
    """Facts of one sent referral. `counted`: neither training nor recorded by mistake."""

    __tablename__ = "referral_fact"
    __table_args__ = (
        Index("ix_referral_fact_period", "organization_id", "year"),
        Index("ix_referral_fact_service", "service_id", "sent_on"),
        # What was tried for each need is read from this index alone.
        Index(
            "ix_referral_fact_tries",
            "organization_id",
            "need_id",
            "counted",
            "sent_at",
            "sent_on",
            "first_service_on",
        ),
    )

    referral_id: str = Field(foreign_key="referral.id", primary_key=True, max_length=ID)
    version: int
    organization_id: str = Field(foreign_key="network_organization.id", max_length=ID)
    partner_id: str = Field(foreign_key="network_organization.id", max_length=ID)
    need_id: str = Field(foreign_key="need.id", index=True, max_length=ID)
    service_id: str = Field(max_length=ID)
    category: str = Field(max_length=64)
    counted: bool
    year: int
    quarter: int
    status: Status = Field(sa_type=enum_type(Status))
    sent_at: datetime = Field(sa_type=UTCDateTime)
    sent_on: date
    response_due_at: datetime = Field(sa_type=UTCDateTime)
    viewed: bool
    response: Answer | None = Field(default=None, sa_type=enum_type(Answer))
    response_minutes: int | None = None
    decision_minutes: int | None = None
    closed_at: datetime | None = _moment()
    closed_in_time: bool
    code: str | None = Field(default=None, max_length=CODE)
    on_behalf: bool
    accepted_at: datetime | None = _moment()
    silent: bool
    quiet_since: datetime | None = _moment()
    first_service_on: date | None = None


class Win(Base, table=True):
    """A short note a coordinator keeps of something that went well. Nobody else reads it."""

    __tablename__ = "win"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=ID)
    user_id: str = Field(
        foreign_key="user_account.id", ondelete="CASCADE", index=True, max_length=ID
    )
    organization_id: str = Field(foreign_key="network_organization.id", max_length=ID)
    need_id: str | None = Field(
        default=None, foreign_key="need.id", ondelete="SET NULL", index=True, max_length=ID
    )
    text_sealed: str | None = None
    happened_on: date
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


def _of_needs(patient_id: str) -> Any:
    """Notes that name a need of this patient: when the patient is erased they are emptied."""
    return col(Win.need_id).in_(select(Need.id).where(Need.patient_id == patient_id))


FOLLOWING.append(Following(Win, ("text",), _of_needs))
