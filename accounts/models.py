"""Tables of people, organizations of the network, and their credentials.

No secret is stored in a form that can be used: passwords are Argon2 hashes, tokens and keys are
SHA-256 digests, second-factor secrets are sealed (core/crypto.py).
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from core.clock import now
from core.db import Base, UTCDateTime, enum_type, new_id

ID = 36
DIGEST = 64


class Role(StrEnum):
    """What a membership allows. Admin and curator act for the whole network's directory."""

    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    PARTNER = "partner"
    CURATOR = "curator"
    ADMIN = "admin"


class OrganizationKind(StrEnum):
    """A coordinating organization sends referrals, a partner organization takes them."""

    COORDINATING = "coordinating"
    PARTNER = "partner"


class LinkPurpose(StrEnum):
    """What a mailed link is for; a link serves one purpose only."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=ID)


def _belongs_to(table: str) -> Any:
    return Field(foreign_key=f"{table}.id", ondelete="CASCADE", index=True, max_length=ID)


class NetworkOrganization(Base, table=True):
    """A member of the network, with the calendar its deadlines are counted on.

    `directory_organization_id` names its listing in the directory, when it has one.
    """

    __tablename__ = "network_organization"

    id: str = _id()
    name: str = Field(max_length=200)
    kind: OrganizationKind = Field(sa_type=enum_type(OrganizationKind))
    directory_organization_id: str | None = Field(default=None, index=True, max_length=ID)
    timezone: str = Field(default="America/New_York", max_length=64)
    business_days: str = Field(default="MO,TU,WE,TH,FR", max_length=20)
    opens_at: time = time(9)
    closes_at: time = time(17)
    holiday_calendar: str | None = Field(default=None, max_length=16)
    training: bool = False
    active: bool = True
    # Its corrections to its own listing hold at once; a curator decides about those of others.
    trusted: bool = False
    locale: str = Field(default="en", max_length=8)
    notify_email: str | None = Field(default=None, max_length=254)
    notify_phone: str | None = Field(default=None, max_length=32)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class User(Base, table=True):
    """A person who signs in. `email` is stored normalised (accounts/emails.py)."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("active OR deactivated_at IS NOT NULL", name="deactivation_has_a_time"),
        CheckConstraint(
            "(oidc_issuer IS NULL) = (oidc_subject IS NULL)", name="oidc_identity_is_whole"
        ),
        UniqueConstraint("oidc_issuer", "oidc_subject"),
    )

    id: str = _id()
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=200)
    password_hash: str | None = Field(default=None, max_length=255)
    locale: str = Field(default="en", max_length=8)
    keyboard_shortcuts: bool = True
    totp_secret: str | None = Field(default=None, max_length=255)
    totp_confirmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    # The newest time step a code was accepted for: a code works once.
    totp_last_step: int | None = None
    oidc_issuer: str | None = Field(default=None, max_length=255)
    oidc_subject: str | None = Field(default=None, max_length=255)
    active: bool = True
    deactivated_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Membership(Base, table=True):
    """A role of a person in an organization; ended, never deleted."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_current",
            "user_id",
            "organization_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: str = _id()
    user_id: str = _belongs_to("user_account")
    organization_id: str = _belongs_to("network_organization")
    role: Role = Field(sa_type=enum_type(Role))
    started_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class LoginSession(Base, table=True):
    """A signed-in browser. `token_hash` is the SHA-256 of the cookie, fresh at each sign-in.

    `organization_id` is the organization worked for, of several; `context` what a patient's
    circumstances (never their identity) add to searches.
    """

    __tablename__ = "login_session"

    token_hash: str = Field(primary_key=True, max_length=DIGEST)
    user_id: str = _belongs_to("user_account")
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    seen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    second_factor_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    organization_id: str | None = Field(default=None, max_length=ID)
    context: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class RecoveryCode(Base, table=True):
    """A one-time code that stands in for a lost second factor."""

    __tablename__ = "recovery_code"

    id: str = _id()
    user_id: str = _belongs_to("user_account")
    code_hash: str = Field(max_length=DIGEST)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Link(Base, table=True):
    """A mailed link: one purpose, one address, used once, expiring, revocable."""

    __tablename__ = "link"

    token_hash: str = Field(primary_key=True, max_length=DIGEST)
    purpose: LinkPurpose = Field(sa_type=enum_type(LinkPurpose))
    email: str = Field(max_length=254, index=True)
    organization_id: str | None = Field(default=None, max_length=ID)
    role: Role | None = Field(default=None, sa_type=enum_type(Role))
    created_by: str = Field(max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ApiKey(Base, table=True):
    """A key for programs. `prefix` may be shown; the key itself is shown once, at creation."""

    __tablename__ = "api_key"

    id: str = _id()
    prefix: str = Field(unique=True, max_length=16)
    key_hash: str = Field(max_length=DIGEST)
    user_id: str = _belongs_to("user_account")
    organization_id: str = _belongs_to("network_organization")
    name: str = Field(max_length=100)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_on: date
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_used_on: date | None = None


class Throttle(Base, table=True):
    """Failed tries of one kind against one target; survives restarts, shared by all processes."""

    __tablename__ = "throttle"

    key_hash: str = Field(primary_key=True, max_length=DIGEST)
    failures: int = 0
    window_started_at: datetime = Field(sa_type=UTCDateTime)
    blocked_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
