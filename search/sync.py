"""From outbox rows to the index: each changed record's units are read again, then put or deleted.

At least once and in any order is enough. A unit is read after its change was committed, and read once more
after it was put: had it changed meanwhile, another worker may have put that already, and this one an older
state over it. Then a message of its own has it done again, by whoever comes next.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlmodel import Session, col, select

from core import outbox
from core.clock import now
from core.db import Database
from core.outbox import Message, OutboxMessage, Poisoned
from directory import commands, queries
from directory.commands import TOPIC
from search.admission import Document
from search.documents import document
from search.engine import Refused, SearchEngine
from search.reading import BATCH

__all__ = ["TOPIC", "handler", "lag_s", "replay", "update_units"]

Entity = tuple[str, str]
"""Kind of a directory record, and its id."""


def handler(
    database: Database, engine: SearchEngine, timezone: str
) -> Callable[[Sequence[Message]], None]:
    """A worker's handler for TOPIC. A document the engine refuses poisons its messages alone."""

    def handle(messages: Sequence[Message]) -> None:
        units = _units_of(database, [message.payload for message in messages])
        refused = update_units(database, engine, timezone, chain.from_iterable(units.values()))
        if refused:
            raise Poisoned(_reasons(messages, units, refused))

    return handle


def _reasons(
    messages: Sequence[Message], units: Mapping[Entity, list[str]], refused: Sequence[Refused]
) -> dict[int, str]:
    """Message id → which of its units were refused, and why."""
    why = {one.id: f"{one.id}: {one.reason}" for one in refused}
    touched = {
        one.id: [why[unit] for unit in units[_entity(one.payload)] if unit in why]
        for one in messages
    }
    return {id: "; ".join(reasons) for id, reasons in touched.items() if reasons}


def lag_s(session: Session) -> float:
    """How many seconds the index is behind: the age of the oldest change that is not in it."""
    oldest = outbox.oldest(session, TOPIC)
    return max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0


def replay(database: Database, engine: SearchEngine, timezone: str, since: datetime) -> None:
    """Handle again what any worker finished since then."""
    with database.read() as session:
        statement = select(OutboxMessage.payload).where(
            OutboxMessage.topic == TOPIC, col(OutboxMessage.done_at) >= since
        )
        payloads = list(session.exec(statement))
    units = _units_of(database, payloads)
    update_units(database, engine, timezone, chain.from_iterable(units.values()))


def _entity(payload: Mapping[str, Any]) -> Entity:
    return payload["entity"], payload["id"]


def _units_of(database: Database, payloads: Iterable[Mapping[str, Any]]) -> dict[Entity, list[str]]:
    """Each record that changed → its units now."""
    with database.read() as session:
        return {entity: queries.units_of(session, *entity) for entity in map(_entity, payloads)}


def update_units(
    database: Database, engine: SearchEngine, timezone: str, units: Iterable[str]
) -> list[Refused]:
    """Make the index say of these units what the directory says now; gives what was refused."""
    waiting = list(dict.fromkeys(units))
    refused: list[Refused] = []
    for start in range(0, len(waiting), BATCH):
        refused += _update_batch(database, engine, timezone, waiting[start : start + BATCH])
    return refused


def _update_batch(
    database: Database, engine: SearchEngine, timezone: str, units: Sequence[str]
) -> list[Refused]:
    current = documents_of(database, timezone, units)
    found = [one for one in current.values() if one is not None]
    refused = engine.put(found) if found else []
    gone = [unit for unit, one in current.items() if one is None]
    if gone:
        engine.delete(gone)
    later = documents_of(database, timezone, units)
    changed = [unit for unit, one in later.items() if one != current[unit]]
    if changed:
        with database.write() as session:
            commands.publish_changes(session, [("unit", unit) for unit in changed])
    return refused


def documents_of(
    database: Database, timezone: str, units: Sequence[str]
) -> dict[str, Document | None]:
    """Unit → its document now; None when there is none to index."""
    with database.read() as session:
        views = queries.service_views(session, units, timezone=timezone)
    made = {view.id: document(view) for view in views}
    return {unit: made.get(unit) for unit in units}
