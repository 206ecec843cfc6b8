"""Corrections that an organization proposes to its own listing, and what became of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from core.clock import now
from core.db import UTCDateTime, enum_type
from directory.models.base import ID_LENGTH, DirectoryRow, parent


class ProposalStatus(StrEnum):
    """Whether a curator has decided; `direct` was made by an organization that is trusted."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DIRECT = "direct"


class Proposal(DirectoryRow, table=True):
    """Corrections to one service. `changes` has the shape of directory/corrections/values.py;
    `before` is what stood in the same fields when they were proposed."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("status = 'open' OR decided_at IS NOT NULL", name="decisions_have_a_time"),
        Index("ix_proposal_status", "status", "proposed_at", "id"),
    )

    service_id: str = parent("service", required=True)
    # The organization of the network that speaks, and the person who did.
    proposed_for: str = Field(max_length=ID_LENGTH)
    proposed_by: str = Field(max_length=64)
    changes: dict[str, Any] = Field(sa_type=JSON)
    before: dict[str, Any] = Field(sa_type=JSON)
    note: str = ""
    proposed_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    status: ProposalStatus = Field(default=ProposalStatus.OPEN, sa_type=enum_type(ProposalStatus))
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    decision: str = ""
