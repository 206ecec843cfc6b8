"""What the worker does with each topic of the outbox."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.worker import Handler, Worker
from core.db import Database
from core.settings import Settings
from search import rebuild, sync
from search.engine import SearchEngine

log = logging.getLogger("handrail.worker")


def _look_after(database: Database, engine: SearchEngine, settings: Settings) -> None:
    """A search server may lose its index, or the settings of it; this notices without being asked."""
    engine.health()  # which puts settings right
    if rebuild.build_if_missing(database, engine, settings.time_zone):
        log.warning("There was no search index; it was built")


@contextmanager
def prepared(settings: Settings) -> Iterator[Worker]:
    """A worker with everything its handlers need, which is closed after the block."""
    from app.engines import open_search

    database, engine = Database(settings.database_url), open_search(settings)
    try:
        handlers: Mapping[str, Handler] = {
            sync.TOPIC: sync.handler(database, engine, settings.time_zone)
        }
        yield Worker(database, handlers, upkeep=lambda: _look_after(database, engine, settings))
    finally:
        engine.close()
        database.close()
