"""What pharmacies pay: the benchmark of a product on a day."""

from datetime import date
from decimal import Decimal
from statistics import median_low

from sqlmodel import Session, col, select

from directory.prices.kinds import PricingUnit
from directory.prices.models import Benchmark, Drug

ROWS_MAX = 200  # NDCs of one product on one day


def benchmark_of(session: Session, drug: Drug, today: date) -> Decimal | None:
    """Acquisition cost of one unit; None where it is not known in that unit."""
    return benchmark_for(session, drug.product, drug.unit, today)


def benchmark_for(session: Session, product: str, unit: PricingUnit, today: date) -> Decimal | None:
    """The middle one of the newest costs of the product's packages."""
    rows = session.exec(
        select(Benchmark)
        .where(Benchmark.product == product, Benchmark.effective_on <= today)
        .where(Benchmark.unit == unit)
        .order_by(col(Benchmark.effective_on).desc())
        .limit(ROWS_MAX)
    ).all()
    newest = [row.per_unit for row in rows if row.effective_on == rows[0].effective_on]
    return median_low(newest) if newest else None
