"""Writes to the directory. Each leaves field history, an audit row and outbox rows with it.

Nothing here commits: the edge does, so that change, audit and outbox stand or fall together.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from core import audit, outbox
from core.actor import Actor
from core.clock import now
from core.db import new_id
from core.errors import NotFound
from directory.changes import as_text, differences, touched
from directory.models import (
    Attribute,
    Location,
    Metadata,
    Organization,
    Program,
    Service,
    ServiceAtLocation,
    Translation,
)
from directory.models.base import DirectoryRow, SourcedRow
from directory.queries import units_of
from directory.snapshots import parent_of, snapshot
from directory.translating import outdate

TOPIC = "directory.changed"
BATCH = 500
# Above this many rows the audit says how many, and the field history says which.
AUDITED_ONE_BY_ONE = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """What a save did, in rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


def save(
    session: Session, actor: Actor, rows: Iterable[DirectoryRow], *, action: str = "directory.save"
) -> Counts:
    """Create or update these rows by id; rows already so are left alone.

    Rows come parents first. They are new objects: build them with `Table.model_validate` where
    the values come from outside.
    """
    counts, changed, entities = Counts(), [], set[tuple[str, str]]()
    for batch in _batches(rows):
        done = save_batch(session, actor, batch)
        counts += done.counts
        changed += done.changed
        entities |= done.entities
    if changed:
        publish_changes(session, sorted(entities))
        _audit(session, actor, action, changed, counts)
    return counts


def create_all(session: Session, rows: Sequence[DirectoryRow]) -> int:
    """Insert rows that are known to be new, fast; for filling an empty directory.

    Leaves no outbox rows: the caller builds the index afterwards, whole.
    """
    return create_values(
        session,
        {table: [row.model_dump() for row in group] for table, group in _by_table(rows).items()},
    )


def create_values(
    session: Session, values: Mapping[type[DirectoryRow], Sequence[dict[str, Any]]]
) -> int:
    """As `create_all`, from every column's value; ten times faster than building rows for it."""
    connection = session.connection()
    for table, rows in values.items():
        if rows:
            connection.execute(insert(table), rows)
    return sum(map(len, values.values()))


def remove(session: Session, actor: Actor, table: type[DirectoryRow], row_id: str) -> None:
    """Delete a record with all that hangs on it. Raises NotFound when there is none."""
    row = session.get(table, row_id)
    if row is None:
        raise NotFound(f"There is no such {table.__tablename__}.")
    entities = set(touched(row))
    units = {unit for entity, key in entities for unit in units_of(session, entity, key)}
    session.delete(row)
    connection = session.connection()
    connection.execute(delete(Attribute).where(col(Attribute.link_id) == row_id))
    connection.execute(delete(Translation).where(col(Translation.resource_id) == row_id))
    session.add(_gone(row, actor))
    session.flush()
    publish_changes(session, sorted({("unit", unit) for unit in units} | entities))
    audit.record(session, actor, "directory.remove", str(table.__tablename__), row_id)


@dataclass(slots=True)
class Saved:
    """What a batch did; `entities` is what to publish."""

    counts: Counts
    changed: list[DirectoryRow]
    entities: set[tuple[str, str]]


def save_batch(
    session: Session, actor: Actor, rows: Sequence[DirectoryRow], *, filling: bool = False
) -> Saved:
    """Create or update rows of one table, with their history.

    For writers of many batches: they publish the entities and audit once, at the end. When
    `filling`, new rows that hang on others are no news: what they hang on is new as well.
    """
    table = type(rows[0])
    ids = [row.id for row in rows]
    stored = {row.id: row for row in session.exec(select(table).where(col(table.id).in_(ids)))}
    tally, changed, entities = Counter[str](), [], set[tuple[str, str]]()
    said_anew: dict[str, set[str]] = {}
    for row in rows:
        old = stored.get(row.id)
        change = differences(old, row) if old else None
        if old and not change:
            tally["unchanged"] += 1
            continue
        if old and change:
            entities |= set(touched(old))  # a row that moves leaves its old parent changed too
            _apply(session, actor, old, change)
            said_anew[row.id] = set(change)
        else:
            stored[row.id] = row
            session.add(row)
            _note_creation(session, actor, row, filling)
        tally["updated" if old else "created"] += 1
        changed.append(row)
        entities |= set(touched(row))
    session.flush()
    if table is Service:
        outdate(session, said_anew)
    return Saved(Counts(**tally), changed, entities)


