"""Pharmacies that have lost a price lately, for the index."""

from datetime import date, timedelta

from sqlmodel import Session, col, select

from directory.commands import publish_changes
from directory.prices.current import ranks_on
from directory.prices.models import PriceObservation

LOOK_BACK_DAYS = 30
"""Whoever looks after this less often than so misses some until the next reindex."""


def tell_expired(session: Session, today: date) -> int:
    """Have listings indexed again whose prices expired lately; returns how many pharmacies."""
    row = PriceObservation
    long_ago = today - timedelta(LOOK_BACK_DAYS)
    statement = (
        select(row.location_id, row.organization_id)
        .where(col(row.is_current), ranks_on(long_ago), ~ranks_on(today))
        .distinct()
    )
    found = {
        ("location", place) if place else ("organization", chain)
        for place, chain in session.exec(statement)
        if place or chain
    }
    publish_changes(session, sorted((kind, key) for kind, key in found if key))
    return len(found)
