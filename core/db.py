"""Tables' base class, column types, and the two kinds of session.

Read sessions cannot write, write sessions hold the write lock from their first statement on and
commit when their block ends well. On SQLite the driver's own transaction handling is switched
off: left on, concurrent read-modify-writes lose updates without an error.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from enum import Enum as PyEnum
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import (
    URL,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    TypeDecorator,
    bindparam,
    create_engine,
    event,
    literal,
    make_url,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
POOL_SIZE = 16  # as many as the threads that serve requests
POOL_OVERFLOW = 4  # the worker, and a command beside it
BUSY_TIMEOUT_MS = 10_000
HANDRAIL_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:handrail")


class Base(SQLModel):
    """Base of every table; its metadata is the whole schema."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, in UTC on both databases (SQLite forgets the zone by itself)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without time zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(enum: type[PyEnum], *, length: int = 32) -> Enum:
    """Column type that stores an enum's values (not its member names) as plain strings."""
    return Enum(
        enum,
        native_enum=False,
        length=length,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )


def enum_column(enum: type[PyEnum], *, length: int = 32, **options: Any) -> Column[Any]:
    """`Field(sa_column=enum_column(Status))`; not null unless `nullable=True` is said."""
    return Column(enum_type(enum, length=length), **{"nullable": False, **options})


def new_id() -> str:
    """A fresh random id: a UUID as 36 characters."""
    return str(uuid.uuid4())


def stable_id(namespace: str, *parts: str) -> str:
    """The same id for the same parts every time, so that importing again updates in place.

    >>> stable_id("example", "org", "7") == stable_id("example", "org", "7")
    True
    """
    return str(uuid.uuid5(uuid.uuid5(HANDRAIL_NAMESPACE, namespace), "\x1f".join(parts)))


def table_of(model: type[Base]) -> Any:
    """Its table. Rows of a statement about the table's columns pass no mapper, which is several times
    faster: for reads of hundreds of rows that nobody changes."""
    return model.__table__  # type: ignore[attr-defined]


def insert_if_absent(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique key stands; whether it was inserted."""
    connection = session.connection()
    # Not the row count: drivers differ in what they count for an insert that did nothing.
    statement = _insert_once(table, connection.dialect.name)
    found: int | None = connection.scalar(statement, dict(values))
    return found == 1


def insert_all_absent(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """`insert_if_absent` of a few rows in one statement, all with the same columns."""
    connection = session.connection()
    statement = _insert_several(table, connection.dialect.name, tuple(rows[0]), len(rows))
    values = {f"{name}_{n}": value for n, row in enumerate(rows) for name, value in row.items()}
    connection.execute(statement, values)


@cache  # building a statement costs more than sending it
def _insert_once(table: type[Base], dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table_of(table))
    return statement.on_conflict_do_nothing().returning(literal(1))


@cache
def _insert_several(table: type[Base], dialect: str, names: tuple[str, ...], count: int) -> Any:
    """From selected values: `values` of several rows would be compiled anew each time."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    known = table_of(table).c
    rows = [
        select(*(bindparam(f"{name}_{n}", type_=known[name].type) for name in names)).where(true())
        for n in range(count)
    ]
    return insert(table_of(table)).from_select(names, union_all(*rows)).on_conflict_do_nothing()


def database_url(url: str) -> URL:
    """`url` with the driver this application uses."""
    parsed = make_url(url)
    if parsed.get_backend_name() in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def make_engine(url: str) -> Engine:
    """An engine for SQLite (a file) or PostgreSQL, with the pool and pragmas of the house."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        parsed, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_pre_ping=True
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # this module says BEGIN, not the driver
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=wal",
        "synchronous=normal",
        "foreign_keys=on",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    read_only = bool(options.get("postgresql_readonly"))
    if connection.info.get("query_only", False) is not read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
        connection.info["query_only"] = read_only
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")


class Database:
    """The one way to a session. `url` is SQLAlchemy's, for SQLite or PostgreSQL.

    Open one per process and close it at the end.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        # The option's name is PostgreSQL's; SQLite's "begin" above honours it as well.
        read_options: dict[str, Any] = {"postgresql_readonly": True}
        if not self.is_sqlite:  # SQLite readers see one state anyhow
            read_options["isolation_level"] = "REPEATABLE READ"
        read_engine = self.engine.execution_options(**read_options)
        write_engine = self.engine.execution_options(write=True)
        self._read = sessionmaker(read_engine, class_=Session, expire_on_commit=False)
        self._write = sessionmaker(write_engine, class_=Session, expire_on_commit=False)

    @property
    def url(self) -> str:
        """Where it is, password included: never log it."""
        return self.engine.url.render_as_string(hide_password=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state and cannot write."""
        with self._read() as session:
            yield session

    def write(self) -> AbstractContextManager[Session]:
        """A session that commits when the block ends, and rolls back when it raises.

        On SQLite it holds the write lock from its start. On PostgreSQL read what you are about
        to change `with_for_update()`: the same code is then right on both.
        """
        return self._write.begin()

    def close(self) -> None:
        self.engine.dispose()
