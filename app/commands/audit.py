"""handrail audit"""

import sys
from argparse import ArgumentParser, Namespace

from core.settings import Settings

HELP = "check the audit trail: verify names every row that was changed, removed or put in"
SHOWN = 50


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("step", choices=("verify",))


def run(settings: Settings, _options: Namespace) -> int:
    from app.checks import require_migrated
    from core import audit
    from core.db import Database

    require_migrated(settings)
    database = Database(settings.database_url)
    broken = 0
    try:
        with database.read() as session:
            for found in audit.verify(session):
                broken += 1
                if broken <= SHOWN:
                    chain = found.organization_id or "system"
                    print(f"chain {chain}, row {found.sequence}: {found.reason}")
    finally:
        database.close()
    if broken:
        print(f"The audit trail does not hold in {broken} places.", file=sys.stderr)
        return 1
    print("The audit trail holds.")
    return 0
