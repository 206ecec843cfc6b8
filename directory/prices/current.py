"""Which places have a cash price that still ranks. Reads only; nothing here knows listings."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlmodel import Session

from core.db import table_of
from directory.prices.freshness import LIMITS
from directory.prices.kinds import Source
from directory.prices.models import PriceObservation


def priced(
    session: Session, location_ids: Collection[str], organization_ids: Collection[str], today: date
) -> set[str]:
    """Of these places and chains those with a current price that is not expired."""
    if not location_ids and not organization_ids:
        return set()
    values = {"locations": list(location_ids), "organizations": list(organization_ids)}
    return set(session.scalars(_priced(), {**values, **ranking_on(today)}))


@cache  # building a statement costs more than sending it
def _priced() -> Select[Any]:
    row = table_of(PriceObservation).c
    whose = or_(
        row.location_id.in_(bindparam("locations", expanding=True)),
        row.organization_id.in_(bindparam("organizations", expanding=True)),
    )
    return select(row.place_key).where(whose, row.is_current, STILL_RANKS).distinct()


def ranks_on(day: date) -> ColumnElement[bool]:
    """Not older on that day than its source allows, nor past its own end."""
    return _ranks(_oldest(day), day)


def ranking_on(day: date) -> dict[str, date]:
    """The parameters of STILL_RANKS for that day."""
    return {"today": day} | {f"since_{source}": since for source, since in _oldest(day).items()}


def _oldest(day: date) -> Mapping[Source, date]:
    return {source: day - timedelta(expired) for source, (_, expired) in LIMITS.items()}


def _ranks(oldest: Mapping[Source, Any], day: Any) -> ColumnElement[bool]:
    row = table_of(PriceObservation).c
    young = (
        and_(row.source == source, row.observed_on >= since) for source, since in oldest.items()
    )
    return and_(or_(*young), or_(row.valid_to.is_(None), row.valid_to >= day))


STILL_RANKS = _ranks(
    {source: bindparam(f"since_{source}") for source in LIMITS}, bindparam("today")
)
"""The same for statements that are kept."""
