"""Links that let somebody act, or look, without an account.

A response link belongs to one referral and one organization. Its token alone shows and changes nothing:
it lets a one-time code be sent to the organization's known mailbox, and the code starts a short visit.
A status link is a patient's: it shows where their own request stands, in neutral words.

Tokens of mailed links and codes are computed from the installation's secret and what they are for, so a
mail that has to be sent again is the same mail, and no message in the outbox holds anything usable. Only
digests are stored.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlmodel import Field, Session, col, select, update

from accounts import throttle
from accounts.models import NetworkOrganization, Role
from accounts.signing_in import TooMany
from accounts.throttle import Limit
from accounts.tokens import digest, new_token
from core import audit, outbox
from core.actor import Actor
from core.clock import now
from core.db import Base, Database, UTCDateTime, enum_type, insert_if_absent, new_id
from core.errors import Invalid, NotFound
from core.saying import N_
from referrals.models import Referral

ID = 36
DIGEST = 64
CODE_TOPIC = "referral.code"
CODE_DIGITS = 8
CODE_LIFETIME = timedelta(minutes=15)
VISIT_LIFETIME = timedelta(minutes=30)
CODES_SENT = Limit(5, timedelta(hours=1), timedelta(hours=1))
CODES_TRIED = Limit(5, timedelta(hours=1), timedelta(hours=1))
OVER = N_("This link is no longer good: it has expired, was withdrawn or replaced.")
WRONG_CODE = N_("That code is not right, or too old. Ask for a new one.")


class LinkKind(StrEnum):
    """What a link is for."""

    RESPOND = "respond"
    STATUS = "status"


LIFETIMES = {LinkKind.RESPOND: timedelta(days=30), LinkKind.STATUS: timedelta(days=180)}


class ReferralLink(Base, table=True):
    """A link. `codes_sent` numbers its one-time codes; only the newest is good, until `code_until`."""

    __tablename__ = "referral_link"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=ID)
    token_hash: str = Field(unique=True, max_length=DIGEST)
    kind: LinkKind = Field(sa_type=enum_type(LinkKind))
    referral_id: str = Field(foreign_key="referral.id", index=True, max_length=ID)
    organization_id: str = Field(foreign_key="network_organization.id", max_length=ID)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    codes_sent: int = 0
    code_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ReferralVisit(Base, table=True):
    """A browser that gave the code: it may act on one referral, for half an hour."""

    __tablename__ = "referral_visit"

    token_hash: str = Field(primary_key=True, max_length=DIGEST)
    link_id: str = Field(foreign_key="referral_link.id", index=True, max_length=ID)
    started_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who came by a link: the partner as an actor, and the one referral it is about."""

    actor: Actor
    referral_id: str
    token_hash: str


def mailed_token(secret: str, key: str) -> str:
    """The token (256 bits) of the link that goes with that mail."""
    return urlsafe_b64encode(_keyed(secret, f"link:{key}")).decode().rstrip("=")


def one_time_code(secret: str, link_id: str, number: int) -> str:
    """The link's code of that number: eight digits."""
    value = int.from_bytes(_keyed(secret, f"code:{link_id}:{number}")[:8])
    return f"{value % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def _keyed(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), f"referral {text}".encode(), sha256).digest()


def issue(session: Session, kind: LinkKind, referral: Referral, token: str) -> None:
    """Make the token good for that referral; nothing when it was made before."""
    partner = kind is LinkKind.RESPOND
    values: dict[str, Any] = {
        "id": new_id(),
        "token_hash": digest(token),
        "kind": kind,
        "referral_id": referral.id,
        "organization_id": referral.partner_id if partner else referral.organization_id,
        "created_at": now(),
        "expires_at": now() + LIFETIMES[kind],
        "codes_sent": 0,
    }
    insert_if_absent(session, ReferralLink, values)


def find(session: Session, kind: LinkKind, token: str) -> ReferralLink:
    """The link, in time and not revoked; looking changes nothing. Raises NotFound."""
    row = session.exec(
        select(ReferralLink).where(ReferralLink.token_hash == digest(token))
    ).one_or_none()
    if row is None or row.kind is not kind or row.revoked_at or row.expires_at <= now():
        raise NotFound(OVER)
    organization = session.get(NetworkOrganization, row.organization_id)
    if organization is None or not organization.active:
        raise NotFound(OVER)
    return row


