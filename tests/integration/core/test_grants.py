"""On PostgreSQL the application's own role cannot touch the audit trail, triggers or not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from core import audit
from core.actor import SYSTEM
from core.db import Database
from tests.support.repository import read

ROLE = "handrail_app"


@pytest.fixture
def as_application(postgresql_url: str) -> Iterator[Database]:
    """The database as the role of docs/postgresql-grants.sql sees it."""
    owner = Database(postgresql_url)
    with owner.write() as session:
        run = session.connection().exec_driver_sql
        run(f"CREATE ROLE {ROLE} LOGIN")
        for statement in read("docs/postgresql-grants.sql").split(";"):
            run(statement.replace(':"role"', ROLE))
        audit.record(session, SYSTEM, "x", "service", "1")
    application = Database(
        make_url(postgresql_url).set(username=ROLE).render_as_string(hide_password=False)
    )
    yield application
    application.close()
    with owner.write() as session:
        session.connection().exec_driver_sql(f"DROP OWNED BY {ROLE}")
        session.connection().exec_driver_sql(f"DROP ROLE {ROLE}")
    owner.close()


def test_the_application_adds_to_the_trail_and_reads_it(as_application: Database) -> None:
    with as_application.write() as session:
        audit.record(session, SYSTEM, "x", "service", "2")
    with as_application.read() as session:
        assert list(audit.verify(session)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_id = 'nobody'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM audit_chain",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_event_no_change ON audit_event",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_may_not_change_the_trail(as_application: Database, statement: str) -> None:
    refused = pytest.raises(ProgrammingError, match="permission denied|must be owner")
    with refused, as_application.write() as session:
        session.connection().execute(text(statement))
