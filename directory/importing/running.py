"""From a path to a changed directory, or to nothing at all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sqlalchemy.exc import IntegrityError, OperationalError

from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import Database
from core.errors import Conflict, Invalid, Unavailable
from directory.importing import (
    conflicts,
    deriving,
    hsds2_csv,
    hsds3_csv,
    hsds3_json,
    places,
    references,
)
from directory.importing.formats import Format, Found, find
from directory.importing.identity import own_ids
from directory.importing.intake import Intake
from directory.importing.problems import Kind, Tally
from directory.importing.progress import Progress
from directory.importing.report import Report, report
from directory.importing.staging import staging
from directory.importing.writing import Writer, Written

READERS: Mapping[Format, Callable[[Found, Intake, Progress], None]] = {
    Format.HSDS3_CSV: hsds3_csv.read,
    Format.HSDS3_JSON: hsds3_json.read,
    Format.HSDS2_CSV: hsds2_csv.read,
}
SOURCE_MAX = 100
FULL = re.compile(r"disk is full|no space left|disk i/o error|could not extend", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """What `handrail import` was asked. `home` is where the report goes unless `report` says."""

    path: Path
    home: Path
    dry_run: bool = False
    format: Format = Format.AUTO
    source: str = ""
    keep_personal_contacts: bool = False
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did, or with `dry_run` would have done."""

    source: str
    format: Format
    dry_run: bool
    report: Path
    tables: Mapping[str, Written]
    problems: Mapping[tuple[Kind, str], int]
    tally: Tally
    rows_read: Mapping[str, int]
    seconds: float

    @property
    def changed(self) -> int:
        """Rows created, updated or removed."""
        return sum(t.counts.created + t.counts.updated + t.removed for t in self.tables.values())


class _DryRun(Exception):
    """Takes everything back."""


def run(
    db: Database, options: Options, *, actor: Actor = SYSTEM, out: TextIO | None = None
) -> Result:
    """Import it. Raises Invalid (FileRefused for a file) or Unavailable; nothing is written then.

    Progress goes to `out`, stderr unless said.
    """
    found = find(options.path, options.format)
    source = source_name(options)
    path = options.report or _report_path(options.home, source)
    progress = Progress(out)
    with report(path) as lines, staging() as staged:
        intake = Intake(staged, lines, Tally(), keep_personal=options.keep_personal_contacts)
        READERS[found.format](found, intake, progress)
        read = dict(progress.rows)
        _resolve(db, source, intake, progress)
        tables = _write(db, actor, source, intake, progress, dry_run=options.dry_run)
        return _result(options, source, found, path, tables, lines, intake, read, progress)


def source_name(options: Options) -> str:
    """As asked, or the name of the folder that holds the path: `dc_hsds2` for dc_hsds2/2023."""
    return named(options.source or options.path.absolute().parent.name)


def named(name: str) -> str:
    """The plain name of a source. Raises Invalid for one that cannot be."""
    plain = re.sub(r"[^a-z0-9_.-]+", "-", name.lower()).strip("-")
    if not plain:
        raise Invalid("Name the source with --source.", parameter="source")
    if plain == "handrail" or len(plain) > SOURCE_MAX:
        raise Invalid(f"The source cannot be called {plain[:40]!r}.", parameter="source")
    return plain


def _report_path(home: Path, source: str) -> Path:
    return home / "imports" / f"{source}-{now():%Y%m%dT%H%M%S}.jsonl"


def _resolve(db: Database, source: str, intake: Intake, progress: Progress) -> None:
    """Everything that needs more than one row to be seen."""
    with db.read() as session:
        conflicts.check(session, source, intake)
    references.check(intake, progress, own_ids())
    with db.read() as session:
        conflicts.check_pairs(session, source, intake)
        conflicts.check_codes(session, source, intake)
    places.check(intake, progress)
    deriving.derive(intake, progress)


def _write(
    db: Database,
    actor: Actor,
    source: str,
    intake: Intake,
    progress: Progress,
    *,
    dry_run: bool,
) -> dict[str, Written]:
    writer: Writer | None = None
    try:
        with db.write() as session:
            writer = Writer(session, actor, source, intake)
            writer.write(progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    except IntegrityError as error:
        raise Conflict(
            f"The import contradicts what is here; nothing was written: {error.orig}"
        ) from error
    except OperationalError as error:
        if FULL.search(str(error.orig)):
            raise Unavailable("The disk is full; nothing was written.") from error
        raise
    assert writer is not None
    return writer.tables


def _result(
    options: Options,
    source: str,
    found: Found,
    path: Path,
    tables: Mapping[str, Written],
    lines: Report,
    intake: Intake,
    read: Mapping[str, int],
    progress: Progress,
) -> Result:
    return Result(
        source=source,
        format=found.format,
        dry_run=options.dry_run,
        report=path,
        tables=tables,
        problems=dict(lines.sums),
        tally=intake.tally,
        rows_read=read,
        seconds=progress.seconds,
    )
