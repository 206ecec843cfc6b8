"""Which places have a cash price that still ranks. Reads only; nothing here knows listings."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from directory.prices.freshness import LIMITS
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
    row = PriceObservation
    young = or_(
        *(
            and_(col(row.source) == source, col(row.observed_on) >= day - timedelta(expired))
            for source, (_, expired) in LIMITS.items()
        )
    )
    return and_(young, or_(col(row.valid_to).is_(None), col(row.valid_to) >= day))
