"""Tables of what was said to whom, what came back, and which systems want to be told."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from core.clock import now
from core.db import Base, UTCDateTime, enum_type, new_id

ID = 36
_WAITING = text("sent_at IS NULL AND dropped IS NULL")


class Side(StrEnum):
    """On which side of a referral the reader of a notice is."""

    PARTNER = "partner"
    SENDER = "sender"
    ADMIN = "admin"


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=ID)


def _moment() -> Any:
    return Field(default=None, sa_type=UTCDateTime)


def _organization() -> Any:
    return Field(foreign_key="network_organization.id", index=True, max_length=ID)


class Notice(Base, table=True):
    """One thing to tell one mailbox; several that wait go in one mail.

    `organization_id` is the reader's. `key` makes telling it twice impossible; `mail_key` names the
    mail it went with. `dropped` says why it was never sent.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_waiting", "email", "due_at", sqlite_where=_WAITING,
              postgresql_where=_WAITING),
        Index("ix_notice_sent", "email", "sent_at"),
    )  # fmt: skip

    id: str = _id()
    key: str = Field(unique=True, max_length=200)
    organization_id: str = _organization()
    email: str = Field(max_length=254)
    locale: str = Field(default="en", max_length=8)
    side: Side = Field(sa_type=enum_type(Side))
    kind: str = Field(max_length=64)
    referral_id: str | None = Field(default=None, index=True, max_length=ID)
    answer_by: datetime | None = _moment()
    due_at: datetime = Field(sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    sent_at: datetime | None = _moment()
    mail_key: str | None = Field(default=None, max_length=200)
    dropped: str | None = Field(default=None, max_length=64)


class Bounce(Base, table=True):
    """An address of an organization that refuses mail, until somebody has looked after it."""

    __tablename__ = "mail_bounce"

    id: str = _id()
    organization_id: str = _organization()
    email: str = Field(index=True, max_length=254)
    code: str = Field(max_length=16)
    reason: str = Field(max_length=300)
    at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    cleared_at: datetime | None = _moment()
    cleared_by: str | None = Field(default=None, max_length=64)


class WebhookCall(Base, table=True):
    """One try to tell a webhook; `error` is None when it took it. Kept for a week."""

    __tablename__ = "webhook_call"
    __table_args__ = (Index("ix_webhook_call_latest", "webhook_id", "at"),)

    id: str = _id()
    webhook_id: str = Field(foreign_key="webhook.id", ondelete="CASCADE", max_length=ID)
    delivery: str = Field(max_length=ID)
    event: str = Field(max_length=32)
    referral_id: str | None = Field(default=None, max_length=ID)
    at: datetime = Field(default_factory=now, index=True, sa_type=UTCDateTime)
    error: str | None = Field(default=None, max_length=200)


class Webhook(Base, table=True):
    """A system of an organization that is told of referrals.

    `secret_sealed` signs what is sent. `failing_since` is when it last began to fail; after long
    enough it is switched off, and `off_reason` says so.
    """

    __tablename__ = "webhook"

    id: str = _id()
    organization_id: str = _organization()
    url: str = Field(max_length=500)
    secret_sealed: str
    events: list[str] = Field(default_factory=list, sa_type=JSON)
    created_by: str = Field(max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    last_success_at: datetime | None = _moment()
    failing_since: datetime | None = _moment()
    last_error: str | None = Field(default=None, max_length=200)
    off_at: datetime | None = _moment()
    off_reason: str | None = Field(default=None, max_length=64)
