"""handrail import"""

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from core.db import Database
from core.errors import HandrailError, Invalid
from core.settings import Settings

HELP = "import a directory (HSDS 2.x CSV, HSDS 3.x CSV or JSON), prices or acquisition costs"
FORMATS = ("auto", "hsds3-csv", "hsds3-json", "hsds2-csv")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="[prices|nadac|costplus] PATH",
        nargs="+",
        help="a folder of files or a JSON file of a directory; or a file of prices (CSV, JSON),"
        " of CMS's NADAC, or of the published Cost Plus list",
    )
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
        "--observed-on",
        type=date.fromisoformat,
        metavar="DATE",
        help="the day of prices that do not say theirs; by default the one in the file's name",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="where to name each row that was not imported: JSON lines, or CSV when FILE ends so",
    )


def run(settings: Settings, options: Namespace) -> int:
    from app import checks, home

    kind, path = _asked(options.what)
    home.prepare(settings)
    found = checks.check_migrations(settings)
    if found.verdict != "ok":
        raise HandrailError(f"the database is {found.found}. {found.advice}")
    database = Database(settings.database_url)
    try:
        lines = (_prices if kind else _directory)(database, settings, options, kind, path)
    finally:
        database.close()
    print("\n".join(lines))
    return 0


def _asked(words: list[str]) -> tuple[str, Path]:
    """What kind of prices, "" for a directory, and the path."""
    from directory.prices.importing import KINDS

    if len(words) == 1:
        return "", Path(words[0])
    if len(words) == 2 and words[0] in KINDS:
        return words[0], Path(words[1])
    raise Invalid(f"Say one PATH, or one of {', '.join(KINDS)} and a PATH.", parameter="path")


def _directory(
    database: Database, settings: Settings, options: Namespace, _kind: str, path: Path
) -> list[str]:
    from app.import_summary import lines
    from directory import importing

    asked = importing.Options(
        path=path,
        home=settings.home,
        dry_run=options.dry_run,
        format=importing.Format(options.format),
        source=options.source,
        keep_personal_contacts=options.keep_personal_contacts,
        report=options.report,
    )
    return list(lines(importing.run(database, asked)))


def _prices(
    database: Database, settings: Settings, options: Namespace, kind: str, path: Path
) -> list[str]:
    from app.import_summary import price_lines
    from directory.prices import importing

    asked = importing.Options(
        kind=kind,
        path=path,
        home=settings.home,
        time_zone=settings.time_zone,
        dry_run=options.dry_run,
        source=options.source,
        observed_on=options.observed_on,
        report=options.report,
    )
    return list(price_lines(importing.run(database, asked)))
