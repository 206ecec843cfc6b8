"""Sessions on both databases: what is written stays, and nothing is lost between writers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import select

from core.audit import AuditChain
from core.db import Database, new_id, stable_id
from core.outbox import OutboxMessage, publish

WRITERS = 8
ROUNDS = 20


def counter(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(AuditChain.sequence)).one()


def test_a_write_block_commits_when_it_ends_well(database: Database) -> None:
    with database.write() as session:
        session.add(AuditChain(organization_id="a", sequence=3))
    assert counter(database) == 3


def test_a_write_block_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        session.add(AuditChain(organization_id="a"))
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert session.exec(select(AuditChain)).all() == []


def test_rows_stay_readable_after_commit(database: Database) -> None:
    with database.write() as session:
        row = AuditChain(organization_id="a", sequence=7)
        session.add(row)
    assert row.sequence == 7


def test_a_read_session_cannot_write_and_a_write_session_after_it_can(database: Database) -> None:
    with pytest.raises(DBAPIError, match="read-?only"), database.read() as session:
        session.add(AuditChain(organization_id="a"))
        session.flush()
    with database.write() as session:
        session.add(AuditChain(organization_id="a"))
    assert counter(database) == 0


def test_a_read_session_sees_one_state(database: Database) -> None:
    with database.write() as session:
        session.add(AuditChain(organization_id="a", sequence=1))
    with database.read() as reader:
        assert reader.exec(select(AuditChain.sequence)).one() == 1
        with database.write() as writer:
            writer.get_one(AuditChain, "a").sequence = 2
        assert reader.exec(select(AuditChain.sequence)).one() == 1
    assert counter(database) == 2


def test_concurrent_writers_lose_no_update(database: Database) -> None:
    with database.write() as session:
        session.add(AuditChain(organization_id="a"))

    def increment(_: int) -> None:
        for _round in range(ROUNDS):
            with database.write() as session:
                row = session.get_one(AuditChain, "a", with_for_update=True)
                row.sequence += 1

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(increment, range(WRITERS)))
    assert counter(database) == WRITERS * ROUNDS


def test_foreign_keys_are_enforced(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        assert session.connection().scalar(text("PRAGMA foreign_keys")) == 1
        assert session.connection().scalar(text("PRAGMA journal_mode")) == "wal"


def test_times_come_back_aware_in_utc(database: Database) -> None:
    berlin = datetime(2025, 7, 1, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.write() as session:
        publish(session, "t", {}, key="k", due_at=berlin)
    with database.read() as session:
        due_at = session.exec(select(OutboxMessage.due_at)).one()
    assert due_at == berlin
    assert due_at.tzinfo is UTC


def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without time zone"), database.write() as session:
        publish(session, "t", {}, due_at=datetime(2025, 1, 1))


def test_duplicate_keys_are_refused_by_the_database(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(AuditChain(organization_id="a"))
        session.flush()
        session.expunge_all()
        session.add(AuditChain(organization_id="a"))


def test_ids_are_uuids_and_stable_ones_are_stable() -> None:
    assert len(new_id()) == 36
    assert new_id() != new_id()
    assert stable_id("x", "a", "b") == stable_id("x", "a", "b")
    assert len({stable_id("x", "a", "b"), stable_id("x", "ab"), stable_id("y", "a", "b")}) == 3


def test_the_postgresql_driver_is_ours_whatever_the_url_says(postgresql_url: str) -> None:
    database = Database(postgresql_url.replace("postgresql+psycopg", "postgresql"))
    assert database.engine.driver == "psycopg"
    database.close()


def test_the_url_can_be_used_again(database: Database) -> None:
    again = create_engine(database.url)
    with again.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    again.dispose()
