"""What follows when a mail comes back: the address is left alone, and somebody who can be reached knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization
from core import audit
from core.actor import SYSTEM
from core.clock import now
from core.db import Database
from core.outbox import OutboxMessage
from notices import asking, bounces, planning
from notices.letters import message_name
from notices.models import Notice
from notices.returned import Returned, Verdict, read
from referrals.links import CODE_TOPIC, ReferralLink
from referrals.models import Referral

RETURNED = "returned"
COME_BACK_WITHIN = timedelta(days=30)
"""Servers give up after days; nobody reports a mail of last month."""


@dataclass
class Counts:
    """How many mails were read, and what became of them. `foreign` reports are about no mail of ours."""

    mails: int = 0
    flagged: int = 0
    lost: int = 0
    known: int = 0
    foreign: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What may come back, by the name of its mail: keys of notices, links whose code was mailed."""

    notices: Mapping[str, str]
    codes: Mapping[str, str]
    patients: Mapping[str, str]


def take_all(database: Database, mails: Iterable[bytes]) -> Counts:
    """Act on every report among these mails, each in a transaction of its own; twice is once."""
    counts, sent = Counts(), None
    for raw in mails:
        counts.mails += 1
        report = read(raw)
        if report.verdict is Verdict.NONE:
            counts.others += 1
            continue
        sent = sent or _sent(database)
        with database.write() as session:
            became = _take(session, sent, report)
        setattr(counts, became, getattr(counts, became) + 1)
    return counts


def flag(session: Session, found: Sequence[Notice], code: str, reason: str) -> bool:
    """The mailbox of these notices refuses mail for good; whether that was not known yet."""
    first = found[0]
    if not bounces.note(session, first.organization_id, first.email, code, reason):
        return False
    planning.tell_admins(session, first.organization_id, "bounce", f"bounce:{first.id}")
    missed(session, found)
    return True


def missed(session: Session, found: Sequence[Notice]) -> None:
    """Whoever waits for an answer to these should call."""
    for notice in found:
        referral = session.get(Referral, notice.referral_id) if notice.referral_id else None
        planning.not_reached(session, notice.side, f"bounce:{notice.id}", referral)


def _sent(database: Database) -> Sent:
    since = now() - COME_BACK_WITHIN
    with database.read() as session:
        keys = select(Notice.mail_key).where(col(Notice.sent_at) >= since).distinct()
        return Sent(
            {message_name(key): key for key in session.exec(keys) if key},
            _mailed(session, CODE_TOPIC, "link_id"),
            _mailed(session, asking.TOPIC, "referral_id"),
        )


def _mailed(session: Session, topic: str, about: str) -> dict[str, str]:
    """What mails of that topic were about, by their names."""
    done = select(OutboxMessage.key, OutboxMessage.payload).where(
        OutboxMessage.topic == topic, col(OutboxMessage.done_at).is_not(None)
    )
    return {message_name(key): payload[about] for key, payload in session.exec(done)}


def _take(session: Session, sent: Sent, report: Returned) -> str:
    """What became of one report, as a name of Counts."""
    for name in sorted(report.names):
        if name in sent.notices:
            return _of_notices(session, sent.notices[name], report)
        if name in sent.patients:
            asking.not_reached(session, sent.patients[name], f"returned:{name}")
            return "lost"  # whose address it is stays in the record alone
        if name in sent.codes:
            return _of_code(session, sent.codes[name], report)
    return "foreign"


def _of_notices(session: Session, key: str, report: Returned) -> str:
    statement = select(Notice).where(Notice.mail_key == key).with_for_update()
    found = session.exec(statement.order_by(col(Notice.created_at))).all()
    if not found or found[0].dropped == RETURNED:
        return "known"
    for notice in found:
        notice.dropped = RETURNED
        session.add(notice)
    session.flush()
    if report.verdict is Verdict.LOST:
        missed(session, found)
        return _recorded(session, "lost", "notice", found[0].id, found[0].organization_id, report)
    became = "flagged" if flag(session, found, report.code, report.reason) else "known"
    return _recorded(session, became, "notice", found[0].id, found[0].organization_id, report)


def _of_code(session: Session, link_id: str, report: Returned) -> str:
    """A one-time code did not arrive at the organization's own mailbox."""
    link = session.get(ReferralLink, link_id)
    organization = session.get(NetworkOrganization, link.organization_id) if link else None
    if link is None or organization is None or not organization.notify_email:
        return "foreign"
    if report.verdict is Verdict.LOST:
        return "lost"
    email = organization.notify_email
    if not bounces.note(session, organization.id, email, report.code, report.reason):
        return "known"
    planning.tell_admins(session, organization.id, "bounce", f"bounce:{link.id}")
    return _recorded(session, "flagged", "referral_link", link.id, organization.id, report)


def _recorded(
    session: Session, became: str, kind: str, key: str, organization_id: str, report: Returned
) -> str:
    told = {"code": report.code, "verdict": report.verdict.value}
    audit.record(session, SYSTEM, "mail.returned", kind, key, told, organization_id=organization_id)
    return became
