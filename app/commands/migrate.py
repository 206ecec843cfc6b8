"""handrail migrate"""

from argparse import ArgumentParser, Namespace

from app import home
from core.settings import Settings

HELP = "bring the database to the newest migration, or to another one"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", default="head", help="a revision; the newest by default")
    parser.add_argument(
        "--down", action="store_true", help="--to is an earlier revision; its data is lost"
    )


def run(settings: Settings, options: Namespace) -> int:
    from app import migrating  # Alembic takes a while to load

    home.prepare(settings)
    url = settings.database_url
    before = migrating.current(url)
    if options.down:
        migrating.downgrade(url, options.to)
    else:
        migrating.upgrade(url, options.to)
    after = migrating.current(url)
    print(
        f"The database is at {after}."
        if before == after
        else f"{before or 'none'} → {after or 'none'}"
    )
    return 0
