"""Building the whole index anew."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from core.clock import now
from core.db import Database
from directory import queries
from search.admission import Document
from search.documents import document
from search.engine import IndexMissing, Rebuilt, SearchEngine
from search.sync import BATCH, replay

CLOCKS_APART = timedelta(minutes=5)
"""How far the clocks of two workers may differ."""

Progress = Callable[[int, int], None]
"""Called with units read so far, and how many there are."""


def silent(done: int, total: int) -> None:
    """No progress is told."""


def reindex(
    database: Database,
    engine: SearchEngine,
    timezone: str,
    progress: Progress = silent,
) -> Rebuilt:
    """Build a new index beside the old one and switch. No change made meanwhile is lost.

    The directory is read in one state, that of the first read; what changed since is handled by the
    workers as ever, and what they finished before the switch is handled again after it.
    """
    started = now() - CLOCKS_APART
    rebuilt = engine.rebuild(all_documents(database, timezone, progress))
    replay(database, engine, timezone, since=started)
    return rebuilt


def build_if_missing(database: Database, engine: SearchEngine, timezone: str) -> bool:
    """Build the index when there is none; says whether that was so.

    Raises Unavailable when the engine does not answer, or somebody is building one.
    """
    try:
        engine.count()
    except IndexMissing:
        reindex(database, engine, timezone)
        return True
    return False


def all_documents(database: Database, timezone: str, progress: Progress) -> Iterator[Document]:
    """Every document of the directory, in order of id, read in batches."""
    with database.read() as session:
        total, done = queries.count_units(session), 0
        for views in queries.walk(session, timezone=timezone, batch=BATCH):
            for view in views:
                made = document(view)
                if made is not None:
                    yield made
            done += len(views)
            progress(done, total)
