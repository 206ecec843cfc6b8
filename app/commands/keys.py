"""handrail keys"""

import sys
from argparse import ArgumentParser, Namespace

from core.settings import Settings

HELP = "seal patients' fields anew under the newest encryption key, while work goes on"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("step", choices=("rotate",))


def run(settings: Settings, _options: Namespace) -> int:
    """Every value is sealed with the newest key afterwards; the older ones can then be taken away."""
    import app.tables  # noqa: F401 - every table with sealed columns
    from accounts import second_factor
    from app.checks import require_migrated, require_right_keys
    from core import sentinel
    from core.db import Database
    from patients.lifecycle import reseal
    from patients.sealing import Vault

    require_migrated(settings)
    require_right_keys(settings)
    keyring = settings.keyring()
    database = Database(settings.database_url)
    totals: dict[str, int] = {}
    try:
        for table, done in reseal(database, Vault(keyring)):
            totals[table] = done
            if sys.stderr.isatty():
                print(f"\r{table}: {done}", end="", file=sys.stderr, flush=True)
        with database.write() as session:
            totals["second factors"] = second_factor.reseal(session, keyring)
            retired = sentinel.retire(session, keyring)
    finally:
        database.close()
    print(f"{sum(totals.values())} rows sealed anew with key {keyring.current}.")
    if retired:
        print(f"Nothing is sealed with {', '.join(retired)} any more: it can be taken away.")
    return 0
