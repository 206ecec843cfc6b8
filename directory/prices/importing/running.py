"""From a price file to rows, or to nothing at all."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core import audit
from core.actor import SYSTEM
from core.clock import now
from core.db import Database
from directory.importing.csv_file import Row
from directory.importing.problems import FileRefused, Kind, Problem, RowRefused, Tally
from directory.importing.progress import Progress
from directory.importing.report import Report, report
from directory.models import Location, Organization
from directory.prices.catalog import load_catalog
from directory.prices.importing import lists, nadac
from directory.prices.importing.lists import Known, Reader
from directory.prices.importing.sources import DATED, columns, rows_of
from directory.prices.importing.writing import write_benchmarks, write_prices
from directory.prices.models import Drug, PriceProgram
from directory.prices.programs import ensure_cash

KINDS = ("prices", "nadac", "costplus")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nadac": nadac.COLUMNS,
    "prices": ("quantity", "price"),
    "costplus": ("medication_name", "strength", "form", "unit_price"),
}
READERS: Mapping[str, Reader] = {"prices": lists.read_list, "costplus": lists.read_cost_plus}


@dataclass(frozen=True, slots=True)
class Options:
    """What `handrail import prices|nadac|costplus` was asked.

    `observed_on` is the day of rows that do not say theirs: that of the file's name unless said.
    """

    kind: str
    path: Path
    home: Path
    time_zone: str
    dry_run: bool = False
    source: str = ""
    observed_on: date | None = None
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did, or with `dry_run` would have done; `refused` counts rows by reason."""

    kind: str
    path: Path
    dry_run: bool
    report: Path
    read: int
    counts: Counter[str]
    refused: Mapping[str, int]
    drugs: int
    seconds: float


class _DryRun(Exception):
    """Takes everything back."""


@dataclass(slots=True)
class _Reading:
    """One file being read: what came of its rows."""

    options: Options
    lines: Report
    progress: Progress
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def values(self, convert: Callable[[dict[str, str]], Iterable[Any]]) -> Iterator[Any]:
        """What `convert` makes of every row; rows it refuses are reported."""
        path, kind = self.options.path, self.options.kind
        rows = self.progress.counted(path.name, rows_of(path, Tally()))
        for row in rows:
            self.read += 1
            if self.read == 1:
                columns(row, path, *COLUMNS[kind])
            try:
                if row.fault is not None:
                    raise row.fault
                yield from convert(row.cells)
            except RowRefused as refused:
                self._refuse(row, refused)
        if not self.read:
            raise FileRefused(path.name, "holds no rows")

    def _refuse(self, row: Row, why: RowRefused) -> None:
        self.refused[why.reason] += 1
        name = row.cells.get("ndc") or row.cells.get("source_ref") or row.cells.get("slug", "")
        file, kind = self.options.path.name, self.options.kind
        self.lines.add(
            Problem(
                Kind.REFUSED, file, row.number, kind, name[:80], why.field, why.reason, why.detail
            )
        )


def run(db: Database, options: Options, *, out: TextIO | None = None) -> Result:
    """Import it, in one transaction. Raises Invalid (FileRefused for a file); nothing is written then."""
    stamp = f"{options.kind}-{now():%Y%m%dT%H%M%S}.jsonl"
    path = options.report or options.home / "imports" / stamp
    progress = Progress(out)
    counts, drugs = Counter[str](), 0
    with report(path) as lines:
        reading = _Reading(options, lines, progress)
        try:
            with db.write() as session:
                write = _write_nadac if options.kind == "nadac" else _write_list
                counts, drugs = write(session, reading)
                audit.record(
                    session, SYSTEM, f"{options.kind}.import", "price_observation", "", counts
                )
                if options.dry_run:
                    raise _DryRun
        except _DryRun:
            pass
    return Result(
        kind=options.kind,
        path=options.path,
        dry_run=options.dry_run,
        report=path,
        read=reading.read,
        counts=counts,
        refused=reading.refused,
        drugs=drugs,
        seconds=progress.seconds,
    )


def _write_nadac(session: Session, reading: _Reading) -> tuple[Counter[str], int]:
    return write_benchmarks(session, reading.values(lambda cells: (nadac.read(cells),))), 0


def _write_list(session: Session, reading: _Reading) -> tuple[Counter[str], int]:
    known = _known(session, reading.options)
    reader = READERS[reading.options.kind]
    rows = list(reading.values(lambda cells: reader(cells, known)))
    session.add_all(known.drugs.values())
    session.flush()
    session.add_all(alias for key, alias in known.aliases.items() if not _has(session, alias, key))
    session.flush()
    return write_prices(session, rows, observer=SYSTEM.id), len(known.drugs)


def _has(session: Session, row: Any, key: str) -> bool:
    return session.get(type(row), key) is not None


def _known(session: Session, options: Options) -> Known:
    ensure_cash(session)
    if options.kind == "costplus" and session.get(PriceProgram, lists.COST_PLUS) is None:
        session.add(lists.cost_plus_program())
        session.flush()
    programs = session.exec(select(PriceProgram)).all()
    named = {row.name: row for row in programs} | {row.id: row for row in programs}
    open_places = select(Location.id).where(~col(Location.confidential))
    return Known(
        catalog=load_catalog(session),
        rows={row.id: row for row in session.exec(select(Drug))},
        programs=named,
        locations=frozenset(session.exec(open_places)),
        organizations=frozenset(session.exec(select(Organization.id))),
        today=now().astimezone(ZoneInfo(options.time_zone)).date(),
        observed_on=options.observed_on or _day_of(options.path),
        list_name=options.source or options.kind,
    )


def _day_of(path: Path) -> date | None:
    """The day in the file's name, as in costplus_2022-03-23.json."""
    found = DATED.search(path.stem)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
