"""handrail export"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from core.settings import Settings

if TYPE_CHECKING:
    from app.exporting import Written

HELP = "write needs with their referrals as FHIR R4 bundles, one a line"
SHOWN = 20


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("format", choices=("fhir",), help="the standard to write")
    parser.add_argument("path", type=Path, metavar="PATH", help="the file to write (NDJSON)")
    parser.add_argument("--organization", metavar="NAME", help="only needs of this organization")
    parser.add_argument("--need", metavar="ID", help="only this need")


def run(settings: Settings, options: Namespace) -> int:
    from app.checks import require_migrated
    from app.exporting import Wanted, write
    from core.db import Database

    require_migrated(settings)
    database = Database(settings.database_url)
    wanted = Wanted(options.organization, options.need)
    try:
        return _say(write(database, settings, options.path, wanted, _progress), options.path)
    finally:
        database.close()


def _progress(count: int) -> None:
    print(f"{count} needs written", file=sys.stderr)


def _say(done: "Written", path: Path) -> int:
    print(
        f"{done.count} needs written to {path}. It holds patients' data: keep it as you would them."
    )
    for need_id, why in done.refused[:SHOWN]:
        print(f"need {need_id}: {why}", file=sys.stderr)
    if done.refused:
        print(f"{len(done.refused)} needs were not written.", file=sys.stderr)
    return 1 if done.refused else 0
