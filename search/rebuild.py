"""Building the whole index anew."""

from datetime import timedelta

from core.clock import now
from core.db import Database
from search.engine import IndexMissing, Rebuilt, SearchEngine
from search.reading import Progress, all_documents, silent
from search.sync import replay

CLOCKS_APART = timedelta(minutes=5)
"""How far the clocks of two workers may differ."""


def reindex(
    database: Database,
    engine: SearchEngine,
    timezone: str,
    progress: Progress = silent,
) -> Rebuilt:
    """Build a new index beside the old one and switch. No change made meanwhile is lost.

    No part of the directory is read in a state older than the first read; what changed since is handled
    by the workers as ever, and what they finished before the switch is handled again after it.
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
