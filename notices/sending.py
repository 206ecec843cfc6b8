"""Mails from notices: everything that waits for a mailbox goes in one.

A message claims the notices it will send by writing its key on them. Tried again after a crash, it
finds the same ones and sends the same mail, with the same Message-ID; another message leaves them alone.
"""

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select, update

from accounts.models import NetworkOrganization
from core.clock import now
from core.db import Database
from core.outbox import Delayed, Message
from notices import planning, returning
from notices.letters import Letter, Line, message
from notices.models import Notice, Side
from notices.office import Office
from notices.smtp import Deferred, Refused, Send
from notices.words import Gettext, moment, reference, words_for
from referrals import links
from referrals.links import LinkKind
from referrals.models import Referral
from referrals.states import TABLE

TOPIC = planning.MAIL
LISTED_MAX = 20


def handler(database: Database, office: Office) -> Callable[[Sequence[Message]], None]:
    """A worker's handler for TOPIC. One refused mail stops no other."""

    def handle(messages: Sequence[Message]) -> None:
        deferred: dict[int, str] = {}
        with office.connect() as send:
            for one in messages:
                try:
                    _deliver(database, office, send, one)
                except Deferred as error:
                    deferred[one.id] = str(error)
        if deferred:
            raise Delayed(deferred)

    return handle


def _deliver(database: Database, office: Office, send: Send, one: Message) -> None:
    with database.write() as session:
        found = claim(session, one)
        letter = compose(session, office, found, one.key) if found else None
    if letter is None:
        return
    try:
        send(message(letter, office.sender))
    except Refused as error:
        with database.write() as session:
            _returned(session, found, one.key, error)
        return
    with database.write() as session:
        _mark(session, one.key, sent_at=now())


def claim(session: Session, one: Message) -> list[Notice]:
    """The notices this message sends: those it claimed before, or all that are due by now."""
    waiting = (
        select(Notice)
        .where(Notice.email == one.payload["email"])
        .where(Notice.organization_id == one.payload["organization_id"])
        .where(col(Notice.sent_at).is_(None), col(Notice.dropped).is_(None))
        .order_by(col(Notice.created_at), col(Notice.id))
        .with_for_update()
    )
    if own := session.exec(waiting.where(Notice.mail_key == one.key)).all():
        return [*own]
    due = waiting.where(col(Notice.mail_key).is_(None), col(Notice.due_at) <= now())
    found = [*session.exec(due)]
    for notice in found:
        notice.mail_key = one.key
        session.add(notice)
    session.flush()
    return found


def compose(session: Session, office: Office, found: Sequence[Notice], key: str) -> Letter:
    """The mail for these notices (one mailbox's), with the links it carries made good."""
    first = found[0]
    organization = session.get_one(NetworkOrganization, first.organization_id)
    say = office.say(first.locale)
    lines = [_line(session, office, notice, organization) for notice in found[:LISTED_MAX]]
    if len(found) > LISTED_MAX:
        more = say("And %(count)s more: sign in to see them.", count=len(found) - LISTED_MAX)
        lines.append(Line(more, f"{office.base_url}/staff"))
    lines.append(Line(_closing(say, by_link=any("/respond/" in line.href for line in lines))))
    return Letter(key, first.email, _subject(say, found), lines, first.locale)


def _subject(say: Gettext, found: Sequence[Notice]) -> str:
    kinds = {(notice.side, notice.kind) for notice in found}
    if len(found) == 1 or len(kinds) == 1:
        words = words_for(found[0].side, found[0].kind)
        assert words is not None
        more = f" (+{len(found) - 1})" if len(found) > 1 else ""
        return say(words.subject) + more
    return say("News of %(count)s referrals", count=len(found))


def _closing(say: Gettext, *, by_link: bool) -> str:
    if by_link:
        return say(
            "You need no account: open the address, and we send a code to this mailbox. Do not pass"
            " this mail on."
        )
    return say("Sent by Handrail. This mail holds nothing about any person.")


def _line(
    session: Session, office: Office, notice: Notice, organization: NetworkOrganization
) -> Line:
    say, words = office.say(notice.locale), words_for(notice.side, notice.kind)
    assert words is not None
    text = say(
        words.text,
        reference=reference(notice.referral_id),
        when=moment(notice.answer_by, organization.timezone, notice.locale),
    )
    return Line(text, _href(session, office, notice, organization))


def _href(
    session: Session, office: Office, notice: Notice, organization: NetworkOrganization
) -> str:
    """Where to act: by link for the partner's known mailbox, else after signing in."""
    referral = session.get(Referral, notice.referral_id) if notice.referral_id else None
    if notice.side is not Side.PARTNER or referral is None:
        return f"{office.base_url}/staff"
    if TABLE.states[referral.status].terminal:
        return ""
    if notice.email != organization.notify_email:
        return f"{office.base_url}/staff"
    token = links.mailed_token(office.secret, notice.id)
    links.issue(session, LinkKind.RESPOND, referral, token)
    return office.href(f"/respond/{token}", notice.locale)


def _returned(session: Session, found: Sequence[Notice], key: str, error: Refused) -> None:
    """The mailbox refuses mail for good: note it, and let somebody who can be reached know."""
    _mark(session, key, dropped="refused")
    returning.flag(session, found, error.code, error.reason)


def _mark(session: Session, key: str, **values: object) -> None:
    statement = update(Notice).where(col(Notice.mail_key) == key, col(Notice.sent_at).is_(None))
    session.connection().execute(statement.values(**values))
