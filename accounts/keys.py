"""API keys: `hr_<prefix>_<secret>`, shown once, stored as a digest, narrowed by scopes."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, select

from accounts.identity import actor_of
from accounts.models import ApiKey, User
from accounts.tokens import digest, new_token
from core import audit
from core.actor import Actor
from core.clock import now
from core.errors import Forbidden, Invalid, NotFound
from core.saying import Saying

SCOPES = ("directory:read", "patients:read", "patients:write", "referrals:read",
          "referrals:write", "prices:write", "reports:read", "audit:read")  # fmt: skip
LIFETIME_MAX = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who a key acts for, and what it may."""

    actor: Actor
    key_id: str
    scopes: frozenset[str]


def create(
    session: Session,
    actor: Actor,
    *,
    organization_id: str,
    name: str,
    scopes: list[str],
    expires_on: date,
) -> tuple[ApiKey, str]:
    """A key that acts as the actor in one of their organizations; the text is returned once."""
    if actor.via != "session":
        raise Forbidden("Sign in to make a key; a key cannot make another.")
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    _check(name, scopes, expires_on)
    prefix, secret = secrets.token_hex(4), new_token()
    row = ApiKey(
        prefix=prefix,
        key_hash=digest(secret),
        user_id=actor.id,
        organization_id=organization_id,
        name=name.strip(),
        scopes=sorted(set(scopes)),
        expires_on=expires_on,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "key.create", row)
    return row, f"hr_{prefix}_{secret}"


def find(session: Session, text: str, *, address: str = "") -> KeyHolder | None:
    """Who this key acts for; None when it is unknown, expired, revoked or its user is gone."""
    label, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    row = session.exec(select(ApiKey).where(ApiKey.prefix == prefix)).one_or_none()
    given = digest(secret)
    if row is None or label != "hr" or not secrets.compare_digest(row.key_hash, given):
        return None
    if row.revoked_at or row.expires_on < now().date():
        return None
    user = session.get(User, row.user_id)
    if user is None or not user.active:
        return None
    actor = actor_of(session, user, via="key", address=address, only=row.organization_id)
    return KeyHolder(actor, row.id, frozenset(row.scopes)) if actor.roles else None


def revoke(session: Session, actor: Actor, key_id: str) -> None:
    """End a key: its owner may, and an admin of its organization. NotFound for anybody else."""
    row = session.get(ApiKey, key_id)
    mine = row is not None and row.user_id == actor.id
    if row is None or not (mine or actor.holds("admin", row.organization_id)):
        raise NotFound("There is no such key.")
    if row.revoked_at is None:
        row.revoked_at = now()
        session.add(row)
        _record(session, actor, "key.revoke", row)


def _check(name: str, scopes: list[str], expires_on: date) -> None:
    if not name.strip() or len(name) > 100:
        raise Invalid("Give the key a name of at most 100 characters.", parameter="name")
    if not scopes or not set(scopes) <= set(SCOPES):
        listed = ", ".join(SCOPES)
        raise Invalid(
            Saying("scopes must be some of %(listed)s.", listed=listed), parameter="scopes"
        )
    today = now().date()
    if not today < expires_on <= today + LIFETIME_MAX:
        raise Invalid("A key lasts from one day to one year.", parameter="expires_on")


def _record(session: Session, actor: Actor, action: str, row: ApiKey) -> None:
    audit.record(
        session,
        actor,
        action,
        "api_key",
        row.id,
        {"prefix": row.prefix, "scopes": row.scopes},
        organization_id=row.organization_id,
        address=actor.address,
    )
