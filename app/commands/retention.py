"""handrail retention"""

from argparse import ArgumentParser, Namespace

from core.settings import Settings

HELP = "erase what was kept as long as HANDRAIL_RETENTION says; the worker does it every day"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be erased, and erase nothing"
    )


def run(settings: Settings, options: Namespace) -> int:
    from app import retention
    from app.checks import require_migrated
    from core.db import Database

    require_migrated(settings)
    verb = "would be erased" if options.dry_run else "erased"
    database = Database(settings.database_url)
    try:
        for outcome in retention.run(database, settings.retention, dry_run=options.dry_run):
            kept = f"kept {outcome.days} days" if outcome.days else "kept for ever"
            print(f"{outcome.category}: {kept}, {outcome.count} {verb}")
    finally:
        database.close()
    return 0
