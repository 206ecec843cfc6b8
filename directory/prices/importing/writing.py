"""Many rows at once, set by set: only what is new is written, and nothing is changed twice."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Date, String, column, func, table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core.clock import now
from directory.commands import publish_changes
from directory.prices.commands import entities_of
from directory.prices.importing.nadac import Values
from directory.prices.kinds import Channel
from directory.prices.models import Benchmark, PriceObservation

BATCH = 5_000
IDS = 500
Item = TypeVar("Item")
# Plain columns: values come as the database keeps them, and nothing is worked out for each row.
_BENCHMARK = table(
    "benchmark",
    column("ndc11", String),
    column("effective_on", Date),
    column("as_of", Date),
    column("per_unit", BigInteger),
    column("unit", String),
    column("description", String),
    column("product", String),
)
_NAMES = tuple(_BENCHMARK.c.keys())


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Lists of at most that many."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def write_benchmarks(session: Session, rows: Iterable[Values]) -> Counter[str]:
    """Insert costs; replace one only by what a later list says of the same NDC and day."""
    dialect = session.get_bind().dialect.name
    made = (sqlite if dialect == "sqlite" else postgresql).insert(_BENCHMARK)
    new = made.excluded
    differs = (new.per_unit != _BENCHMARK.c.per_unit) | (new.unit != _BENCHMARK.c.unit)
    statement = made.on_conflict_do_update(
        index_elements=["ndc11", "effective_on"],
        set_={name: new[name] for name in _NAMES[2:]},
        where=(new.as_of > _BENCHMARK.c.as_of) & differs,
    )
    before = _count(session)
    sent = changed = 0
    run = _driver(session, statement)
    for batch in batches(rows):
        changed += run(batch)
        sent += len(batch)
    created = _count(session) - before
    return Counter(created=created, updated=changed - created, unchanged=sent - changed)


def _driver(session: Session, statement: Any) -> Callable[[list[Values]], int]:
    """Runs the statement for many rows by the driver itself; returns how many rows it touched.

    SQLAlchemy would work on every value of every row, which takes longer than writing it.
    """
    connection = session.connection()
    compiled = statement.compile(dialect=connection.dialect)
    text, is_sqlite = str(compiled), connection.dialect.name == "sqlite"
    assert not is_sqlite or compiled.positiontup == list(_NAMES)
    cursor = connection.connection.cursor()
    written = cache(date.isoformat)  # a list has few days, each on thousands of rows

    def run(batch: list[Values]) -> int:
        sent: list[Any]
        if is_sqlite:  # dates as the rest of the schema has them
            sent = [
                (ndc, written(on), written(as_of), cost, unit, said, product)
                for ndc, on, as_of, cost, unit, said, product in batch
            ]
        else:
            sent = [dict(zip(_NAMES, row, strict=True)) for row in batch]
        cursor.executemany(text, sent)
        return int(cursor.rowcount)

    return run


def _count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Benchmark)).one()


def write_prices(
    session: Session,
    rows: Iterable[dict[str, Any]],
    *,
    observer: str,
    invented: bool = False,
    tell: bool = True,
) -> Counter[str]:
    """Insert prices that are not there yet, and say anew which of each place are current.

    A row that an earlier one of the same list named alike (`source_ref`) corrects it. The index is
    told of the pharmacies, unless `tell` is False.
    """
    tally = Counter[str](created=0, updated=0, unchanged=0)
    drugs: set[str] = set()
    places: dict[Channel, set[str]] = defaultdict(set)
    for batch in batches(rows, IDS):
        new = _new(session, batch)
        tally["unchanged"] += len(batch) - len(new)
        if not new:
            continue
        common = {"observer": observer, "recorded_at": now(), "is_current": False,
                  "superseded_by": None, "invented": invented}  # fmt: skip
        session.connection().execute(
            PriceObservation.__table__.insert(),  # type: ignore[attr-defined]
            [row | common for row in new],
        )
        tally["updated"] += _correct(session, new)
        tally["created"] += len(new)
        drugs |= {row["drug_id"] for row in new}
        for row in new:
            places[row["channel"]].add(row["place_key"])
    elect_all(session, drugs)
    if tell:
        for channel, keys in sorted(places.items()):
            publish_changes(session, entities_of(keys, channel))
    tally["created"] -= tally["updated"]
    return tally


def _new(session: Session, batch: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    unique = {row["id"]: row for row in batch}
    there = set(
        session.exec(select(PriceObservation.id).where(col(PriceObservation.id).in_(list(unique))))
    )
    return [row for key, row in unique.items() if key not in there]


def _correct(session: Session, new: Sequence[dict[str, Any]]) -> int:
    """Let rows take the place of earlier ones that their list named alike."""
    corrected = 0
    for row in new:
        if not row["source_ref"]:
            continue
        same = (
            PriceObservation.source_ref == row["source_ref"],
            PriceObservation.drug_id == row["drug_id"],
            PriceObservation.place_key == row["place_key"],
            PriceObservation.program_id == row["program_id"],
            PriceObservation.quantity == row["quantity"],
            PriceObservation.source == row["source"],
            PriceObservation.observed_on == row["observed_on"],
        )
        changed = session.exec(
            update(PriceObservation)
            .where(*same, col(PriceObservation.superseded_by).is_(None))
            .where(col(PriceObservation.id) != row["id"])
            .values(superseded_by=row["id"], is_current=False)
        )
        corrected += changed.rowcount
    return corrected


def elect_all(session: Session, drug_ids: Iterable[str]) -> None:
    """For these drugs, make the latest price of each place, program, quantity and source current."""
    row = PriceObservation
    for drugs in batches(sorted(drug_ids), IDS):
        of_drugs = col(row.drug_id).in_(drugs)
        number = func.row_number().over(
            partition_by=[row.drug_id, row.place_key, row.program_id, row.quantity, row.source],  # type: ignore[list-item]
            order_by=[col(row.observed_on).desc(), col(row.recorded_at).desc(), col(row.id)],
        )
        ordered = (
            select(col(row.id).label("id"), number.label("number"))
            .where(of_drugs, col(row.superseded_by).is_(None))
            .subquery()
        )
        latest = select(ordered.c.id).where(ordered.c.number == 1)
        off = update(row).where(of_drugs, col(row.is_current), col(row.id).not_in(latest))
        session.exec(off.values(is_current=False))
        on = update(row).where(of_drugs, ~col(row.is_current), col(row.id).in_(latest))
        session.exec(on.values(is_current=True))
