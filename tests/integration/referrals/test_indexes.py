"""Lists and the clock read by index, in order: they do not grow with the table."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from core.db import Database
from referrals.models import Referral
from referrals.queries import STATES, _boxed, _order
from tests.support.referring import NOON, settle

INDEX = "ix_referral_"


def plan(session: Session, statement: Any) -> str:
    """SQLite's plan, whose words do not depend on how many rows there are."""
    compiled = statement.compile(session.connection(), compile_kwargs={"literal_binds": True})
    rows = session.connection().execute(text(f"EXPLAIN QUERY PLAN {compiled}"))
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("box", ["inbox", "sent"])
@pytest.mark.parametrize("state", STATES)
def test_every_list_is_read_in_its_order(sqlite_database: Database, box: Any, state: str) -> None:
    with sqlite_database.read() as session:
        listed = _boxed(["o"], box, state).order_by(*_order(state)).limit(20)
        found = plan(session, listed)
    assert f"USING INDEX {INDEX}{box}" in found, found
    assert "TEMP B-TREE" not in found, found


@pytest.mark.parametrize("column", ["due_at", "remind_at"])
def test_the_clock_reads_what_is_due(sqlite_database: Database, column: str) -> None:
    when = col(getattr(Referral, column))
    with sqlite_database.read() as session:
        found = plan(session, select(Referral.id).where(when <= NOON).order_by(when))
    assert f"{INDEX}{column.removesuffix('_at')}" in found, found
    assert "TEMP B-TREE" not in found, found


def test_postgresql_reads_the_inbox_by_index_too(postgresql_url: str, open_database: Any) -> None:
    database = open_database(postgresql_url)
    with database.write() as session:
        scene = settle(session)
        row = scene.draft()
        scene.act("coordinator", "send", row)
        session.connection().execute(
            text(
                "INSERT INTO referral SELECT made.* FROM referral r, generate_series(1, 3000) n,"
                " LATERAL jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()::text,"
                " 'due_at', r.due_at + n * interval '1 hour')) made"
            )
        )
        session.connection().execute(text("ANALYZE referral"))
        listed = _boxed([scene.pantry.id], "inbox", "open").order_by(*_order("open")).limit(20)
        due = select(Referral.id).where(col(Referral.due_at) <= NOON + timedelta(days=3))
        for statement, index in ((listed, "ix_referral_inbox_"), (due, "ix_referral_due")):
            compiled = statement.compile(
                session.connection(), compile_kwargs={"literal_binds": True}
            )
            found = "\n".join(
                row[0] for row in session.connection().execute(text(f"EXPLAIN {compiled}"))
            )
            assert index in found, found
            assert "Sort" not in found, found
