"""handrail audit"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core.settings import Settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from core.audit import Broken, Head

HELP = "check the audit trail: verify names every row that was changed, removed or put in"
SHOWN = 50
SYSTEM = "system"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "step",
        choices=("verify", "heads"),
        help="heads prints the end of every chain, to be kept on another machine",
    )
    parser.add_argument(
        "--heads",
        type=Path,
        metavar="FILE",
        help="heads printed earlier: a chain that was rewritten since is named, too",
    )


def run(settings: Settings, options: Namespace) -> int:
    from app.checks import require_migrated
    from core.db import Database

    require_migrated(settings)
    known = _read(options.heads) if options.heads else []
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            return _print_heads(session) if options.step == "heads" else _verify(session, known)
    finally:
        database.close()


def _print_heads(session: "Session") -> int:
    from core import audit

    for head in audit.heads(session):
        print(head.organization_id or SYSTEM, head.sequence, head.hash)
    return 0


def _verify(session: "Session", known: "list[Head]") -> int:
    broken = 0
    for found in _broken(session, known):
        broken += 1
        if broken <= SHOWN:
            print(f"chain {found.organization_id or SYSTEM}, row {found.sequence}: {found.reason}")
    if broken:
        print(f"The audit trail does not hold in {broken} places.", file=sys.stderr)
        return 1
    print("The audit trail holds.")
    return 0


def _broken(session: "Session", known: "list[Head]") -> "Iterator[Broken]":
    from core import audit

    yield from audit.verify(session)
    yield from audit.verify_heads(session, known)


def _read(path: Path) -> "list[Head]":
    from core.audit import Head
    from core.errors import Invalid

    try:
        rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
        return [Head("" if row == SYSTEM else row, int(at), of) for row, at, of in rows]
    except (OSError, ValueError) as error:
        raise Invalid(f"--heads is a file that `handrail audit heads` printed: {error}") from None
