"""Rows of the directory's tables as plain tuples: to read thousands and change none.

Objects that a session watches for changes cost ten times as much to make and three times as much to read.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, Select, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import String
from sqlmodel import Session

from core.db import table_of
from directory.models.base import DirectoryRow

Row = TypeVar("Row", bound=DirectoryRow)
Ids = Mapping[str, Collection[str]]


def by_any(session: Session, table: type[Row], wanted: Ids) -> Iterator[Row]:
    """Rows that have, in any of the columns named, one of the ids wanted there; in order of id.

    They have the attributes of the table's rows, and cannot be changed.
    """
    statement = _having(table, tuple(wanted), session.get_bind().dialect.name)
    return read(session, table, statement, wanted)


def read(session: Session, table: type[Row], statement: Select[Any], wanted: Ids) -> Iterator[Row]:
    """The rows of a statement that selects all columns of a table and asks with `among`."""
    session.flush()  # a session does so by itself only where it makes objects
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    values = {
        name: msgspec.json.encode(list(ids)).decode() if is_sqlite else list(ids)
        for name, ids in wanted.items()
    }
    return map(_maker(table), session.connection().execute(statement, values).all())


def among(column: ColumnElement[str], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column has one of the ids given as `name`.

    They are one value: a thousand of them in the statement cost as much as the rows they find.
    """
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    return column == any_(bindparam(name, type_=ARRAY(String)))


@cache
def _maker(table: type[Row]) -> Callable[[Iterable[Any]], Row]:
    row: Any = namedtuple(f"{table.__name__}Row", table_of(table).c.keys())  # type: ignore[misc]
    make: Any = partial(tuple.__new__, row)
    return cast(Callable[[Iterable[Any]], Row], make)


@cache  # building a statement costs more than sending it
def _having(table: type[DirectoryRow], names: tuple[str, ...], dialect: str) -> Select[Any]:
    columns = table_of(table).c
    matches = (among(columns[name], name, dialect) for name in names)
    return select(table_of(table)).where(or_(*matches)).order_by(columns.id)
