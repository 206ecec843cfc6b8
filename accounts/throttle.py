"""Counting failed tries, in the database, so that restarts and many processes change nothing.

A try is counted before it is judged and forgotten when it succeeds: many tries at the same moment
cannot all slip through.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from accounts.models import Throttle
from accounts.tokens import digest
from core.clock import now
from core.db import insert_if_absent


@dataclass(frozen=True, slots=True)
class Limit:
    """`tries` within `window`, then nothing more for `block`."""

    tries: int
    window: timedelta
    block: timedelta


QUARTER = timedelta(minutes=15)
SIGN_IN_PER_ACCOUNT = Limit(5, QUARTER, QUARTER)
SIGN_IN_PER_ADDRESS = Limit(50, QUARTER, QUARTER)
UNKNOWN_RECORDED = Limit(
    50, QUARTER, QUARTER
)  # audit rows of sign-ins to accounts there are none of
SECOND_FACTOR = Limit(5, QUARTER, QUARTER)
ONE_TIME_CODE = Limit(5, QUARTER, timedelta(hours=1))
PASSWORD_RESET = Limit(3, timedelta(hours=1), timedelta(hours=1))


def take(session: Session, kind: str, target: str, limit: Limit) -> datetime | None:
    """Count one try. None when it may go on, else the time (UTC) until which nothing goes on."""
    row = _locked(session, kind, target)
    at = now()
    if row.blocked_until and row.blocked_until > at:
        return row.blocked_until
    if row.blocked_until or at - row.window_started_at > limit.window:
        row.failures, row.window_started_at, row.blocked_until = 0, at, None
    row.failures += 1
    if row.failures > limit.tries:
        row.blocked_until = at + limit.block
    session.flush()
    return row.blocked_until


def forget(session: Session, kind: str, target: str) -> None:
    """It was right after all: the count starts anew."""
    session.delete(_locked(session, kind, target))
    session.flush()


def _locked(session: Session, kind: str, target: str) -> Throttle:
    key = digest(f"{kind}\x00{target}")
    statement = select(Throttle).where(Throttle.key_hash == key).with_for_update()
    insert_if_absent(
        session, Throttle, {"key_hash": key, "failures": 0, "window_started_at": now()}
    )
    return session.exec(statement.execution_options(populate_existing=True)).one()
