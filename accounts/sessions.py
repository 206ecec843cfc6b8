"""Signed-in browsers. The cookie is a random token; only its digest is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select, update

from accounts.identity import actor_of
from accounts.models import LoginSession, User
from accounts.tokens import digest, new_token
from core.actor import Actor
from core.clock import now
from core.errors import NotFound

IDLE = timedelta(minutes=15)
LIFETIME = timedelta(hours=12)
# Being seen is written at most this often, so that reading a page is rarely a write.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a cookie belongs to. `pending` says that the second factor is still owed.

    `organization_id` is the one they chose to work for; None when they have not.
    """

    actor: Actor
    token_hash: str
    pending: bool
    stale: bool
    locale: str = "en"
    keyboard_shortcuts: bool = True
    organization_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in now."""

    token_hash: str
    created_at: datetime
    seen_at: datetime


def start(session: Session, user: User, *, second_factor_done: bool) -> str:
    """A new session, always with a token of its own; returns the token for the cookie."""
    token, at = new_token(), now()
    session.add(
        LoginSession(
            token_hash=digest(token),
            user_id=user.id,
            created_at=at,
            seen_at=at,
            expires_at=at + LIFETIME,
            second_factor_at=at if second_factor_done else None,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, *, address: str = "") -> SignedIn | None:
    """Who holds this token now; None when it is unknown, ended, idle too long or expired.

    Roles are read anew each time: one taken away does not outlive the request it is taken in.
    """
    row = session.get(LoginSession, digest(token))
    at = now()
    if row is None or row.ended_at or row.expires_at <= at or row.seen_at + IDLE <= at:
        return None
    user = session.get(User, row.user_id)
    if user is None or not user.active:
        return None
    return SignedIn(
        actor=actor_of(session, user, via="session", address=address),
        token_hash=row.token_hash,
        pending=row.second_factor_at is None,
        stale=at - row.seen_at >= SEEN_EVERY,
        locale=user.locale,
        keyboard_shortcuts=user.keyboard_shortcuts,
        organization_id=row.organization_id,
    )


def seen(session: Session, token_hash: str) -> None:
    """Note that it was used; never brings an ended one back."""
    _update_open(session, col(LoginSession.token_hash) == token_hash, seen_at=now())


def open_sessions(session: Session, user_id: str) -> list[OpenSession]:
    """The browsers the user is signed in with, the last used first."""
    at = now()
    statement = select(LoginSession).where(
        LoginSession.user_id == user_id,
        col(LoginSession.ended_at).is_(None),
        col(LoginSession.expires_at) > at,
        col(LoginSession.seen_at) > at - IDLE,
    )
    rows = session.exec(statement.order_by(col(LoginSession.seen_at).desc()))
    return [OpenSession(row.token_hash, row.created_at, row.seen_at) for row in rows]


def choose_organization(
    session: Session, actor: Actor, token_hash: str, organization_id: str
) -> None:
    """Work for another of the actor's organizations; what was being searched for is put away."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    here = col(LoginSession.token_hash) == token_hash
    _update_open(session, here, organization_id=organization_id, context=None)


def keep_context(session: Session, token_hash: str, context: dict[str, Any] | None) -> None:
    """Keep on the server what a patient's circumstances add to searches; never in an address."""
    _update_open(session, col(LoginSession.token_hash) == token_hash, context=context)


def context_of(session: Session, token_hash: str) -> dict[str, Any] | None:
    """What `keep_context` kept."""
    row = session.get(LoginSession, token_hash)
    return row.context if row else None


def end(session: Session, token_hash: str) -> None:
    """Sign this browser out."""
    here = col(LoginSession.token_hash) == token_hash
    _update_open(session, here, ended_at=now(), context=None)


def end_one(session: Session, user_id: str, token_hash: str) -> None:
    """Sign another browser of the same user out; anybody else's is left alone."""
    theirs = (col(LoginSession.token_hash) == token_hash) & (col(LoginSession.user_id) == user_id)
    _update_open(session, theirs, ended_at=now(), context=None)


def end_all(session: Session, user_id: str) -> None:
    """Sign the user out everywhere."""
    _update_open(session, col(LoginSession.user_id) == user_id, ended_at=now(), context=None)


def _update_open(session: Session, which: object, **values: object) -> None:
    statement = update(LoginSession).where(which, col(LoginSession.ended_at).is_(None))  # type: ignore[arg-type]
    session.connection().execute(statement.values(**values))
