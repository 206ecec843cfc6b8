"""Fills the prices of the demonstration: drugs, programs, acquisition costs, a year of observations."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from core.actor import SYSTEM
from core.clock import now
from core.db import Database
from directory.commands import Counts
from directory.models.base import DirectoryRow
from directory.prices.importing.writing import write_prices
from directory.prices.kinds import Period, ProgramKind
from directory.prices.models import Benchmark, PriceObservation, PriceProgram
from directory.prices.programs import CASH_ID, ensure_cash
from seed_data.prices.drugs import medicines
from seed_data.prices.observations import observation_rows, program_id

PROGRAMS = Path(__file__).parent / "programs.json"
COST_AGES = (20, 200)
"""Days ago on which costs were published."""


def load_prices(database: Database) -> Counts:
    """Once: prices grow old from the day they were made for, and are not made again."""
    today = now().date()
    with database.write() as session:
        if session.exec(
            select(PriceObservation.id).where(PriceObservation.invented).limit(1)
        ).first():
            return Counts()
        made = int(session.get(PriceProgram, CASH_ID) is None)
        ensure_cash(session)
        made += _add(session, [one.drug for one in medicines()])
        made += _add(session, [alias for one in medicines() for alias in one.aliases])
        made += _add(session, programs())
        made += _costs(session, today)
        rows = list(observation_rows(today))
        found = write_prices(session, rows, observer=SYSTEM.id, invented=True, tell=False)
    return Counts(created=made + found["created"])


def programs() -> list[PriceProgram]:
    """The invented programs."""
    return [_program(**entry) for entry in json.loads(PROGRAMS.read_text(encoding="utf-8"))]


def _program(
    key: str, kind: str, fee: str | None = None, fee_period: str | None = None, **values: Any
) -> PriceProgram:
    return PriceProgram(
        id=program_id(key),
        kind=ProgramKind(kind),
        fee=Decimal(fee) if fee else None,
        fee_period=Period(fee_period) if fee_period else None,
        **values,
    )


def _add(session: Session, rows: Iterable[DirectoryRow]) -> int:
    """Insert those that are not there; the rows given stay as they are."""
    wanted = {row.id: row for row in rows}
    table = type(next(iter(wanted.values())))
    there = set(session.exec(select(table.id).where(col(table.id).in_(list(wanted)))))
    new = [table(**row.model_dump()) for key, row in wanted.items() if key not in there]
    session.add_all(new)
    session.flush()
    return len(new)


def _costs(session: Session, today: date) -> int:
    """Acquisition costs under NDCs that no labeler has."""
    made = 0
    for number, medicine in enumerate(medicines(), 1):
        for age in COST_AGES:
            session.add(
                Benchmark(
                    ndc11=f"{number:011}",
                    effective_on=today - timedelta(age),
                    as_of=today - timedelta(age),
                    per_unit=medicine.cost,
                    unit=medicine.drug.unit,
                    description=f"INVENTED {medicine.drug.product}"[:200],
                    product=medicine.drug.product,
                )
            )
            made += 1
    session.flush()
    return made
