"""handrail import"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.db import Database
from core.errors import HandrailError
from core.settings import Settings

HELP = "import a directory in HSDS 2.x CSV or HSDS 3.x CSV or JSON"
FORMATS = ("auto", "hsds3-csv", "hsds3-json", "hsds2-csv")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=Path, help="a folder of files, or a JSON file")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing"
    )
    parser.add_argument("--format", choices=FORMATS, default="auto", help="auto: look at the files")
    parser.add_argument(
        "--source",
        default="",
        metavar="NAME",
        help="whose data it is, so that the next import of it updates in place; by default the"
        " name of the folder that holds PATH",
    )
    parser.add_argument(
        "--keep-personal-contacts",
        action="store_true",
        help="import people's names and mailboxes too; they are left out otherwise",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="where to name each row that was not imported: JSON lines, or CSV when FILE ends so",
    )


def run(settings: Settings, options: Namespace) -> int:
    from app import checks, home
    from app.import_summary import lines
    from directory import importing

    home.prepare(settings)
    found = checks.check_migrations(settings)
    if found.verdict != "ok":
        raise HandrailError(f"the database is {found.found}. {found.advice}")
    asked = importing.Options(
        path=options.path,
        home=settings.home,
        dry_run=options.dry_run,
        format=importing.Format(options.format),
        source=options.source,
        keep_personal_contacts=options.keep_personal_contacts,
        report=options.report,
    )
    database = Database(settings.database_url)
    try:
        result = importing.run(database, asked)
    finally:
        database.close()
    print("\n".join(lines(result)))
    return 0
