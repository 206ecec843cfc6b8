"""The clock at work: reminders, ends and reviews of referrals that are due, and of no others.

An end goes through `commands.apply`, as everybody's events do: the update names the version that was
read, so of a person and the clock only one wins. A reminder is an update that names the reminder it moves.
Each referral has a transaction of its own; what somebody else was faster with is left alone.

After an outage nothing is skipped and nobody is flooded: reminders that were missed are told as one, and
an end that its last reminder did not come before is put off by the time there is between the two. What
piles up for one mailbox becomes one mail (notices/).
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select, tuple_, update

from accounts.models import NetworkOrganization
from core import outbox
from core.actor import SYSTEM
from core.clock import now
from core.db import Database
from core.errors import Conflict
from referrals import clocks
from referrals.calendar import add_business, business_minutes_between, calendar_of
from referrals.clocks import limit_for
from referrals.commands import NOTICE, apply
from referrals.models import Referral
from referrals.states import REVIEW, TABLE

PAGE = 200
ASKS_SENDER = "answer_timeout"
"""The event before which the sender is reminded; before all others it is the partner."""

log = logging.getLogger("handrail.timers")


@dataclass(frozen=True, slots=True)
class Swept:
    """How many were reminded of, brought to an end, and put up for review."""

    reminded: int = 0
    ended: int = 0
    reviewed: int = 0


def sweep(db: Database) -> Swept:
    """Do all that is due now; whatever fails for one referral leaves the others alone."""
    at = now()
    reminded = _each(db, at, Referral.remind_at, remind)
    ended = _each(db, at, Referral.due_at, end)
    reviewed = _each(db, at, Referral.due_at, review)
    return Swept(reminded, ended, reviewed)


def lag_s(session: Session) -> float:
    """How many seconds ago the clock should have acted on what it has not yet; 0 when on time."""
    at = now()
    first = [
        session.exec(select(func.min(when))).one() for when in (Referral.due_at, Referral.remind_at)
    ]
    return max((max(0.0, (at - moment).total_seconds()) for moment in first if moment), default=0.0)


def _each(
    db: Database, at: datetime, when: Any, do: Callable[[Session, Referral, datetime], bool]
) -> int:
    done = 0
    for referral_id in _due(db, at, when):
        try:
            with db.write() as session:
                row = _held(session, referral_id)
                done += do(session, row, at)
        except Conflict:  # somebody acted meanwhile, and so it is no longer due
            continue
        except Exception:
            log.exception("The clock failed on a referral")
    return done


def _due(db: Database, at: datetime, when: Any) -> Iterator[str]:
    """Ids of what is due, earliest first, a page at a time, each once."""
    last: tuple[datetime, str] | None = None
    while True:
        statement = select(when, Referral.id).where(col(when) <= at)
        if last is not None:
            statement = statement.where(tuple_(col(when), col(Referral.id)) > last)
        with db.read() as session:
            rows = session.exec(statement.order_by(when, Referral.id).limit(PAGE)).all()
        yield from (row[1] for row in rows)
        if len(rows) < PAGE:
            return
        last = rows[-1]


def _held(session: Session, referral_id: str) -> Referral:
    return session.exec(select(Referral).where(Referral.id == referral_id)).one()


def remind(session: Session, row: Referral, at: datetime) -> bool:
    """Tell whoever is waited for; what was missed of it is told as one."""
    if row.remind_at is None or row.remind_at > at:
        return False
    missed = [moment for moment in (row.remind_at, row.remind_again_at) if moment]
    past = [moment for moment in missed if moment <= at]
    values: dict[str, Any] = {
        "remind_at": next((moment for moment in missed if moment > at), None),
        "remind_again_at": None,
        "reminders_sent": row.reminders_sent + len(past),
        "reminded_at": at,
    }
    if row.due_at and row.due_at <= at:
        values["due_at"] = _put_off(session, row, past[-1], at)
    if not _move(session, row, Referral.remind_at, values):
        return False
    side = "sender" if row.due_event == ASKS_SENDER else "partner"
    tell_of(session, row, "remind", values["reminders_sent"], side)
    return True


def _put_off(session: Session, row: Referral, last: datetime, at: datetime) -> datetime:
    """As much later as the reminder comes too late, on the partner's calendar."""
    calendar = calendar_of(session.get_one(NetworkOrganization, row.partner_id))
    left = business_minutes_between(calendar, last, row.due_at or at)
    return add_business(calendar, at, minutes=max(left, 1))


def end(session: Session, row: Referral, at: datetime) -> bool:
    """Cause the event that is due, if it is one of the table's."""
    if row.due_event in (None, REVIEW) or row.due_at is None or row.due_at > at:
        return False
    apply(session, SYSTEM, row.id, row.due_event, version=row.version)
    return True


def review(session: Session, row: Referral, at: datetime) -> bool:
    """Ask for a look, and again when the clock has run once more. A completed one is asked of once."""
    if row.due_event != REVIEW or row.due_at is None or row.due_at > at:
        return False
    values: dict[str, Any] = {"due_at": None, "due_event": None, "clock_started_at": None}
    clock = TABLE.states[row.status].clock
    if row.closed_at is None and clock is not None:
        calendar = calendar_of(session.get_one(NetworkOrganization, row.partner_id))
        limit = limit_for(session, clock, row.category, row.urgency)
        again = clocks.start(calendar, clock, limit, at)
        values = {"due_at": again.due_at, "clock_started_at": again.started_at}
    if not _move(session, row, Referral.due_at, values):
        return False
    sides = ("sender",) if row.closed_at else ("partner", "sender")
    tell_of(session, row, REVIEW, row.due_at.isoformat(), *sides)
    return True


def _move(session: Session, row: Referral, when: Any, values: Mapping[str, Any]) -> bool:
    """Change the clock of what nobody has touched since it was read."""
    statement = update(Referral).where(
        col(Referral.id) == row.id,
        col(Referral.version) == row.version,
        col(when) == getattr(row, when.key),
    )
    changed = session.connection().execute(statement.values(**values)).rowcount
    return changed == 1


def tell_of(session: Session, row: Referral, event: str, number: object, *sides: str) -> None:
    """Leave the notice for these sides; the same `number` again, at this version, leaves none."""
    payload = {"referral_id": row.id, "event": event, "sequence": row.version, "sides": [*sides]}
    key = f"{NOTICE}:{event}:{row.id}:{row.version}:{number}"
    outbox.publish(session, NOTICE, payload, key=key)
