"""The audit trail on both databases: it only grows, and a tampered event is named."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from core import audit
from core.actor import SYSTEM, Actor
from core.audit import AuditEvent, Broken
from core.clock import frozen
from core.db import Database

CLERK = Actor("clerk", "A clerk", organization_ids=frozenset({"pantry"}))
NOON = datetime(2025, 3, 4, 12, 0, 0, 5, tzinfo=UTC)


def record(session: Session, entity_id: str = "s1", actor: Actor = CLERK) -> audit.Head:
    return audit.record(
        session, actor, "service.changed", "service", entity_id, {"name": ["a", "b"]}
    )


def verify(database: Database) -> list[Broken]:
    with database.read() as session:
        return list(audit.verify(session))


def tamper(database: Database, statement: str) -> None:
    """Run `statement` as somebody who may switch the triggers off."""
    with database.write() as session:
        run = session.connection().exec_driver_sql
        if database.is_sqlite:
            for trigger in ("update", "delete", "replace"):
                run(f"DROP TRIGGER audit_event_no_{trigger}")
        else:
            run("ALTER TABLE audit_event DISABLE TRIGGER ALL")
        run(statement)


def test_an_event_says_who_did_what_to_what(database: Database) -> None:
    with frozen(NOON), database.write() as session:
        record(session)
    with database.read() as session:
        event = session.exec(select(AuditEvent)).one()
    assert (event.at, event.actor_id, event.organization_id) == (NOON, "clerk", "pantry")
    assert (event.action, event.entity_id) == ("service.changed", "s1")
    assert event.fields == {"name": ["a", "b"]}
    assert (event.sequence, event.prev_hash) == (1, audit.FIRST_HASH)


def test_each_organization_has_a_chain_of_its_own(database: Database) -> None:
    with database.write() as session:
        record(session)
        second = record(session)
        audit.record(session, CLERK, "x", "service", "1", organization_id="other")
        record(session, actor=SYSTEM)
    with database.read() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    assert [(e.organization_id, e.sequence) for e in events] == [
        ("pantry", 1),
        ("pantry", 2),
        ("other", 1),
        ("", 1),
    ]
    assert events[1].prev_hash == events[0].hash
    assert events[1].hash == second.hash
    assert verify(database) == []


def test_an_event_goes_with_its_transaction(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        record(session)
        raise ZeroDivisionError
    with database.write() as session:
        assert record(session).sequence == 1
    assert verify(database) == []


def test_writers_at_once_make_one_unbroken_chain(database: Database) -> None:
    def write(number: int) -> None:
        for _ in range(10):
            with database.write() as session:
                record(session, entity_id=str(number))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6)))
    with database.read() as session:
        sequences = session.exec(select(AuditEvent.sequence)).all()
    assert sorted(sequences) == list(range(1, 61))
    assert verify(database) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_id = 'nobody'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE id = 1",
    ],
)
def test_the_database_refuses_to_change_or_remove_events(
    database: Database, statement: str
) -> None:
    with database.write() as session:
        record(session)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.connection().execute(text(statement))
    assert verify(database) == []


def test_sqlite_refuses_to_replace_an_event(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        record(session)
    copy = "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event"
    with pytest.raises(DBAPIError, match="append-only"), sqlite_database.write() as session:
        session.connection().execute(text(copy))


def test_postgresql_refuses_to_truncate(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.connection().execute(text("TRUNCATE audit_event"))
    database.close()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        (
            "UPDATE audit_event SET actor_id = 'nobody' WHERE sequence = 2",
            Broken("pantry", 2, "the event was changed"),
        ),
        (
            "UPDATE audit_event SET fields = '{}' WHERE sequence = 2",
            Broken("pantry", 2, "the event was changed"),
        ),
        (
            "DELETE FROM audit_event WHERE sequence = 2",
            Broken("pantry", 2, "the event is missing"),
        ),
        (
            "DELETE FROM audit_event WHERE sequence = 3",
            Broken("pantry", 3, "the event is missing"),
        ),
        (
            "DELETE FROM audit_chain",
            Broken("pantry", 0, "the chain has no head"),
        ),
    ],
)
def test_a_tampered_event_is_named(database: Database, statement: str, broken: Broken) -> None:
    with database.write() as session:
        for _ in range(3):
            record(session)
    tamper(database, statement)
    assert verify(database) == [broken]


def test_every_one_of_several_removed_events_is_named(database: Database) -> None:
    with database.write() as session:
        for _ in range(6):
            record(session)
    tamper(database, "DELETE FROM audit_event WHERE sequence IN (2, 3, 5, 6)")
    assert [found.sequence for found in verify(database)] == [2, 3, 5, 6]
    assert {found.reason for found in verify(database)} == {audit.MISSING}


def forge(database: Database, **values: object) -> AuditEvent:
    """The second event as somebody who knows how hashes are made would write it anew."""
    with database.read() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.sequence == 2)).one()
    for name, value in values.items():
        setattr(event, name, value)
    event.hash = audit.digest(event)
    return event


def test_an_event_rewritten_with_a_fitting_hash_is_named(database: Database) -> None:
    with database.write() as session:
        for _ in range(3):
            record(session)
    forged = forge(database, actor_id="nobody")
    values = f"actor_id = 'nobody', hash = '{forged.hash}'"
    tamper(database, f"UPDATE audit_event SET {values} WHERE sequence = 2")
    assert verify(database) == [Broken("pantry", 2, audit.REPLACED)]


def test_the_last_event_rewritten_with_a_fitting_hash_is_named(database: Database) -> None:
    with database.write() as session:
        for _ in range(2):
            record(session)
    forged = forge(database, actor_id="nobody")
    values = f"actor_id = 'nobody', hash = '{forged.hash}'"
    tamper(database, f"UPDATE audit_event SET {values} WHERE sequence = 2")
    assert verify(database) == [Broken("pantry", 2, audit.REPLACED)]


@pytest.mark.parametrize("sequence", [0, -1, 4, 40])
def test_an_event_put_in_with_a_fitting_hash_is_named(database: Database, sequence: int) -> None:
    with database.write() as session:
        last = [record(session) for _ in range(3)][-1]
    forged = forge(database, sequence=sequence, prev_hash=last.hash)
    columns = "organization_id, at, actor_id, action, entity_type, entity_id, fields, address"
    tamper(
        database,
        f"INSERT INTO audit_event (id, sequence, prev_hash, hash, {columns})"
        f" SELECT 99, {sequence}, '{last.hash}', '{forged.hash}', {columns}"
        " FROM audit_event WHERE sequence = 2",
    )
    assert verify(database) == [Broken("pantry", sequence, audit.PUT_IN)]


def test_a_chain_rewritten_whole_is_shown_by_a_head_kept_elsewhere(database: Database) -> None:
    with database.write() as session:
        record(session)
        (kept,) = audit.heads(session)
    with database.write() as session:
        record(session)
    with database.read() as session:
        assert list(audit.verify_heads(session, [kept])) == []
        first = session.exec(select(AuditEvent).where(AuditEvent.sequence == 1)).one()
        first.actor_id = "nobody"
        forged = audit.digest(first)
    tamper(database, "DELETE FROM audit_event WHERE sequence = 2")
    with database.write() as session:
        run = session.connection().exec_driver_sql
        run(f"UPDATE audit_event SET actor_id = 'nobody', hash = '{forged}'")
        run(f"UPDATE audit_chain SET sequence = 1, hash = '{forged}'")
    assert verify(database) == []  # it fits in itself
    with database.read() as session:
        assert list(audit.verify_heads(session, [kept])) == [Broken("pantry", 1, audit.REWRITTEN)]


def test_fields_must_be_plain_json(session: Session) -> None:
    with pytest.raises(ValueError, match="JSON"):
        audit.record(session, CLERK, "x", "service", "1", {"price": float("nan")})
