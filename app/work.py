"""What the worker does with each topic of the outbox."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from app import retention
from app.worker import Handler, Worker
from core.clock import now
from core.db import Database
from core.settings import Settings
from search import rebuild, sync
from search.engine import SearchEngine

RETENTION_EVERY = timedelta(days=1)

log = logging.getLogger("handrail.worker")


class Upkeep:
    """What is done now and then, whether or not there is a message."""

    def __init__(self, database: Database, engine: SearchEngine, settings: Settings) -> None:
        self._with = database, engine, settings
        self._retained_at: datetime | None = None

    def __call__(self) -> None:
        database, _, settings = self._with
        if self._retained_at is None or now() - self._retained_at >= RETENTION_EVERY:
            self._retained_at = now()
            erased = retention.run(database, settings.retention, dry_run=False)
            for outcome in (outcome for outcome in erased if outcome.count):
                log.info("Retention erased %d of %s", outcome.count, outcome.category)
        _look_after(*self._with)


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
        yield Worker(database, handlers, upkeep=Upkeep(database, engine, settings))
    finally:
        engine.close()
        database.close()
