"""Which places have a cash price that still ranks. Reads only; nothing here knows listings."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlmodel import Session, col, select

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
    row = PriceObservation
    whose = or_(
        col(row.location_id).in_(location_ids), col(row.organization_id).in_(organization_ids)
    )
    statement = select(row.place_key).where(whose, col(row.is_current), ranks_on(today)).distinct()
    return set(session.exec(statement))


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
