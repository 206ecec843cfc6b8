"""People, sessions, members, keys and audit rows, as JSON."""

from datetime import date, datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType


class SignIn(Struct, forbid_unknown_fields=True):
    """E-mail address and password."""

    email: str
    password: str


class SecondFactor(Struct, forbid_unknown_fields=True):
    """A one-time code, or a recovery code."""

    code: str


class MembershipOut(Struct):
    """A role in an organization."""

    organization_id: str
    role: str


class SessionOut(Struct):
    """Who is signed in. `csrf_token` goes into the X-CSRF-Token header of changing requests.

    `second_factor_owed`: send the code to /session/second-factor first.
    """

    user_id: str
    name: str
    memberships: list[MembershipOut]
    second_factor_owed: bool
    csrf_token: str


class MemberOut(Struct):
    """A member of an organization."""

    user_id: str
    name: str
    email: str
    roles: list[str]
    second_factor: bool


class Invite(Struct, forbid_unknown_fields=True):
    """Whom to invite, as what."""

    email: str
    role: str


class Invited(Struct):
    """The address to send to the invited person; it is shown once."""

    url: str


class RoleIn(Struct, forbid_unknown_fields=True):
    """A role to give."""

    role: str


class KeyIn(Struct, forbid_unknown_fields=True):
    """A key to make."""

    organization_id: str
    name: str
    scopes: list[str]
    expires_on: date


class KeyOut(Struct):
    """A key. `key` is its text, shown only when it is made."""

    id: str
    prefix: str
    name: str
    organization_id: str
    scopes: list[str]
    expires_on: date
    revoked_at: datetime | None
    key: str | UnsetType = UNSET


class AuditOut(Struct):
    """One audit row."""

    sequence: int
    at: datetime
    actor_id: str
    action: str
    entity_type: str
    entity_id: str
    fields: dict[str, Any]
    address: str


class AuditPage(Struct):
    """Audit rows, newest first."""

    total: int
    page: int
    per_page: int
    results: list[AuditOut]
