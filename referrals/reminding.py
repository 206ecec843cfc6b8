"""Reminding partners who are waited for, several at once, beside the clock that does it by itself.

Each referral stands for itself: those that can be reminded of are, the others are named with why not.
A reminder is the clock's own (timers.py): the same notice, numbered on, so that it goes out once, by
day, and with whatever else waits for that mailbox (notices/).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization
from core.actor import Actor
from core.clock import now
from core.errors import Invalid, NotFound
from core.saying import Saying
from core.scope import scoped
from patients.models import Consent, Urgency
from referrals import idempotency, recording
from referrals.case import Case
from referrals.models import Referral
from referrals.permissions import check_send
from referrals.policies import consent_holds
from referrals.states import TABLE, Status
from referrals.timers import ASKS_SENDER, tell_of
from referrals.words import state_words

MOST: Final = 100
REST: Final = {Urgency.ROUTINE: timedelta(hours=20), Urgency.URGENT: timedelta(hours=2)}
"""Between two reminders. Less than a day, so that whoever reminds each morning may be early once; of the
four hours an urgent one has, half."""
WAITING: Final = frozenset(
    status
    for status, state in TABLE.states.items()
    if state.clock and TABLE.clocks[state.clock].remind and state.due_event != ASKS_SENDER
)
"""States in which the clock reminds the partner, too."""


class Why(StrEnum):
    """Why a partner is not reminded."""

    NOT_WAITING = "not_waiting"  # nobody waits for the partner in this state
    OVER = "over"  # its time has run out, and the clock ends it
    RESTS = "rests"  # it was reminded a short while ago
    LEFT = "left"  # the partner has left the network
    NO_CONSENT = "no_consent"  # the partner could read nothing of it any more
    UNREACHED = "unreached"  # there is no mailbox, or it refuses mail


@dataclass(frozen=True, slots=True)
class Kept:
    """One that is not reminded of, and why: as it stands, and when it was reminded of last."""

    id: str
    reason: Why
    status: Status
    partner: str
    reminded_at: datetime | None = None

    @property
    def words(self) -> Saying:
        """Why, as a sentence."""
        match self.reason:
            case Why.NOT_WAITING:
                state = state_words(self.status)
                return Saying("Nobody waits for the partner now: it is %(state)s.", state=state)
            case Why.OVER:
                return Saying("Its time is over. Look for another way.")
            case Why.RESTS:
                at = f"{self.reminded_at:%Y-%m-%d %H:%M} UTC"
                return Saying("They were reminded a short while ago (%(at)s).", at=at)
            case Why.LEFT:
                return Saying("%(name)s no longer takes part in this network.", name=self.partner)
            case Why.NO_CONSENT:
                return Saying("The patient's consent for sharing this with them has ended.")
            case Why.UNREACHED:
                return Saying("No mail reaches them. Call them.")


@dataclass(frozen=True, slots=True)
class Reminders:
    """What goes out, or went; and what does not. Ids of referrals."""

    sent: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()


def hindrance(
    status: Status, urgency: Urgency, due_at: datetime | None, reminded_at: datetime | None
) -> Why | None:
    """What the referral itself has against a reminder now; pure but for the clock."""
    if status not in WAITING:
        return Why.NOT_WAITING
    if due_at is not None and due_at <= now():
        return Why.OVER
    if reminded_at is not None and now() < reminded_at + REST[urgency]:
        return Why.RESTS
    return None


def look(
    session: Session, actor: Actor, ids: Sequence[str], unreached: Collection[str] = ()
) -> Reminders:
    """What reminding of these would do now. `unreached` are partners to whom no mail gets.

    Raises NotFound when one of them is not the actor's to send, as `remind_all` does.
    """
    return _sorted(_cases(session, actor, ids), unreached)


def remind_all(
    session: Session,
    actor: Actor,
    ids: Sequence[str],
    *,
    key: str | None = None,
    unreached: Collection[str] = (),
) -> Reminders:
    """Remind of each that can be; the same `key` is answered the same and reminds nobody again."""
    if key is not None:
        body = idempotency.body_hash("remind", sorted(set(ids)))
        if answered := idempotency.claim(session, actor, key, body):
            return _as_answered(answered)
    cases = _cases(session, actor, ids, hold=True)
    found = _sorted(cases, unreached)
    rows = [case.referral for case in cases if case.referral.id in found.sent]
    for row in rows:
        row.reminded_at, row.reminders_sent = now(), row.reminders_sent + 1
        session.add(row)
        tell_of(session, row, "remind", row.reminders_sent, "partner")
    session.flush()
    for row in rows:  # last, as this holds the chain of the audit trail
        recording.record(
            session, actor, "referral.remind", row, version=row.version, number=row.reminders_sent
        )
    if key is not None:
        idempotency.answer(session, actor, key, _answer(found))
    return found


def _cases(session: Session, actor: Actor, ids: Sequence[str], *, hold: bool = False) -> list[Case]:
    """They all, in the order of their ids, which is the order they are locked in."""
    wanted = sorted(set(ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(
            Saying("Choose 1 to %(most)s referrals.", most=MOST), parameter="referral_ids"
        )
    statement: Any = scoped(select(Referral, NetworkOrganization, Consent), Referral, actor)
    statement = (
        statement.join(NetworkOrganization, col(NetworkOrganization.id) == Referral.partner_id)
        .outerjoin(Consent, col(Consent.id) == Referral.consent_id)
        .where(col(Referral.id).in_(wanted))
        .order_by(col(Referral.id))
        .execution_options(populate_existing=True)
    )
    rows = session.exec(statement.with_for_update(of=Referral) if hold else statement).all()
    if len(rows) < len(wanted):
        raise NotFound("There is no such referral.")
    for sender in sorted({row.organization_id for row, _, _ in rows}):
        check_send(actor, sender)
    return [Case(row, partner, consent, None, None) for row, partner, consent in rows]


def _sorted(cases: Sequence[Case], unreached: Collection[str]) -> Reminders:
    kept = tuple(_kept(cases, unreached))
    not_sent = {one.id for one in kept}
    sent = (case.referral.id for case in cases if case.referral.id not in not_sent)
    return Reminders(tuple(sent), kept)


def _kept(cases: Sequence[Case], unreached: Collection[str]) -> Iterator[Kept]:
    for case in cases:
        row = case.referral
        reason = hindrance(row.status, row.urgency, row.due_at, row.reminded_at)
        if reason is None and not case.partner.active:
            reason = Why.LEFT
        if reason is None and not consent_holds(case):
            reason = Why.NO_CONSENT
        if reason is None and row.partner_id in unreached:
            reason = Why.UNREACHED
        if reason is not None:
            yield Kept(row.id, reason, row.status, case.partner.name, row.reminded_at)


def _answer(found: Reminders) -> dict[str, Any]:
    kept = [
        {**asdict(one), "reminded_at": one.reminded_at and one.reminded_at.isoformat()}
        for one in found.kept
    ]
    return {"sent": list(found.sent), "kept": kept}


def _as_answered(answer: dict[str, Any]) -> Reminders:
    return Reminders(tuple(answer["sent"]), tuple(_as_kept(one) for one in answer["kept"]))


def _as_kept(one: dict[str, Any]) -> Kept:
    at = one["reminded_at"]
    when = datetime.fromisoformat(at) if at else None
    return Kept(one["id"], Why(one["reason"]), Status(one["status"]), one["partner"], when)
