"""Signed-in browsers. The cookie is a random token; only its digest is stored."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, update

from accounts.identity import actor_of
from accounts.models import LoginSession, User
from accounts.tokens import digest, new_token
from core.actor import Actor
from core.clock import now

IDLE = timedelta(minutes=15)
LIFETIME = timedelta(hours=12)
# Being seen is written at most this often, so that reading a page is rarely a write.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a cookie belongs to. `pending` says that the second factor is still owed."""

    actor: Actor
    token_hash: str
    pending: bool
    stale: bool


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
    )


def seen(session: Session, token_hash: str) -> None:
    """Note that it was used; never brings an ended one back."""
    _update_open(session, col(LoginSession.token_hash) == token_hash, seen_at=now())


def end(session: Session, token_hash: str) -> None:
    """Sign this browser out."""
    _update_open(session, col(LoginSession.token_hash) == token_hash, ended_at=now())


def end_all(session: Session, user_id: str) -> None:
    """Sign the user out everywhere."""
    _update_open(session, col(LoginSession.user_id) == user_id, ended_at=now())


def _update_open(session: Session, which: object, **values: object) -> None:
    statement = update(LoginSession).where(which, col(LoginSession.ended_at).is_(None))  # type: ignore[arg-type]
    session.connection().execute(statement.values(**values))
