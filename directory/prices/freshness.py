"""How long a price may be believed, by how it became known. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from directory.prices.kinds import Source

LIMITS: Mapping[Source, tuple[int, int]] = {
    Source.API: (7, 14),
    Source.PHONE: (30, 60),
    Source.PARTNER: (30, 60),
    Source.RECEIPT: (60, 120),
    Source.PUBLISHED: (90, 180),
}
"""Days a price is fresh, and days after which it is expired; both days still count."""


class Freshness(StrEnum):
    """Fresh prices rank; older ones rank and say so; expired ones never rank."""

    FRESH = "fresh"
    OLDER = "older"
    EXPIRED = "expired"


def last_day(source: Source, observed_on: date, valid_to: date | None = None) -> date:
    """The last day on which the price may rank."""
    by_age = observed_on + timedelta(days=LIMITS[source][1])
    return min(by_age, valid_to) if valid_to else by_age


def freshness(
    source: Source, observed_on: date, today: date, valid_to: date | None = None
) -> Freshness:
    """How much the price may be believed today."""
    if today > last_day(source, observed_on, valid_to):
        return Freshness.EXPIRED
    fresh_days = LIMITS[source][0]
    return Freshness.FRESH if (today - observed_on).days <= fresh_days else Freshness.OLDER
