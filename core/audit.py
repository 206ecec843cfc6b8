"""Who did what to what, append-only.

Each organization's events form a chain: an event's hash covers its content and the hash before
it, and the chain's head remembers the last one, so a changed, removed or cut-off event is named
by `verify`. Triggers refuse to update or delete events on both databases.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Integer,
    UniqueConstraint,
    bindparam,
    event,
    insert,
    update,
)
from sqlalchemy import select as sa_select
from sqlmodel import Field, Session, col, select

from core.actor import Actor
from core.clock import now
from core.db import Base, UTCDateTime, insert_if_absent

FIRST_HASH = "0" * 64
CHANGED = "the event was changed"
MISSING = "the event is missing"
PUT_IN = "the event was put in behind the last one recorded"
REPLACED = "the event was replaced by another"
REWRITTEN = "the chain was rewritten since its head was noted"
SYSTEM_CHAIN = ""  # events of no single organization


class AuditEvent(Base, table=True):
    """One event. `fields` names what changed; `organization_id` is the chain it belongs to."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("organization_id", "sequence"),)
    id: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
    )
    organization_id: str = Field(default=SYSTEM_CHAIN, max_length=36)
    sequence: int
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    actor_id: str = Field(max_length=64)
    action: str = Field(max_length=64)
    entity_type: str = Field(max_length=64)
    entity_id: str = Field(max_length=64, index=True)
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    address: str = Field(default="", max_length=64)
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditChain(Base, table=True):
    """The head of one organization's chain; its row lock is what puts writers in order."""

    __tablename__ = "audit_chain"
    organization_id: str = Field(primary_key=True, max_length=36)
    sequence: int = 0
    hash: str = Field(default=FIRST_HASH, max_length=64)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a chain at some time."""

    organization_id: str
    sequence: int
    hash: str


_HEADS, _EVENTS = (Base.metadata.tables[name] for name in ("audit_chain", "audit_event"))
# Built once, as every change passes here.
_HEAD = (
    sa_select(_HEADS.c.sequence, _HEADS.c.hash)
    .where(_HEADS.c.organization_id == bindparam("chain"))
    .with_for_update()
)
_MOVE = (
    update(_HEADS)
    .where(_HEADS.c.organization_id == bindparam("chain"))
    .values(sequence=bindparam("to_sequence"), hash=bindparam("to_hash"))
)
_APPEND = insert(_EVENTS)


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain does not hold, and why."""

    organization_id: str
    sequence: int
    reason: str


def record(
    session: Session,
    actor: Actor,
    action: str,
    entity_type: str,
    entity_id: str,
    fields: Mapping[str, Any] | None = None,
    *,
    organization_id: str | None = None,
    address: str = "",
) -> Head:
    """Append an event to the chain of `organization_id` (default: the actor's own, if it has one).

    Holds that chain's lock until the transaction ends: call it after the slow part of a command.
    """
    session.flush()
    chain = (actor.organization_id if organization_id is None else organization_id) or SYSTEM_CHAIN
    sequence, prev_hash = _locked_head(session, chain)
    new = SimpleNamespace(  # a row of the mapper takes longer to make than to write
        organization_id=chain,
        sequence=sequence + 1,
        at=now(),
        actor_id=actor.id,
        action=action,
        entity_type=entity_type,
        entity_id=entity_id,
        fields=json.loads(_canonical(dict(fields or {}))),
        address=address,
        prev_hash=prev_hash,
        hash="",
    )
    new.hash = digest(new)
    connection = session.connection()
    connection.execute(_APPEND, vars(new))
    connection.execute(_MOVE, {"chain": chain, "to_sequence": new.sequence, "to_hash": new.hash})
    return Head(chain, new.sequence, new.hash)


def _locked_head(session: Session, chain: str) -> tuple[int, str]:
    """Sequence and hash of the chain's last event; a chain begins when it is first asked for."""
    while True:
        head = session.connection().execute(_HEAD, {"chain": chain}).first()
        if head is not None:
            return head[0], head[1]
        first = {"organization_id": chain, "sequence": 0, "hash": FIRST_HASH}
        insert_if_absent(session, AuditChain, first)


