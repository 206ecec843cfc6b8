"""Building the whole index anew, and proving that it says what the directory says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.clock import now
from core.db import Database
from directory import queries
from search.admission import Document
from search.documents import document
from search.engine import IndexMissing, Rebuilt, SearchEngine
from search.sync import BATCH, documents_of, replay, update_units

CLOCKS_APART = timedelta(minutes=5)
"""How far the clocks of two workers may differ."""

Progress = Callable[[int, int], None]
"""Called with units read so far, and how many there are."""


class Kind(StrEnum):
    """How index and directory differ about a unit."""

    MISSING = "missing"  # the directory has it, the index does not
    STALE = "stale"  # the index has it with other content
    EXTRA = "extra"  # the index has it, the directory does not (any more)


@dataclass(frozen=True, slots=True)
class Difference:
    """One unit about which they differ; `name` is the service's, "" when nobody knows."""

    id: str
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many documents each side has, and every difference."""

    expected: int
    indexed: int
    differences: tuple[Difference, ...]


def reindex(
    database: Database,
    engine: SearchEngine,
    timezone: str,
    progress: Progress = lambda done, total: None,
) -> Rebuilt:
    """Build a new index beside the old one and switch. No change made meanwhile is lost.

    The directory is read in one state, that of the first read; what changed since is handled by the
    workers as ever, and what they finished before the switch is handled again after it.
    """
    started = now() - CLOCKS_APART
    rebuilt = engine.rebuild(_documents(database, timezone, progress))
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


def _documents(database: Database, timezone: str, progress: Progress) -> Iterator[Document]:
    """Every document of the directory, read in batches."""
    with database.read() as session:
        total, done = queries.count_units(session), 0
        for views in queries.walk(session, timezone=timezone, batch=BATCH):
            for view in views:
                made = document(view)
                if made is not None:
                    yield made
            done += len(views)
            progress(done, total)


def verify(
    database: Database,
    engine: SearchEngine,
    timezone: str,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Compare every document with the index, both ways.

    What seems to differ is looked at once more at the end, so that changes made during the comparison do not
    count; those that still wait in the outbox do.
    """
    stored = dict(engine.ids_and_hashes())
    indexed, expected = len(stored), 0
    suspects = []
    for made in _documents(database, timezone, progress):
        expected += 1
        if stored.pop(made["id"], None) != made["hash"]:
            suspects.append(made["id"])
    suspects += stored
    differences: list[Difference] = []
    for start in range(0, len(suspects), BATCH):
        differences += _look_again(database, engine, timezone, suspects[start : start + BATCH])
    return Verified(expected, indexed, tuple(differences))


def _look_again(
    database: Database, engine: SearchEngine, timezone: str, units: list[str]
) -> Iterator[Difference]:
    for unit, made in documents_of(database, timezone, units).items():
        stored = engine.get(unit)
        if made is None and stored is not None:
            yield Difference(unit, Kind.EXTRA, stored["name"])
        elif made is not None and stored is None:
            yield Difference(unit, Kind.MISSING, made["name"])
        elif made is not None and stored is not None and stored["hash"] != made["hash"]:
            yield Difference(unit, Kind.STALE, made["name"])


def repair(database: Database, engine: SearchEngine, timezone: str, verified: Verified) -> None:
    """Mend every difference. Raises nothing for documents the engine refuses: verify names them."""
    update_units(database, engine, timezone, [one.id for one in verified.differences])
