"""Which pharmacies have a price that still ranks, and which have just lost their last one."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from directory.commands import publish_changes
from directory.prices.freshness import LIMITS
from directory.prices.models import PriceObservation

LOOK_BACK_DAYS = 30
"""Whoever looks after this less often than so misses some until the next reindex."""


def priced(
    session: Session, location_ids: Collection[str], organization_ids: Collection[str], today: date
) -> set[str]:
    """Of these places and chains those with a current price that is not expired."""
    row = PriceObservation
    whose = or_(
        col(row.location_id).in_(location_ids), col(row.organization_id).in_(organization_ids)
    )
    statement = select(row.place_key).where(whose, col(row.is_current), _ranks_on(today)).distinct()
    return set(session.exec(statement)) if location_ids or organization_ids else set()


def tell_expired(session: Session, today: date) -> int:
    """Have listings indexed again whose prices expired lately; returns how many pharmacies."""
    row = PriceObservation
    long_ago = today - timedelta(LOOK_BACK_DAYS)
    statement = (
        select(row.location_id, row.organization_id)
        .where(col(row.is_current), _ranks_on(long_ago), ~_ranks_on(today))
        .distinct()
    )
    found = {
        ("location", place) if place else ("organization", chain)
        for place, chain in session.exec(statement)
        if place or chain
    }
    publish_changes(session, sorted((kind, key) for kind, key in found if key))
    return len(found)


def _ranks_on(day: date) -> ColumnElement[bool]:
    """Not older on that day than its source allows, nor past its own end."""
    row = PriceObservation
    young = or_(
        *(
            and_(col(row.source) == source, col(row.observed_on) >= day - timedelta(expired))
            for source, (_, expired) in LIMITS.items()
        )
    )
    return and_(young, or_(col(row.valid_to).is_(None), col(row.valid_to) >= day))
