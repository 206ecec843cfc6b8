"""Work to be done after a change, written in the change's own transaction.

At least once: a message is claimed for a lease, and becomes due again if its worker dies, so
handlers must be idempotent. `due_at` is both "not before" and the end of the lease.
"""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    and_,
    delete,
    func,
    insert,
    tuple_,
    update,
)
from sqlmodel import Field, Session, col, select

from core.clock import now
from core.db import Base, Database, UTCDateTime, insert_all_absent, insert_if_absent, new_id

BACKOFF_MAX_S = 3600
ERROR_LENGTH = 500
BATCH = 500


class OutboxMessage(Base, table=True):
    """A row of the outbox: waiting, or done (`done_at`), or given up (`parked_at`)."""

    __tablename__ = "outbox"
    id: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
    )
    key: str = Field(unique=True, max_length=200)
    topic: str = Field(max_length=64)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    parked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    error: str | None = Field(default=None, max_length=ERROR_LENGTH)
    created_at: datetime = Field(sa_type=UTCDateTime)


def _waiting() -> ColumnElement[bool]:
    return and_(col(OutboxMessage.done_at).is_(None), col(OutboxMessage.parked_at).is_(None))


Index(
    "ix_outbox_waiting",
    col(OutboxMessage.due_at),
    col(OutboxMessage.id),
    sqlite_where=_waiting(),
    postgresql_where=_waiting(),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed message. `attempts` counts this attempt and proves who holds the lease."""

    id: int
    key: str
    topic: str
    payload: Mapping[str, Any]
    attempts: int


class Poisoned(Exception):
    """Raised by a handler: these messages (id → why) can never succeed, the others of the batch did."""

    def __init__(self, reasons: Mapping[int, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = dict(reasons)


class Delayed(Exception):
    """Raised by a handler: these messages (id → why) failed for now, the others of the batch did not."""

    def __init__(self, reasons: Mapping[int, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = dict(reasons)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the outbox still holds; `oldest_due_at` is None when nothing waits."""

    waiting: int
    parked: int
    oldest_due_at: datetime | None


def publish(
    session: Session,
    topic: str,
    payload: Mapping[str, Any],
    key: str | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Leave a message with this transaction; False if `key` was published before.

    `payload` must be JSON. `due_at` (default now) is the earliest time to handle it.
    """
    return insert_if_absent(session, OutboxMessage, _values(topic, payload, key, due_at))


def publish_keyed(session: Session, messages: Iterable[tuple[str, Mapping[str, Any], str]]) -> None:
    """Leave several messages (topic, payload, key) at once; keys published before stay as they are."""
    rows = [_values(topic, payload, key, None) for topic, payload, key in messages]
    insert_all_absent(session, OutboxMessage, rows)


def publish_all(session: Session, topic: str, payloads: Iterable[Mapping[str, Any]]) -> int:
    """Leave a message for each payload, all due now; returns how many. For thousands of them."""
    count = 0
    messages = (_values(topic, payload, None, None) for payload in payloads)
    while batch := list(islice(messages, BATCH)):
        session.connection().execute(insert(OutboxMessage), batch)
        count += len(batch)
    return count


def _values(
    topic: str, payload: Mapping[str, Any], key: str | None, due_at: datetime | None
) -> dict[str, Any]:
    at = now()
    return {
        "key": key or new_id(),
        "topic": topic,
        "payload": dict(payload),
        "due_at": due_at or at,
        "attempts": 0,
        "created_at": at,
    }


def claim(
    db: Database, topics: Collection[str], limit: int = 20, lease_s: float = 60
) -> list[Message]:
    """Take up to `limit` due messages of `topics`, oldest first, for `lease_s` seconds."""
    waiting = (
        select(OutboxMessage.id)
        .where(_waiting(), col(OutboxMessage.topic).in_(topics))
        .where(col(OutboxMessage.due_at) <= now())
    )
    with db.read() as session:  # mostly there is nothing, and looking takes no lock
        if session.exec(waiting.limit(1)).first() is None:
            return []
    with db.write() as session:
        due = session.exec(
            waiting.order_by(col(OutboxMessage.due_at), col(OutboxMessage.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        if not due:
            return []
        rows = session.scalars(
            update(OutboxMessage)
            .where(col(OutboxMessage.id).in_(due))
            .values(
                due_at=now() + timedelta(seconds=lease_s),
                attempts=col(OutboxMessage.attempts) + 1,
            )
            .returning(OutboxMessage)
        ).all()
        messages = {row.id: _message(row) for row in rows}
        return [messages[row_id] for row_id in due]


def _message(row: OutboxMessage) -> Message:
    if row.id is None:
        raise ValueError("an outbox row has its id once it is stored")
    return Message(row.id, row.key, row.topic, row.payload, row.attempts)


def finish(db: Database, *messages: Message) -> bool:
    """They are done. False if a lease ran out and another worker took one meanwhile."""
    return _settle(db, messages, done_at=now(), error=None)


def put_back(db: Database, messages: Sequence[Message], error: str, delay_s: float) -> None:
    """Nobody could have handled them now: due again after `delay_s`, as if never tried."""
    due_at = now() + timedelta(seconds=delay_s)
    _settle(db, messages, due_at=due_at, attempts=0, error=error[:ERROR_LENGTH])


def retry_later(db: Database, message: Message, error: str, delay_s: float | None = None) -> bool:
    """It failed; try again after `delay_s` (default: doubling with each attempt, jittered)."""
    wait = backoff_s(message.attempts) if delay_s is None else delay_s
    due_at = now() + timedelta(seconds=wait)
    return _settle(db, [message], due_at=due_at, error=error[:ERROR_LENGTH])


def park(db: Database, message: Message, error: str) -> bool:
    """It will not succeed: set it aside, named, so that the rest goes on."""
    return _settle(db, [message], parked_at=now(), error=error[:ERROR_LENGTH])


def _settle(db: Database, messages: Sequence[Message], **values: Any) -> bool:
    if not messages:
        return True
    held = tuple_(col(OutboxMessage.id), col(OutboxMessage.attempts))
    leases = [(message.id, message.attempts) for message in messages]
    statement = update(OutboxMessage).where(held.in_(leases), _waiting()).values(**values)
    with db.write() as session:
        return session.connection().execute(statement).rowcount == len(messages)


def backoff_s(attempts: int) -> float:
    """Seconds to wait after the given number of attempts: 2, 4, 8 … an hour, ± half."""
    return min(BACKOFF_MAX_S, 2.0**attempts) * random.uniform(0.5, 1.5)


def backlog(session: Session) -> Backlog:
    """How much waits and how much was parked."""
    waiting, oldest = session.exec(
        select(func.count(), func.min(OutboxMessage.due_at)).where(_waiting())
    ).one()
    parked = session.exec(
        select(func.count()).where(col(OutboxMessage.parked_at).is_not(None))
    ).one()
    return Backlog(waiting, parked, oldest)


def oldest(session: Session, topic: str) -> datetime | None:
    """When the oldest message of `topic` that waits was published; None when none does."""
    statement = select(func.min(OutboxMessage.created_at))
    return session.exec(statement.where(_waiting(), col(OutboxMessage.topic) == topic)).one()


def parked(session: Session, limit: int) -> list[tuple[str, str]]:
    """(topic, error) of messages given up, the latest first."""
    statement = select(OutboxMessage.topic, func.coalesce(OutboxMessage.error, ""))
    latest = statement.order_by(col(OutboxMessage.parked_at).desc()).limit(limit)
    return [*session.exec(latest.where(col(OutboxMessage.parked_at).is_not(None)))]


def release(session: Session, topics: Collection[str]) -> int:
    """Let parked messages of `topics` be tried again; returns how many."""
    statement = (
        update(OutboxMessage)
        .where(col(OutboxMessage.parked_at).is_not(None), col(OutboxMessage.topic).in_(topics))
        .values(parked_at=None, attempts=0, due_at=now())
    )
    return session.connection().execute(statement).rowcount


def prune(session: Session, done_before: datetime) -> int:
    """Forget messages done before `done_before`; returns how many."""
    statement = delete(OutboxMessage).where(col(OutboxMessage.done_at) < done_before)
    return session.connection().execute(statement).rowcount
