"""Fills a directory with the demonstration county, and with as many copies of it as asked for."""

from collections.abc import Callable, Iterator

from sqlmodel import Session, col, select

from core import audit
from core.actor import SYSTEM
from core.db import Database
from directory import commands
from directory.commands import Counts
from directory.models import Organization, Taxonomy
from seed_data.prices.load import load_prices
from seed_data.rows import PARENTS, county_rows
from seed_data.scale import Values, copies, templates

ACTION = "directory.seed"
TRANSACTION_UNITS = 2_000
"""Units written at once: what a stop in the middle may lose."""

Progress = Callable[[int, int], None]
"""Called with units done and units wanted."""


def load(database: Database, size: int | None = None, progress: Progress | None = None) -> Counts:
    """The county, and copies of it up to `size` units (services at a place, or without one).

    Loading again changes nothing, and finishes what was interrupted. In an empty directory, and
    for copies, no outbox rows are left: rebuild the index afterwards. Returns counts of rows.
    """
    counts = _load_county(database)
    counts += load_prices(database)
    if size is None and progress is None:  # to count units takes as long as to make them
        return counts
    say = progress or (lambda done, wanted: None)
    done = sum(template.units for template in templates())
    wanted = max(size or 0, done)
    say(done, wanted)
    for batch, units in _batches(wanted - done):
        counts += _load_copies(database, batch)
        done += units
        say(min(done, wanted), wanted)
    return counts


def _load_county(database: Database) -> Counts:
    rows = county_rows()
    with database.write() as session:
        if not _is_empty(session):
            return commands.save(session, SYSTEM, rows, action=ACTION)
        created = Counts(created=commands.create_all(session, rows))
        audit.record(session, SYSTEM, ACTION, "directory", "", {"created": created.created})
        return created


def _is_empty(session: Session) -> bool:
    tables = (Organization, Taxonomy)
    return not any(session.exec(select(col(table.id)).limit(1)).first() for table in tables)


def _batches(units: int) -> Iterator[tuple[list[Values], int]]:
    """Copies put together into transactions, and how many units each has."""
    batch: list[Values] = []
    size = 0
    for values, count in copies(units):
        batch.append(values)
        size += count
        if size >= TRANSACTION_UNITS:
            yield batch, size
            batch, size = [], 0
    if batch:
        yield batch, size


def _load_copies(database: Database, batch: list[Values]) -> Counts:
    """One transaction; copies that are there already are there as a whole."""
    firsts = [copy[Organization][0]["id"] for copy in batch]
    with database.write() as session:
        known = set(session.exec(select(Organization.id).where(col(Organization.id).in_(firsts))))
        new = [copy for copy, first in zip(batch, firsts, strict=True) if first not in known]
        created = commands.create_values(session, _merged(new))
    rows = sum(len(values) for copy in batch for values in copy.values())
    return Counts(created=created, unchanged=rows - created)


def _merged(copies_made: list[Values]) -> Values:
    merged: Values = {table: [] for table in PARENTS}  # in the order foreign keys allow
    for copy in copies_made:
        for table, rows in copy.items():
            merged.setdefault(table, []).extend(rows)
    return merged
