"""Another implementation as a witness: opening_hours, which evaluates OpenStreetMap expressions.

It knows no daylight saving without a zone, so both are asked in UTC.
"""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from directory.hours import Hours, Rule, is_open
from tests.support.hours_strategies import examples

DAYS = {"MO": "Mo", "TU": "Tu", "WE": "We", "TH": "Th", "FR": "Fr", "SA": "Sa", "SU": "Su"}
HALF_HOURS = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))


@st.composite
def weekly_or_monthly(draw):
    days = draw(st.lists(st.sampled_from(list(DAYS)), min_size=1, max_size=5, unique=True))
    nth = draw(st.sampled_from(["", "", "1", "2", "3", "4", "5", "-1"]))
    return Rule(
        freq="MONTHLY" if nth else "WEEKLY",
        byday=",".join(nth + day for day in days),
        opens_at=draw(HALF_HOURS),
        closes_at=draw(HALF_HOURS),
    )


def osm(rule):
    """The rule as an OpenStreetMap expression."""
    days = []
    for part in rule.byday.split(","):
        nth = part[:-2]
        days.append(DAYS[part[-2:]] + (f"[{nth}]" if nth else ""))
    start, end = rule.span
    return f"{','.join(days)} {clock(start)}-{clock(end)}"


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


@given(st.lists(weekly_or_monthly(), min_size=1, max_size=4))
@examples(25)
def test_open_when_openstreetmap_says_so(rules):
    hours = Hours(timezone="UTC", rules=tuple(rules))
    witness = OpeningHours(", ".join(osm(rule) for rule in rules))
    start = datetime(2026, 1, 1, 0, 10)
    for step in range(0, 365 * 24, 7):
        at = start + timedelta(hours=step)
        assert (is_open(hours, at.replace(tzinfo=UTC)) is True) == witness.is_open(at), at
