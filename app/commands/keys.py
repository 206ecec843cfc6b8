"""handrail keys"""

import sys
from argparse import ArgumentParser, Namespace

from core.settings import Settings

HELP = "seal patients' fields anew under the newest encryption key, while work goes on"

STILL_OLDER = (
    "{count} values were sealed with an older key meanwhile: a process still runs with settings in"
    " which {key} is not the first key. Restart it, then run this again. Take no key away yet."
)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("step", choices=("rotate",))


def run(settings: Settings, _options: Namespace) -> int:
    """Every value is sealed with the newest key afterwards; the older ones can then be taken away."""
    from accounts import second_factor
    from app.checks import require_migrated, require_right_keys
    from app.tables import metadata
    from core import resealing, sentinel
    from core.db import Database

    require_migrated(settings)
    require_right_keys(settings)
    keyring = settings.keyring()
    database = Database(settings.database_url)
    totals: dict[str, int] = {}
    try:
        for table, done in resealing.reseal(database, keyring, metadata):
            totals[table] = done
            if sys.stderr.isatty():
                print(f"\r{table}: {done}", end="", file=sys.stderr, flush=True)
        with database.write() as session:
            totals["second factors"] = second_factor.reseal(session, keyring)
            left = resealing.left(session, keyring, metadata)
            retired = [] if left else sentinel.retire(session, keyring)
    finally:
        database.close()
    print(f"{sum(totals.values())} rows sealed anew with key {keyring.current}.")
    if left:
        print(STILL_OLDER.format(count=left, key=keyring.current), file=sys.stderr)
        return 1
    if retired:
        print(f"Nothing is sealed with {', '.join(retired)} any more: it can be taken away.")
    return 0
