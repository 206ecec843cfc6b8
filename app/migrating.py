"""Bring a database to the newest migration, all of it or nothing, one starter at a time.

Alembic takes a third of a second to load, so only what migrates loads it: asking where a database is
happens at every start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, inspect, text

from core.db import make_engine

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parents[1] / "migrations"
LOCK = 4_814_247  # any number, as long as every Handrail uses the same
WAIT_MS = 120_000


class MigrationError(Exception):
    """The migration was not kept, because it would have left rows pointing nowhere."""


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to `revision`; safe to call at every start, and from two starters at once."""
    from alembic import command

    with prepared(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate down to `revision` ("base" empties the database)."""
    from alembic import command

    with prepared(url) as connection:
        command.downgrade(_config(connection), revision)


def current(url: str) -> str | None:
    """The revision the database is at; None when it has none."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """The revision of the database at the other end."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def newest() -> str:
    """The revision this version of Handrail needs: migrations are numbered in their order."""
    return max(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


@contextmanager
def prepared(url: str) -> Iterator[Connection]:
    """A connection in one transaction that no other starter can be in at the same time."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _trust_the_migration)
    try:
        with engine.execution_options(write=True).begin() as connection:
            if engine.dialect.name != "sqlite":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            yield connection
            _check_foreign_keys(connection)
    finally:
        engine.dispose()


def _trust_the_migration(connection: Any, _record: Any) -> None:
    # SQLite changes a table by copying and dropping it. With foreign keys on, dropping would
    # cascade and delete the rows of other tables; they are checked at the end instead.
    connection.execute("PRAGMA foreign_keys=off")
    connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    astray = connection.execute(text("PRAGMA foreign_key_check")).all()
    if astray:
        tables = sorted({row[0] for row in astray})
        raise MigrationError(f"{len(astray)} rows would point nowhere, in: {', '.join(tables)}")
