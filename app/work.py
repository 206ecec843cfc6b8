"""What the worker does with each topic of the outbox."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.worker import Handler, Worker
from core.db import Database
from core.settings import Settings
from search import sync


@contextmanager
def prepared(settings: Settings) -> Iterator[Worker]:
    """A worker with everything its handlers need, which is closed after the block."""
    from app.engines import open_search

    database, engine = Database(settings.database_url), open_search(settings)
    try:
        handlers: Mapping[str, Handler] = {
            sync.TOPIC: sync.handler(database, engine, settings.time_zone)
        }
        yield Worker(database, handlers)
    finally:
        engine.close()
        database.close()