def drop_batch(session: Session, actor: Actor, rows: Sequence[DirectoryRow]) -> Saved:
    """Delete rows that hang on others (phones, schedules, places of a service), with history.

    As after `save_batch`, the caller publishes the entities and audits.
    """
    entities = {entity for row in rows for entity in touched(row)}
    entities |= {("unit", row.id) for row in rows if isinstance(row, ServiceAtLocation)}
    ids = [row.id for row in rows]
    connection = session.connection()
    connection.execute(delete(Attribute).where(col(Attribute.link_id).in_(ids)))
    connection.execute(delete(Translation).where(col(Translation.resource_id).in_(ids)))
    for row in rows:
        session.add(_gone(row, actor))
        session.delete(row)
    session.flush()
    return Saved(Counts(), list(rows), entities)


def _apply(
    session: Session, actor: Actor, row: DirectoryRow, change: dict[str, tuple[Any, Any]]
) -> None:
    for name, (before, after) in change.items():
        setattr(row, name, after)
        session.add(_history(row, actor, "update", name, as_text(before), as_text(after)))
    if isinstance(row, SourcedRow):
        row.last_modified = now()
    if isinstance(row, Translation) and "text" in change:
        row.outdated_since = None


def _note_creation(session: Session, actor: Actor, row: DirectoryRow, filling: bool) -> None:
    if isinstance(row, Organization | Program | Service | Location | ServiceAtLocation):
        session.add(_history(row, actor, "create", "id", "", row.id))
    elif not filling and (of := parent_of(row)):
        table = str(row.__tablename__)
        session.add(_line(of, actor, "create", table, "", snapshot(row)))


def _gone(row: DirectoryRow, actor: Actor) -> Metadata:
    """The line that says that a row is gone, and what it said where it hung on another."""
    if of := parent_of(row):
        return _line(of, actor, "delete", str(row.__tablename__), snapshot(row), "")
    return _history(row, actor, "delete", "id", row.id, "")


def _history(
    row: DirectoryRow, actor: Actor, action: str, name: str, before: str, after: str
) -> Metadata:
    return _line((str(row.__tablename__), row.id), actor, action, name, before, after)


def _line(
    of: tuple[str, str], actor: Actor, action: str, name: str, before: str, after: str
) -> Metadata:
    table, key = of
    return Metadata(
        id=new_id(),
        resource_id=key,
        resource_type=table,
        last_action_date=now(),
        last_action_type=action,
        field_name=name,
        previous_value=before,
        replacement_value=after,
        updated_by=actor.id,
    )


def publish_changes(session: Session, entities: Iterable[tuple[str, str]]) -> None:
    """Tell the index, with this transaction, that these (entity, id) changed."""
    outbox.publish_all(session, TOPIC, ({"entity": one, "id": key} for one, key in entities))


def _audit(
    session: Session,
    actor: Actor,
    action: str,
    changed: Sequence[DirectoryRow],
    counts: Counts,
) -> None:
    if len(changed) <= AUDITED_ONE_BY_ONE:
        for row in changed:
            audit.record(session, actor, action, str(row.__tablename__), row.id)
        return
    tables = Counter(str(row.__tablename__) for row in changed)
    fields = {"created": counts.created, "updated": counts.updated, "tables": dict(tables)}
    audit.record(session, actor, action, "directory", "", fields)


def _batches(rows: Iterable[DirectoryRow]) -> Iterator[list[DirectoryRow]]:
    """Runs of rows of one table, at most BATCH long and without a repeated id."""
    batch: dict[str, DirectoryRow] = {}
    for row in rows:
        first = next(iter(batch.values()), row)
        if type(row) is not type(first) or len(batch) == BATCH or row.id in batch:
            yield list(batch.values())
            batch = {}
        batch[row.id] = row
    if batch:
        yield list(batch.values())


def _by_table(rows: Iterable[DirectoryRow]) -> dict[type[DirectoryRow], list[DirectoryRow]]:
    groups: dict[type[DirectoryRow], list[DirectoryRow]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    return groups
