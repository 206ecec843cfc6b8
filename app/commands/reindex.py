"""handrail reindex"""

import sys
from argparse import ArgumentParser, Namespace

from core import outbox
from core.db import Database
from core.settings import Settings
from search import rebuild, sync
from search.engine import SearchEngine
from search.verify import Comparison, repair

HELP = "build the search index anew, or compare it with the directory"


def arguments(parser: ArgumentParser) -> None:
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--verify", action="store_true", help="change nothing; name what differs, status 1 if any"
    )
    either.add_argument("--repair", action="store_true", help="mend what differs, then compare")


def run(settings: Settings, options: Namespace) -> int:
    from app.engines import open_search

    database, engine = Database(settings.database_url), open_search(settings)
    try:
        if options.repair:
            _mend(database, engine, settings.time_zone)
        if options.verify or options.repair:
            return _compare(database, engine, settings.time_zone)
        return _rebuild(database, engine, settings.time_zone)
    finally:
        engine.close()
        database.close()


def _rebuild(database: Database, engine: SearchEngine, zone: str) -> int:
    rebuilt = rebuild.reindex(database, engine, zone, _progress)
    with database.write() as session:  # what was refused is in the new index, or refused again
        outbox.release(session, {sync.TOPIC})
    for refused in rebuilt.refused:
        print(f"refused {refused.id}: {refused.reason}")
    print(f"{rebuilt.count} documents indexed, {len(rebuilt.refused)} refused")
    return 0


def _mend(database: Database, engine: SearchEngine, zone: str) -> None:
    mended = repair(database, engine, zone, Comparison(database, engine, zone, _progress))
    if mended:
        print(f"mended {mended} differences")


def _compare(database: Database, engine: SearchEngine, zone: str) -> int:
    comparison, count = Comparison(database, engine, zone, _progress), 0
    for count, one in enumerate(comparison, 1):
        print(f"{one.kind} {one.id} {one.name}")
    print(
        f"{comparison.expected} documents expected, {comparison.indexed} indexed, "
        f"{count} differences"
    )
    return 1 if count else 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(
            f"\r{done} of {total}", end="\n" if done >= total else "", file=sys.stderr, flush=True
        )
