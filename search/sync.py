"""From outbox rows to the index: each changed record's units are read again, then put or deleted.

At least once and in any order is enough. A unit is read after its change was committed, and read once more
after it was put: whatever two workers do to one unit at the same time, the later state is put last.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from core.db import Database
from core.errors import HandrailError
from core.outbox import Message, OutboxMessage
from directory import queries
from directory.commands import TOPIC
from search.admission import Document
from search.documents import document
from search.engine import Refused, SearchEngine

BATCH = 500
ROUNDS_MAX = 20
"""A unit that changes faster than it is put so many times over is left to its next message."""

__all__ = ["TOPIC", "DocumentsRefused", "handler", "replay", "update_units"]


class DocumentsRefused(HandrailError):
    """The engine did not take some documents; the message names them and says why."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__("; ".join(f"{one.id}: {one.reason}" for one in refused))
        self.refused = tuple(refused)


def handler(
    database: Database, engine: SearchEngine, timezone: str
) -> Callable[[Sequence[Message]], None]:
    """A worker's handler for TOPIC. Raises DocumentsRefused after all others were put."""

    def handle(messages: Sequence[Message]) -> None:
        refused = _update_entities(database, engine, timezone, [m.payload for m in messages])
        if refused:
            raise DocumentsRefused(refused)

    return handle


def replay(database: Database, engine: SearchEngine, timezone: str, since: datetime) -> None:
    """Handle again what any worker finished since then."""
    with database.read() as session:
        statement = select(OutboxMessage.payload).where(
            OutboxMessage.topic == TOPIC, col(OutboxMessage.done_at) >= since
        )
        payloads = list(session.exec(statement))
    _update_entities(database, engine, timezone, payloads)


def _update_entities(
    database: Database,
    engine: SearchEngine,
    timezone: str,
    payloads: Iterable[Mapping[str, Any]],
) -> list[Refused]:
    entities = dict.fromkeys((payload["entity"], payload["id"]) for payload in payloads)
    with database.read() as session:
        units = [queries.units_of(session, entity, key) for entity, key in entities]
    return update_units(database, engine, timezone, [unit for found in units for unit in found])


def update_units(
    database: Database, engine: SearchEngine, timezone: str, units: Iterable[str]
) -> list[Refused]:
    """Make the index say of these units what the directory says now."""
    waiting = list(dict.fromkeys(units))
    refused: list[Refused] = []
    for start in range(0, len(waiting), BATCH):
        refused += _update_batch(database, engine, timezone, waiting[start : start + BATCH])
    return refused


def _update_batch(
    database: Database, engine: SearchEngine, timezone: str, units: Sequence[str]
) -> list[Refused]:
    refused: dict[str, Refused] = {}
    current = documents_of(database, timezone, units)
    for _ in range(ROUNDS_MAX):
        found = [one for one in current.values() if one is not None]
        refused |= {one.id: one for one in engine.put(found)} if found else {}
        gone = [unit for unit, one in current.items() if one is None]
        if gone:
            engine.delete(gone)
        later = documents_of(database, timezone, list(current))
        current = {unit: one for unit, one in later.items() if one != current[unit]}
        if not current:
            break
    return list(refused.values())


def documents_of(
    database: Database, timezone: str, units: Sequence[str]
) -> dict[str, Document | None]:
    """Unit → its document now; None when there is none to index."""
    with database.read() as session:
        views = queries.service_views(session, units, timezone=timezone)
    made = {view.id: document(view) for view in views}
    return {unit: made.get(unit) for unit in units}
