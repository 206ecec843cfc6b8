"""Whom a provider's identity belongs to here, and signing them in.

An identity is known by issuer and subject, never by e-mail address alone. The first time, a verified
address links it to the account, or to the invitations, that were made for that address.
"""

from dataclasses import replace

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from accounts import commands, recording, sessions
from accounts.emails import normalise
from accounts.models import User
from accounts.oidc import Identity
from accounts.signing_in import Welcome, record_unknown
from core.actor import ANONYMOUS
from core.db import Database
from core.errors import Invalid, NotFound


def sign_in(db: Database, identity: Identity, *, address: str, ask_second: bool) -> Welcome:
    """Start a session for whoever it is. Raises Invalid when it is nobody of ours."""
    try:
        welcome = _try(db, identity, address, ask_second=ask_second)
    except IntegrityError:  # two first sign-ins at the same moment: the other one made the link
        welcome = _try(db, identity, address, ask_second=ask_second)
    except NotFound:  # the organization that invited them has left the network
        welcome = None
    if welcome is None:
        raise Invalid(
            "There is no account for this person here. Ask an admin of your organization to invite"
            " the address you sign in with."
        )
    return welcome


def _try(db: Database, identity: Identity, address: str, *, ask_second: bool) -> Welcome | None:
    with db.write() as session:
        user = _known(session, identity) or _link(session, identity, address)
        if user is None or not user.active:
            if user is None:
                record_unknown(session, address)
            else:
                recording.record(session, ANONYMOUS, "sign_in.refused", user, address=address)
            return None
        pending = ask_second and user.totp_confirmed_at is not None
        token = sessions.start(session, user, second_factor_done=not pending)
        by = {"by": "oidc"}
        recording.record(session, ANONYMOUS, "sign_in.ok", user, by, address=address)
        return Welcome(token, user.id, pending)


def _known(session: Session, identity: Identity) -> User | None:
    statement = select(User).where(
        User.oidc_issuer == identity.issuer, User.oidc_subject == identity.subject
    )
    return session.exec(statement).one_or_none()


def _link(session: Session, identity: Identity, address: str) -> User | None:
    email = _email(identity)
    if email is None:
        return None
    statement = select(User).where(User.email == email).with_for_update()
    user = session.exec(statement).one_or_none()
    if user is None:
        user = commands.join_as_invited(session, email, _name(identity) or email)
    if user is None or not user.active or user.oidc_subject is not None:
        return None  # somebody else's identity is linked: an address can be given to a new person
    user.oidc_issuer, user.oidc_subject = identity.issuer, identity.subject
    session.add(user)
    session.flush()
    by = {"issuer": identity.issuer}
    recording.record(session, replace(ANONYMOUS, via="oidc"), "account.link", user, by,
                     address=address)  # fmt: skip
    return user


def _name(identity: Identity) -> str:
    try:
        return commands.cleaned_name(identity.name[: commands.NAME_MAX])
    except Invalid:
        return ""


def _email(identity: Identity) -> str | None:
    if not identity.email_verified:
        return None
    try:
        return normalise(identity.email)
    except Invalid:
        return None
