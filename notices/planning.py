"""From what happened to a referral to the notices it needs: which sides, which mailboxes, when.

A notice is a row, written once by its key. Its mail is another message of the outbox, due when the
reader may be written to; whatever waits for that mailbox by then goes with it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from core import outbox
from core.clock import now
from core.db import Database, insert_if_absent, new_id
from core.outbox import Message
from notices import asking, bounces
from notices.models import Notice, Side
from notices.quiet import earliest
from notices.readers import Reader, admin_readers, readers
from notices.words import words_for
from patients.models import Urgency
from referrals.commands import NOTICE
from referrals.models import Referral, ReferralEvent
from referrals.states import ActorKind

TOPIC = NOTICE
MAIL = "notice.mail"
OTHERS = {
    ActorKind.PARTNER: (Side.SENDER,),
    ActorKind.COORDINATOR: (Side.PARTNER,),
    ActorKind.TIMER: (Side.PARTNER, Side.SENDER),
    ActorKind.PATIENT: (Side.PARTNER, Side.SENDER),
    ActorKind.CAREGIVER: (Side.PARTNER, Side.SENDER),
}
"""Whoever did it knows; the others are told."""


def handler(database: Database) -> Callable[[Sequence[Message]], None]:
    """A worker's handler for TOPIC."""

    def handle(messages: Sequence[Message]) -> None:
        for message in messages:
            with database.write() as session:
                plan(session, message)

    return handle


def plan(session: Session, message: Message) -> None:
    """Write the notices of one event; a second time changes nothing.

    `sides` in the payload names who is told, when that is not everybody but whoever acted.
    """
    referral = session.get(Referral, message.payload["referral_id"])
    if referral is None:
        return
    kind, sides = message.payload["event"], message.payload.get("sides")
    told = tuple(Side(side) for side in sides) if sides else _others(session, message)
    for side in told:
        for reader in readers(session, side, referral, kind):
            tell(session, reader, side, kind, message.key, referral)
    asking.schedule(session, referral, kind, message.key)


def tell(
    session: Session,
    reader: Reader,
    side: Side,
    kind: str,
    key: str,
    referral: Referral | None = None,
) -> None:
    """Write one notice, and see that a mail carries it. Nothing when there is nothing to say."""
    if words_for(side, kind) is None:
        return
    urgent = referral is not None and referral.urgency is Urgency.URGENT
    due = earliest(now(), reader.timezone, last_mail=_last_mail(session, reader), urgent=urgent)
    values = {
        "id": new_id(),
        "key": f"{key}:{side}:{reader.email}"[:200],
        "organization_id": reader.organization_id,
        "email": reader.email,
        "locale": reader.locale,
        "side": side,
        "kind": kind,
        "referral_id": referral.id if referral else None,
        "answer_by": referral.due_at if referral else None,
        "due_at": due,
        "created_at": now(),
        "dropped": "bounced" if bounces.is_flagged(session, reader.email) else None,
    }
    if not insert_if_absent(session, Notice, values):
        return
    if values["dropped"]:
        not_reached(session, side, key, referral)
        return
    payload = {"email": reader.email, "organization_id": reader.organization_id}
    outbox.publish(session, MAIL, payload, key=f"{MAIL}:{values['id']}", due_at=due)


def tell_admins(session: Session, organization_id: str, kind: str, key: str) -> None:
    """Tell the admins of an organization about its own set-up."""
    for reader in admin_readers(session, organization_id):
        tell(session, reader, Side.ADMIN, kind, key)


def not_reached(session: Session, side: Side, key: str, referral: Referral | None) -> None:
    """A partner whose mailbox refuses mail has to be called by somebody."""
    if side is Side.PARTNER and referral is not None:
        for reader in readers(session, Side.SENDER, referral):
            tell(session, reader, Side.SENDER, "bounce", key, referral)


def _others(session: Session, message: Message) -> tuple[Side, ...]:
    statement = select(ReferralEvent.actor_kind).where(
        ReferralEvent.referral_id == message.payload["referral_id"],
        ReferralEvent.sequence == message.payload["sequence"],
    )
    kind = session.exec(statement).one_or_none()
    return OTHERS[ActorKind(kind)] if kind else ()


def _last_mail(session: Session, reader: Reader) -> datetime | None:
    return session.exec(
        select(func.max(Notice.sent_at)).where(col(Notice.email) == reader.email)
    ).one()
