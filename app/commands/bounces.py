"""handrail bounces"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing
from mailbox import Maildir, mbox
from pathlib import Path

from core.settings import Settings

HELP = "read mails that came back, from a file, an mbox, a Maildir or (-) standard input"
FROM_LINE = b"From "


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("step", choices=("read",))
    parser.add_argument("path", help="a mail, an mbox, a Maildir; - for one mail on standard input")


def run(settings: Settings, options: Namespace) -> int:
    """Addresses that refuse mail for good get none until somebody clears them; nothing is deleted."""
    from app.checks import require_migrated
    from core.db import Database
    from notices import returning

    require_migrated(settings)
    if options.path != "-" and not Path(options.path).exists():
        print(f"handrail: {options.path} is not there", file=sys.stderr)
        return 2
    database = Database(settings.database_url)
    try:
        counts = returning.take_all(database, mails(options.path))
    finally:
        database.close()
    print(
        f"{counts.mails} mails read: {counts.flagged} addresses flagged, {counts.lost} mails lost,"
        f" {counts.known} known already, {counts.foreign} about no mail of ours,"
        f" {counts.others} no reports"
    )
    return 0


def mails(path: str) -> Iterator[bytes]:
    """The mails at that path, one after the other."""
    if path == "-":
        yield sys.stdin.buffer.read()
    elif Path(path).is_dir():
        box = Maildir(path, create=False)
        yield from (box.get_bytes(key) for key in sorted(box.iterkeys()))
    else:
        with open(path, "rb") as file:
            several = file.read(len(FROM_LINE)) == FROM_LINE
        if not several:
            yield Path(path).read_bytes()
            return
        with closing(mbox(path, create=False)) as kept:
            yield from (kept.get_bytes(key) for key in kept.iterkeys())
