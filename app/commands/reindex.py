"""handrail reindex"""

import sys
from argparse import ArgumentParser, Namespace

from core import outbox
from core.db import Database
from core.settings import Settings
from search import rebuild, sync
from search.engine import SearchEngine

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
        if options.verify or options.repair:
            return _verify(database, engine, settings.time_zone, mend=options.repair)
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


def _verify(database: Database, engine: SearchEngine, zone: str, *, mend: bool) -> int:
    verified = rebuild.verify(database, engine, zone, _progress)
    if mend and verified.differences:
        print(f"mending {len(verified.differences)} differences")
        rebuild.repair(database, engine, zone, verified)
        verified = rebuild.verify(database, engine, zone, _progress)
    for difference in verified.differences:
        print(f"{difference.kind} {difference.id} {difference.name}")
    print(
        f"{verified.expected} documents expected, {verified.indexed} indexed, "
        f"{len(verified.differences)} differences"
    )
    return 1 if verified.differences else 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(
            f"\r{done} of {total}", end="\n" if done >= total else "", file=sys.stderr, flush=True
        )
