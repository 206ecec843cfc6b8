"""Seals every sealed column of every table anew under the newest key, while work goes on.

A column is sealed when its name ends in `_sealed`: "patient.name_sealed" of a row holds a value sealed
for the place "patient.name:<row id>" (core/crypto.py). Tables need not be registered anywhere.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, MetaData, Table, bindparam, func, select, update
from sqlmodel import Session

from core.crypto import Keyring
from core.db import Database

ENDING = "_sealed"
BATCH = 200


def sealed_columns(metadata: MetaData) -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Every table with sealed columns, and those columns."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if column.name.endswith(ENDING)]
        if columns:
            yield table, columns


def place(table: str, column: str, row_id: str) -> str:
    """Where a sealed value belongs; it opens nowhere else. `column` is without the ending."""
    return f"{table}.{column}:{row_id}"


def reseal(db: Database, keyring: Keyring, metadata: MetaData) -> Iterator[tuple[str, int]]:
    """Yields (table, rows sealed anew so far), after each small transaction.

    Safe to stop and to run again: what is sealed with the newest key is passed over, and a row that
    was changed meanwhile keeps the newer value.
    """
    for table, columns in sealed_columns(metadata):
        with db.read() as session:
            if not _left(session, keyring, columns):
                continue
        after, done = "", 0
        while True:
            with db.write() as session:
                rows = _rows(session, table, columns, after)
                done += sum(_reseal_row(session, keyring, table, columns, row) for row in rows)
            if not rows:
                break
            after = rows[-1].id
            yield table.name, done


def left(session: Session, keyring: Keyring, metadata: MetaData) -> int:
    """How many values are sealed with another key than the newest."""
    tables = sealed_columns(metadata)
    return sum(_left(session, keyring, columns) for _, columns in tables)


def _left(session: Session, keyring: Keyring, columns: list[Column[Any]]) -> int:
    current = f"{keyring.current}."
    return sum(
        session.connection().scalar(
            select(func.count()).where(column.is_not(None), ~column.startswith(current))
        )
        or 0
        for column in columns
    )


def _rows(session: Session, table: Table, columns: list[Column[Any]], after: str) -> list[Any]:
    statement = (
        select(table.c.id, *columns)
        .where(table.c.id > after)
        .order_by(table.c.id)
        .limit(BATCH)
        .with_for_update()
    )
    return list(session.connection().execute(statement))


def _reseal_row(
    session: Session, keyring: Keyring, table: Table, columns: list[Column[Any]], row: Any
) -> bool:
    fresh = {
        column.name: _resealed(keyring, table, column, row)
        for column in columns
        if (value := row._mapping[column.name]) and not keyring.is_current(value)
    }
    if fresh:
        statement = update(table).where(table.c.id == bindparam("row_id")).values(**fresh)
        session.connection().execute(statement, {"row_id": row.id})
    return bool(fresh)


def _resealed(keyring: Keyring, table: Table, column: Column[Any], row: Any) -> str:
    where = place(table.name, column.name.removesuffix(ENDING), row.id)
    return keyring.seal(keyring.open(row._mapping[column.name], where), where)
