"""What people do about their own account, signed in or locked out."""

from sqlmodel import Session, select

from accounts import passwords, second_factor, sessions, throttle
from accounts.commands import cleaned_name
from accounts.emails import normalise
from accounts.models import User
from accounts.recording import record
from accounts.signing_in import TooMany
from core import outbox
from core.actor import ANONYMOUS, Actor
from core.addresses import counted_as
from core.crypto import Keyring
from core.db import Database
from core.errors import Invalid

MAIL = "account.mail"
"""Topic of mails about accounts. A message says what for and to whom; the link itself is made by
whoever sends it, so that no message holds anything that could be used."""


def rename(session: Session, actor: Actor, name: str) -> None:
    """Be called something else. Raises Invalid."""
    user = session.get_one(User, actor.id)
    new = cleaned_name(name)
    if new == user.name:
        return
    user.name = new
    session.add(user)
    session.flush()
    record(session, actor, "user.rename", user, address=actor.address)


def check_password(session: Session, actor: Actor, password: str) -> User:
    """The actor's account, if that is their password. Raises Invalid naming the field."""
    user = session.get_one(User, actor.id)
    if not passwords.verify(user.password_hash, password):
        raise Invalid("That is not your present password.", parameter="password")
    return user


def begin_second_factor(session: Session, actor: Actor, keyring: Keyring, password: str) -> None:
    """Make a secret for an app of one-time codes; it counts from its first code on.

    The password is asked again, so that a browser left open cannot be made somebody else's.
    """
    user = check_password(session, actor, password)
    second_factor.begin(session, keyring, user)
    record(session, actor, "second_factor.begin", user, address=actor.address)


def confirm_second_factor(session: Session, actor: Actor, keyring: Keyring, code: str) -> list[str]:
    """Switch the second factor on; returns the recovery codes, shown once. Raises Invalid."""
    user = session.get_one(User, actor.id)
    codes = second_factor.confirm(session, keyring, user, code)
    record(session, actor, "second_factor.on", user, address=actor.address)
    return codes


def sign_out_everywhere(session: Session, actor: Actor) -> None:
    """End every session of the actor, this one too."""
    user = session.get_one(User, actor.id)
    sessions.end_all(session, user.id)
    record(session, actor, "session.end_all", user, address=actor.address)


def ask_for_reset(db: Database, email: str, *, address: str) -> None:
    """Have a link mailed with which to set a new password.

    Whether there is such an account shows in nothing: not in the answer, nor in how long it takes.
    Raises Invalid for what is no address, TooMany when asked too often.
    """
    known = normalise(email)
    with db.write() as session:
        blocked = throttle.take(
            session, "reset_address", counted_as(address), throttle.SIGN_IN_PER_ADDRESS
        ) or throttle.take(session, "password_reset", known, throttle.PASSWORD_RESET)
        user = session.exec(select(User).where(User.email == known)).one_or_none()
        if user is not None and user.active and not blocked:
            record(session, ANONYMOUS, "password.reset_asked", user, address=address)
            outbox.publish(session, MAIL, {"purpose": "password_reset", "user_id": user.id})
    if blocked:
        raise TooMany(blocked)
