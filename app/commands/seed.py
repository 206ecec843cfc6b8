"""handrail seed"""

import sys
import time
from argparse import ArgumentParser, Namespace

from core.db import Database
from core.errors import Invalid
from core.settings import Settings

HELP = "fill the directory with an invented county, for trying things out"
SIZE_MAX = 10_000_000


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--size",
        type=int,
        metavar="N",
        help="copy it all over the country until there are N services at a place",
    )
    parser.add_argument(
        "--no-index", action="store_true", help="leave the search index to a later reindex"
    )


def run(settings: Settings, options: Namespace) -> int:
    from app.checks import require_migrated
    from seed_data.load import load

    if options.size is not None and not 1 <= options.size <= SIZE_MAX:
        raise Invalid(f"--size is a number from 1 to {SIZE_MAX}", parameter="size")
    require_migrated(settings)
    database = Database(settings.database_url)
    started = time.monotonic()
    try:
        counts = load(database, options.size, _progress)
    finally:
        database.close()
    print(
        f"{counts.created} rows created, {counts.updated} updated, {counts.unchanged} unchanged"
        f" in {time.monotonic() - started:.1f} s"
    )
    if options.no_index or not counts.created + counts.updated:
        return 0
    return _index(settings)


def _index(settings: Settings) -> int:
    from app.commands import reindex

    return reindex.run(settings, Namespace(verify=False, repair=False))


def _progress(done: int, wanted: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= wanted else ""
        print(f"\r{done} of {wanted}", end=end, file=sys.stderr, flush=True)
