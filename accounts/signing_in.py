"""Signing in, in steps that never hold the database's write lock while a password is hashed.

Each try is counted before it is judged (accounts/throttle.py). What was wrong is never said: the
answer for an unknown address, a wrong password and a deactivated account is the same.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from accounts import passwords, recording, second_factor, sessions, throttle
from accounts.emails import normalise
from accounts.models import LoginSession, User
from core import audit
from core.actor import ANONYMOUS
from core.addresses import counted_as
from core.crypto import Keyring
from core.db import Database
from core.errors import Invalid


class TooMany(Invalid):
    """Too many tries; `until` (UTC) says when the next one counts."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Too many tries. Wait a while, or reset the password.")
        self.until = until


@dataclass(frozen=True, slots=True)
class Welcome:
    """A session was started: `token` goes into the cookie. `pending`: the second factor is owed."""

    token: str
    user_id: str
    pending: bool


def sign_in(db: Database, email: str, password: str, *, address: str, ask_second: bool) -> Welcome:
    """Start a session. Raises TooMany, or Invalid for anything that is not right.

    `ask_second` False (the demo) skips the second factor even where it is switched on.
    """
    known = _known(email)
    with db.write() as session:
        blocked = _count(session, known, address)
        user = session.exec(select(User).where(User.email == known)).one_or_none()
    if blocked:
        raise TooMany(blocked)
    if user is None or not passwords.verify(user.password_hash, password) or not user.active:
        if user is None:
            passwords.verify(None, password)  # takes as long as for a real account
        with db.write() as session:
            _refused(session, user, address)
        raise _wrong()
    with db.write() as session:
        return _welcome(session, user.id, password, address, ask_second=ask_second)


def give_second_factor(
    db: Database, keyring: Keyring, token_hash: str, code: str, *, address: str
) -> str:
    """Finish a pending session with a one-time or recovery code.

    Returns a new token: the pending one ends. Raises TooMany or Invalid.
    """
    with db.write() as session:
        row = session.get(LoginSession, token_hash)
        if row is None or row.ended_at or row.second_factor_at:
            raise Invalid("Sign in again.")
        user = session.get_one(User, row.user_id)
        blocked = throttle.take(session, "second_factor", user.id, throttle.SECOND_FACTOR)
        right = not blocked and _second(session, keyring, user, code)
        if right:
            throttle.forget(session, "second_factor", user.id)
            sessions.end(session, token_hash)
        action = "second_factor.ok" if right else "second_factor.refused"
        recording.record(session, ANONYMOUS, action, user, address=address)
        token = sessions.start(session, user, second_factor_done=True) if right else None
    if blocked:
        raise TooMany(blocked)
    if token is None:
        raise Invalid("That code is not right, or was used before.", parameter="code")
    return token


def _wrong() -> Invalid:
    return Invalid("The e-mail address or the password is not right.")


def _second(session: Session, keyring: Keyring, user: User, code: str) -> bool:
    return second_factor.accept(session, keyring, user, code) or second_factor.accept_recovery(
        session, user, code
    )


def _known(email: str) -> str:
    try:
        return normalise(email)
    except Invalid:
        return ""  # counted and refused like any unknown address


def _count(session: Session, email: str, address: str) -> datetime | None:
    """The address first: whoever tries many accounts must not leave a row for each of them."""
    return throttle.take(
        session, "address", counted_as(address), throttle.SIGN_IN_PER_ADDRESS
    ) or throttle.take(session, "sign_in", email, throttle.SIGN_IN_PER_ACCOUNT)


def _welcome(
    session: Session, user_id: str, password: str, address: str, *, ask_second: bool
) -> Welcome:
    user = session.exec(select(User).where(User.id == user_id).with_for_update()).one()
    if not user.active:  # deactivated while the password was being checked
        raise _wrong()
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
        session.add(user)
    throttle.forget(session, "sign_in", user.email)
    pending = ask_second and user.totp_confirmed_at is not None
    token = sessions.start(session, user, second_factor_done=not pending)
    recording.record(session, ANONYMOUS, "sign_in.ok", user, address=address)
    return Welcome(token, user.id, pending)


def _refused(session: Session, user: User | None, address: str) -> None:
    """Known accounts are throttled one by one; the rows of unknown ones are bounded together."""
    if user is not None:
        recording.record(session, ANONYMOUS, "sign_in.refused", user, address=address)
    else:
        record_unknown(session, address)


def record_unknown(session: Session, address: str) -> None:
    """Note that somebody who has no account was refused, as long as there are not too many."""
    if throttle.take(session, "audit", "sign_in", throttle.UNKNOWN_RECORDED) is None:
        audit.record(session, ANONYMOUS, "sign_in.refused", "user_account", "", address=address)
