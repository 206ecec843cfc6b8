"""What those who look after the directory note: answers of calls, doubles, and where a record went."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.clock import now
from core.db import UTCDateTime, enum_type
from directory.models.base import ID_LENGTH, DirectoryRow

PERSON = 64


class Reached(StrEnum):
    """What came of a call."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    CLOSED = "closed"


class Taking(StrEnum):
    """Whether a service takes new people now."""

    YES = "yes"
    WAITLIST = "waitlist"
    NO = "no"


class AsListed(StrEnum):
    """Whether something is as the listing says."""

    SAME = "same"
    DIFFERENT = "different"


class Observation(DirectoryRow, table=True):
    """What somebody at a service said on a day when one of us asked. Nothing was asked: no value.

    `unsettled` means that they said something else than the listing does, and nobody has seen to
    it yet.
    """

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("wait_days IS NULL OR wait_days >= 0", name="wait_days_positive"),
        Index("ix_observation_service", "service_id", "asked_on"),
        Index("ix_observation_unsettled", "unsettled", "service_id"),
    )

    service_id: str = Field(foreign_key="service.id", ondelete="CASCADE", max_length=ID_LENGTH)
    asked_by: str = Field(max_length=PERSON)
    asked_on: date
    reached: Reached = Field(sa_type=enum_type(Reached))
    taking: Taking | None = Field(default=None, sa_type=enum_type(Taking))
    wait_days: int | None = None
    hours: AsListed | None = Field(default=None, sa_type=enum_type(AsListed))
    phone: AsListed | None = Field(default=None, sa_type=enum_type(AsListed))
    cost: AsListed | None = Field(default=None, sa_type=enum_type(AsListed))
    unsettled: bool = False
    noted_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class PairState(StrEnum):
    """What is known of two records that look alike. Merged pairs are gone with one of them."""

    OPEN = "open"
    DISTINCT = "distinct"


class DuplicatePair(DirectoryRow, table=True):
    """Two organizations, or two services, that may be one; or that a curator told apart for good.

    `first_id` sorts before `second_id`. `reasons` are codes, joined by spaces.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("kind", "first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
        Index("ix_duplicate_pair_state", "state", "score", "id"),
    )

    kind: str = Field(max_length=32)
    first_id: str = Field(max_length=ID_LENGTH)
    second_id: str = Field(max_length=ID_LENGTH, index=True)
    score: int
    reasons: str = Field(max_length=200)
    state: PairState = Field(default=PairState.OPEN, sa_type=enum_type(PairState))
    found_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=PERSON)


class MergedRecord(DirectoryRow, table=True):
    """A record that is part of another now; `id` is the old id, which leads to `kept_id` for ever."""

    __tablename__ = "merged_record"

    kind: str = Field(max_length=32)
    kept_id: str = Field(max_length=ID_LENGTH, index=True)
    merged_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    merged_by: str = Field(max_length=PERSON)