def digest(item: AuditEvent | SimpleNamespace) -> str:
    """SHA-256 (64 hex digits) over the event's content and the hash before it."""
    content = [
        item.prev_hash,
        item.organization_id,
        item.sequence,
        item.at.astimezone(UTC).isoformat(timespec="microseconds"),
        item.actor_id,
        item.action,
        item.entity_type,
        item.entity_id,
        item.fields,
        item.address,
    ]
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def verify(session: Session) -> Iterator[Broken]:
    """Every place where a chain does not hold; nothing when all is well."""
    heads = session.exec(select(AuditChain).order_by(col(AuditChain.organization_id))).all()
    for head in heads:
        yield from _verify_chain(session, head)
    known = select(AuditChain.organization_id)
    orphans = session.exec(
        select(AuditEvent.organization_id)
        .where(col(AuditEvent.organization_id).not_in(known))
        .distinct()
    )
    for organization_id in orphans:
        yield Broken(organization_id, 0, "the chain has no head")


def _verify_chain(session: Session, head: AuditChain) -> Iterator[Broken]:
    before, sequence, told = FIRST_HASH, 0, 0
    events = session.exec(
        select(AuditEvent)
        .where(col(AuditEvent.organization_id) == head.organization_id)
        .order_by(col(AuditEvent.sequence))
        .execution_options(yield_per=1000)
    )
    for item in events:
        if not 0 < item.sequence <= head.sequence:
            yield Broken(head.organization_id, item.sequence, PUT_IN)
            continue
        intact = digest(item) == item.hash
        for gone in range(sequence + 1, item.sequence):
            yield Broken(head.organization_id, gone, MISSING)
        if (
            item.sequence == sequence + 1
            and item.prev_hash != before
            and intact
            and told != sequence
        ):
            # This one still says what came before it, so that is not what it was.
            yield Broken(head.organization_id, max(sequence, 1), REPLACED)
        if not intact:
            yield Broken(head.organization_id, item.sequence, CHANGED)
            told = item.sequence
        before, sequence = item.hash, item.sequence
    for gone in range(sequence + 1, head.sequence + 1):
        yield Broken(head.organization_id, gone, MISSING)
    if sequence == head.sequence and before != head.hash and told != sequence:
        yield Broken(head.organization_id, sequence, REPLACED)


def heads(session: Session) -> Sequence[Head]:
    """The newest event of every chain: kept elsewhere, they show a chain that was rewritten whole."""
    rows = session.exec(select(AuditChain).order_by(col(AuditChain.organization_id)))
    return [Head(row.organization_id, row.sequence, row.hash) for row in rows if row.sequence]


def verify_heads(session: Session, known: Iterable[Head]) -> Iterator[Broken]:
    """Every head of earlier that is no longer in its chain."""
    for head in known:
        statement = select(AuditEvent.hash).where(
            AuditEvent.organization_id == head.organization_id,
            AuditEvent.sequence == head.sequence,
        )
        if session.exec(statement).one_or_none() != head.hash:
            yield Broken(head.organization_id, head.sequence, REWRITTEN)


# REPLACE would delete without firing SQLite's delete trigger, hence the third one.
SQLITE_TRIGGERS = (
    """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
    """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
    """CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
    WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id
        OR (organization_id = NEW.organization_id AND sequence = NEW.sequence))
    BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$""",
    """CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
)

_table = Base.metadata.tables["audit_event"]
for _dialect, _triggers in (("sqlite", SQLITE_TRIGGERS), ("postgresql", POSTGRESQL_TRIGGERS)):
    for _trigger in _triggers:
        _ddl = DDL(_trigger)  # type: ignore[no-untyped-call]
        event.listen(_table, "after_create", _ddl.execute_if(dialect=_dialect))
