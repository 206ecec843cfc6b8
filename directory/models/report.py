"""What people who used a listing say is wrong with it. Nobody's name, number or address is kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from core.clock import now
from core.db import UTCDateTime, enum_type
from directory.models.base import ID_LENGTH, DirectoryRow, parent


class ReportKind(StrEnum):
    """What is wrong."""

    CLOSED = "closed"
    MOVED = "moved"
    WRONG_HOURS = "wrong_hours"
    WRONG_PHONE = "wrong_phone"
    NOT_TAKING_PEOPLE = "not_taking_people"
    OTHER = "other"


class ReportStatus(StrEnum):
    """Whether a curator has looked: corrected, or found to be right as it is."""

    OPEN = "open"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"


class PublicReport(DirectoryRow, table=True):
    """One observation of a service at one place; `times` counts people who said just the same."""

    __tablename__ = "public_report"
    __table_args__ = (Index("ix_public_report_status", "status", "reported_at", "id"),)

    service_id: str = parent("service", required=True)
    unit_id: str = Field(max_length=ID_LENGTH)
    kind: ReportKind = Field(sa_type=enum_type(ReportKind))
    text: str = ""
    language: str = Field(max_length=35)
    times: int = 1
    reported_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    status: ReportStatus = Field(default=ReportStatus.OPEN, sa_type=enum_type(ReportStatus))
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    decision: str = ""