def revoke(session: Session, kind: LinkKind, referral_id: str) -> int:
    """End all links of that kind to the referral, and the visits by them; returns how many."""
    links = select(ReferralLink.id).where(
        ReferralLink.referral_id == referral_id, ReferralLink.kind == kind
    )
    visits = update(ReferralVisit).where(col(ReferralVisit.link_id).in_(links))
    session.connection().execute(
        visits.where(col(ReferralVisit.ended_at).is_(None)).values(ended_at=now())
    )
    ended = (
        update(ReferralLink)
        .where(col(ReferralLink.referral_id) == referral_id, col(ReferralLink.kind) == kind)
        .where(col(ReferralLink.revoked_at).is_(None))
    )
    return session.connection().execute(ended.values(revoked_at=now())).rowcount


def ask_code(db: Database, token: str, *, address: str) -> None:
    """Have a fresh code sent to the organization's known mailbox. Raises NotFound, TooMany."""
    with db.write() as session:
        link = _locked(session, find(session, LinkKind.RESPOND, token))
        blocked = throttle.take(session, "respond_ask", link.id, CODES_SENT)
        if not blocked:
            link.codes_sent += 1
            link.code_until = now() + CODE_LIFETIME
            session.add(link)
            session.flush()
            payload = {"link_id": link.id, "number": link.codes_sent}
            key = f"{CODE_TOPIC}:{link.id}:{link.codes_sent}"
            outbox.publish(session, CODE_TOPIC, payload, key=key)
            _record(session, link, "link.ask_code", address)
    if blocked:
        raise TooMany(blocked)


def give_code(db: Database, secret: str, token: str, text: str, *, address: str) -> str:
    """Start a visit; returns its token for the cookie. Raises NotFound, TooMany, Invalid.

    A try is counted before it is judged, and a code is good once.
    """
    with db.write() as session:
        link = find(session, LinkKind.RESPOND, token)
        blocked = throttle.take(session, "respond_code", link.id, CODES_TRIED)
    if blocked:
        raise TooMany(blocked)
    given = "".join(character for character in text if character.isdigit())
    with db.write() as session:
        link = _locked(session, find(session, LinkKind.RESPOND, token))
        expected = one_time_code(secret, link.id, link.codes_sent)
        in_time = link.code_until is not None and now() < link.code_until
        right = hmac.compare_digest(given.encode(), expected.encode()) and in_time
        visit = _start(session, link) if right else ""
        _record(session, link, "link.enter" if right else "link.wrong_code", address)
    if not visit:
        raise Invalid(WRONG_CODE, parameter="code")
    return visit


def find_visit(session: Session, token: str, *, address: str = "") -> Visit | None:
    """Who holds this cookie now; None when it is over, or the link was revoked."""
    row = session.get(ReferralVisit, digest(token))
    if row is None or row.ended_at or row.expires_at <= now():
        return None
    link = session.get_one(ReferralLink, row.link_id)
    organization = session.get(NetworkOrganization, link.organization_id)
    if link.revoked_at or organization is None or not organization.active:
        return None
    actor = Actor(
        id=link.id,
        name=organization.name,
        roles=frozenset({Role.PARTNER.value}),
        organization_ids=frozenset({organization.id}),
        memberships=frozenset({(organization.id, Role.PARTNER.value)}),
        via="link",
        address=address,
    )
    return Visit(actor, link.referral_id, row.token_hash)


def known(session: Session, token: str, *, address: str = "") -> Visit | None:
    """Whose link that was, over or not, so that it can be said who was refused; never a way in."""
    link = session.exec(
        select(ReferralLink).where(ReferralLink.token_hash == digest(token))
    ).one_or_none()
    if link is None:
        return None
    of = frozenset({link.organization_id})
    actor = Actor(link.id, "link", organization_ids=of, via="link", address=address)
    return Visit(actor, link.referral_id, "")


def end_visit(session: Session, visit: Visit) -> None:
    """Leave: the cookie is worth nothing any more."""
    statement = update(ReferralVisit).where(col(ReferralVisit.token_hash) == visit.token_hash)
    session.connection().execute(statement.values(ended_at=now()))


def _start(session: Session, link: ReferralLink) -> str:
    token, at = new_token(), now()
    session.add(
        ReferralVisit(
            token_hash=digest(token), link_id=link.id, started_at=at, expires_at=at + VISIT_LIFETIME
        )
    )
    link.used_at, link.code_until = link.used_at or at, None
    session.add(link)
    session.flush()
    throttle.forget(session, "respond_code", link.id)
    return token


def _locked(session: Session, link: ReferralLink) -> ReferralLink:
    statement = select(ReferralLink).where(ReferralLink.id == link.id).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).one()


def _record(session: Session, link: ReferralLink, action: str, address: str) -> None:
    actor = Actor(link.id, "link", via="link")
    audit.record(
        session,
        actor,
        action,
        "referral",
        link.referral_id,
        organization_id=link.organization_id,
        address=address,
    )
