"""A report over a million events, on SQLite and on PostgreSQL.

    python -m benchmarks.reports [EVENTS]

Generates referrals with their events, folds their facts, copies all of it under other ids until there
are enough, and measures each question of QUESTIONS five times; the fastest go into docs/performance.md.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Table, func
from sqlmodel import select

from app.tables import metadata
from benchmarks.table import write
from core.db import Database
from patients.models import Need, Patient
from referrals.models import Referral, ReferralEvent
from referrals.reports.keeping import behind, fold_all
from referrals.reports.models import ReferralFact
from referrals.reports.questions import question
from referrals.reports.report import report
from tests.support import postgres
from tests.support.many_referrals import Network, generate, network

EVENTS, GENERATED, ROUNDS = 1_000_000, 3_000, 5
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
QUESTIONS: dict[str, tuple[dict[str, str], str | None]] = {
    "everything together": ({}, None),
    "by quarter": ({}, "quarter"),
    "by organization": ({}, "organization"),
    "by ZIP": ({}, "zip"),
    "by language, of food": ({"category": "food"}, "language"),
}
Measured = dict[str, float]
COPIED: tuple[Any, ...] = (Patient, Need, Referral, ReferralEvent, ReferralFact)
IDS = ("id", "patient_id", "need_id", "referral_id")


def measured(url: str, events: int) -> Measured:
    """Seconds by question, and for folding."""
    database = Database(url)
    metadata.create_all(database.engine)
    of = _filled(database)
    started = perf_counter()
    folded = fold_all(database)
    found: Measured = {f"folding {folded:,} referrals, once": perf_counter() - started}
    found["events"] = _copied(database, events)
    print(f"{url.partition(':')[0]}: {found}", flush=True)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            link.exec_driver_sql("ANALYZE")
    for name, (only, by) in QUESTIONS.items():
        found[name] = _fastest(lambda only=only, by=by: _ask(database, of, only, by))  # type: ignore[misc]
    found["nothing is behind"] = _fastest(lambda: _behind(database, of))
    database.close()
    return found


def _filled(database: Database) -> Network:
    """The first referrals, as generated; `_copied` makes the many of them."""
    with database.write() as session:
        of = network(session, 40)
        generate(of, GENERATED, seed=1, until=UNTIL).write(session)
    return of


def _copied(database: Database, events: int) -> int:
    """Every patient, need, referral, event and fact again under other ids, by SQL, until that many."""
    first = _count(database)
    for number in range(1, -(-events // first)):
        mark = f"{chr(ord('g') + number // 26)}{chr(ord('a') + number % 26)}"  # no uuid begins so
        with database.write() as session:
            for table in COPIED:
                session.connection().exec_driver_sql(_copy(table.__table__, mark))
    return _count(database)


def _copy(table: Table, mark: str) -> str:
    names = [f'"{column.name}"' for column in table.columns]
    values = [
        f"'{mark}' || substr({name}, 3)" if name.strip('"') in IDS else name for name in names
    ]
    key = next(iter(table.primary_key)).name
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)}"
        f" FROM {table.name} WHERE substr({key}, 1, 1) < 'g'"
    )


def _count(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(ReferralEvent)).one()


def _ask(database: Database, of: Network, only: dict[str, str], by: str | None) -> None:
    with database.read() as session:
        report(session, of.supervisor, of.clinic.id, question(2026, only, by), at=UNTIL)


def _behind(database: Database, of: Network) -> None:
    with database.read() as session:
        behind(session, of.clinic.id, limit=1)


def _fastest(do: Callable[[], None]) -> float:
    """Of several rounds: what else the machine does can only make it slower."""
    times = []
    for _ in range(ROUNDS):
        started = perf_counter()
        do()
        times.append(perf_counter() - started)
    return min(times)


def table(results: dict[str, Measured]) -> str:
    """The table for docs/performance.md."""
    names = [name for name in next(iter(results.values())) if name != "events"]
    counts = {f"{of['events']:,.0f}" for of in results.values()}
    lines = [f"Reports over {' / '.join(sorted(counts))} events, seconds (fastest of {ROUNDS}):", "",
             f"| report | {' | '.join(results)} |", f"|---|{'---:|' * len(results)}"]  # fmt: skip
    for name in names:
        cells = (f"{of.get(name, float('nan')):.2f}" for of in results.values())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure on both databases, PostgreSQL when it is installed."""
    events = int(arguments[0]) if arguments else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        results = {"SQLite": measured(f"sqlite:///{Path(folder) / 'reports.db'}", events)}
        print(results, flush=True)
    programs = postgres.binaries()
    if programs is not None:
        cluster = postgres.Cluster(programs)
        try:
            results["PostgreSQL"] = measured(cluster.create("reports"), events)
        finally:
            cluster.stop()
        print(results, flush=True)
    write("reports", table(results))


if __name__ == "__main__":
    main(sys.argv[1:])
