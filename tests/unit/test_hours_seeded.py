"""Every schedule of the demonstration county, minute by minute over a year."""

import pytest

from directory.hours import Hours
from directory.models import Schedule, ScheduleException
from directory.schedules import hours_of
from seed_data.county import Offer, providers, sites_of
from seed_data.times import by_appointment, exception_rows, schedule_rows
from tests.support.hours_oracle import assert_all_match_oracle


def hours_of_offer(offer: Offer, text: str) -> Hours | None:
    """The hours of a service, or of it at a site that has its own."""
    rows = schedule_rows("service_id", offer.key, text)
    return hours_of(
        [[row for row in rows if isinstance(row, Schedule)]],
        [row for row in exception_rows(offer, offer.key) if isinstance(row, ScheduleException)],
        timezone="America/New_York",
        by_appointment=by_appointment(offer),
    )


SEEDED = {
    hours.key(): hours
    for provider in providers()
    for offer in provider.services
    for text in (offer.hours, *filter(None, sites_of(offer).values()))
    if (hours := hours_of_offer(offer, text))
}
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_seeded_schedules_agree_with_the_oracle(part: int) -> None:
    assert_all_match_oracle([SEEDED[key] for key in sorted(SEEDED)[part::PARTS]], 2026)


def test_the_county_has_schedules_of_every_kind() -> None:
    rules = [rule for hours in SEEDED.values() for rule in hours.rules]
    assert len(SEEDED) > 100
    assert any(rule.freq == "MONTHLY" for rule in rules)
    assert any(rule.interval > 1 for rule in rules)
    assert any(rule.valid_from for rule in rules)
    assert any(rule.span and rule.span[1] > 24 * 60 for rule in rules)
    assert any(hours.holidays and hours.exceptions for hours in SEEDED.values())
