"""Migrations on both databases: they make exactly the schema the code expects."""

import multiprocessing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from app import migrating
from app.tables import metadata
from core.db import Database, make_engine
from tests.support.schema import describe


def described(url: str) -> dict[str, object]:
    engine = make_engine(url)
    try:
        return describe(engine)
    finally:
        engine.dispose()


def test_migrating_makes_the_schema_of_the_models(empty_database_url: str) -> None:
    migrating.upgrade(empty_database_url)
    migrated = described(empty_database_url)
    migrating.downgrade(empty_database_url, "base")
    engine = make_engine(empty_database_url)
    metadata.create_all(engine)
    engine.dispose()
    created = described(empty_database_url)
    assert migrated.keys() == created.keys()
    for part, expected in created.items():
        assert migrated[part] == expected, part


def test_alembic_finds_nothing_to_change(empty_database_url: str) -> None:
    migrating.upgrade(empty_database_url)
    engine = make_engine(empty_database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_last_number_is_the_only_head() -> None:
    assert ScriptDirectory(str(migrating.FOLDER)).get_heads() == [migrating.newest()]


def test_up_down_and_up_again(empty_database_url: str) -> None:
    assert migrating.current(empty_database_url) is None
    migrating.upgrade(empty_database_url)
    assert migrating.current(empty_database_url) == migrating.newest()
    once = described(empty_database_url)
    migrating.downgrade(empty_database_url, "base")
    assert described(empty_database_url) == {"(triggers)": [], "(functions)": []}
    assert migrating.current(empty_database_url) is None
    migrating.upgrade(empty_database_url)
    assert described(empty_database_url) == once


def test_each_step_can_be_taken_alone(empty_database_url: str) -> None:
    revisions = sorted(path.name.split("_")[0] for path in migrating.FOLDER.glob("versions/*.py"))
    for revision in revisions:
        migrating.upgrade(empty_database_url, revision)
        assert migrating.current(empty_database_url) == revision
    for revision in reversed(["base", *revisions[:-1]]):
        migrating.downgrade(empty_database_url, revision)
    assert migrating.current(empty_database_url) is None


def test_two_starters_migrate_once(empty_database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    starters = [
        spawn.Process(target=migrating.upgrade, args=(empty_database_url,)) for _ in range(3)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)
    assert [starter.exitcode for starter in starters] == [0, 0, 0]
    assert migrating.current(empty_database_url) == migrating.newest()


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    with (
        pytest.raises(DBAPIError),
        migrating.prepared(empty_database_url) as connection,
    ):
        connection.execute(sa.text("CREATE TABLE half (id INTEGER)"))
        connection.execute(sa.text("CREATE TABLE half (id INTEGER)"))
    assert described(empty_database_url) == {"(triggers)": [], "(functions)": []}


@pytest.fixture
def parent_and_child(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'family.db'}"
    with migrating.prepared(url) as connection:
        for statement in (
            "CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(10))",
            """CREATE TABLE child (id INTEGER PRIMARY KEY,
                parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE)""",
            "INSERT INTO parent VALUES (1, 'a')",
            "INSERT INTO child VALUES (1, 1)",
        ):
            connection.execute(sa.text(statement))
    return url


def test_changing_a_sqlite_table_keeps_the_rows_that_point_to_it(parent_and_child: str) -> None:
    with migrating.prepared(parent_and_child) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("parent") as batch:
            batch.alter_column("name", type_=sa.String(50), existing_type=sa.String(10))
        assert connection.scalar(sa.text("SELECT count(*) FROM child")) == 1


def test_a_migration_may_not_leave_rows_pointing_nowhere(parent_and_child: str) -> None:
    with (
        pytest.raises(migrating.MigrationError, match="1 rows would point nowhere, in: child"),
        migrating.prepared(parent_and_child) as connection,
    ):
        connection.execute(sa.text("DELETE FROM parent"))
    database = Database(parent_and_child)
    with database.read() as session:
        assert session.connection().scalar(sa.text("SELECT count(*) FROM parent")) == 1
    database.close()
