"""The demonstration's network: organizations, one person for each role, their passwords and keys."""

import secrets
from collections.abc import Mapping
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from sqlmodel import Session, select

from accounts import commands, keys, links
from accounts.identity import actor_of
from accounts.models import LinkPurpose, NetworkOrganization, OrganizationKind, Role, User
from core.actor import SYSTEM, Actor
from core.clock import now
from seed_data.common import AREA_CODE, seed_id

FILE = Path(__file__).parent / "network.json"
PASSWORD_BYTES = 12
KEY_LIFETIME = timedelta(days=365)


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody with one role. `mailbox` is needed for a second one with the same role."""

    role: Role
    name: str
    mailbox: str | None = msgspec.field(default=None, name="as")


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organization of the network; `directory` is the key of its listing in the county."""

    key: str
    name: str
    kind: OrganizationKind
    phone: str
    people: tuple[Person, ...]
    directory: str | None = None
    opens: time = time(9)
    closes: time = time(17)

    def email(self, person: Person) -> str:
        """The address of one of its people."""
        return f"{person.mailbox or person.role.value}@{self.key}.example.org"


class SignIn(msgspec.Struct, frozen=True):
    """What somebody needs to sign in; `key` is the text of an API key."""

    organization: str
    role: str
    name: str
    email: str
    password: str
    api_key: str


@lru_cache(maxsize=1)
def members() -> tuple[Member, ...]:
    """The network as written down."""
    return msgspec.json.decode(FILE.read_bytes(), type=tuple[Member, ...])


def organization_id(key: str) -> str:
    """The id of an organization of the demonstration, the same on every installation."""
    return seed_id("network", key)


def is_settled(session: Session) -> bool:
    """Whether the network is there already."""
    return session.get(NetworkOrganization, organization_id(members()[0].key)) is not None


def found(session: Session, holidays: str) -> list[SignIn]:
    """Make the organizations and their people, each with a password and a key."""
    return [
        _join(session, member, person)
        for member in members()
        if _organize(session, member, holidays)
        for person in member.people
    ]


def renew(session: Session, passwords: Mapping[str, str]) -> list[SignIn]:
    """New keys for those who are still there, with the passwords known by e-mail, or new ones."""
    renewed = []
    for member in members():
        for person in member.people:
            user = _user(session, member.email(person))
            if user is not None and user.active:
                password = passwords.get(user.email) or secrets.token_urlsafe(PASSWORD_BYTES)
                token = links.issue(
                    session, LinkPurpose.PASSWORD_RESET, user.email, created_by=SYSTEM.id
                )
                commands.reset_password(session, token, password)
                renewed.append(_sign_in(session, member, person, user, password))
    return renewed


def actor(session: Session, email: str) -> Actor:
    """One of these people, as the actor of a command."""
    user = session.exec(select(User).where(User.email == email)).one()
    return actor_of(session, user, via="session")


def _organize(session: Session, member: Member, holidays: str) -> NetworkOrganization:
    listing = seed_id("organization", member.directory) if member.directory else None
    return commands.create_organization(
        session,
        SYSTEM,
        member.name,
        member.kind,
        id=organization_id(member.key),
        directory_organization_id=listing,
        opens_at=member.opens,
        closes_at=member.closes,
        holiday_calendar=holidays or None,
        notify_email=f"referrals@{member.key}.example.org",
        notify_phone=f"{AREA_CODE}-{member.phone}",
    )


def _join(session: Session, member: Member, person: Person) -> SignIn:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user = commands.create_user(
        session,
        SYSTEM,
        email=member.email(person),
        name=person.name,
        password=password,
        organization_id=organization_id(member.key),
        role=person.role,
    )
    return _sign_in(session, member, person, user, password)


def _sign_in(session: Session, member: Member, person: Person, user: User, password: str) -> SignIn:
    _, key = keys.create(
        session,
        actor_of(session, user, via="session"),
        organization_id=organization_id(member.key),
        name="Demonstration",
        scopes=list(keys.SCOPES),
        expires_on=now().date() + KEY_LIFETIME,
    )
    return SignIn(member.name, person.role.value, person.name, user.email, password, key)


def _user(session: Session, email: str) -> User | None:
    return session.exec(select(User).where(User.email == email)).one_or_none()
