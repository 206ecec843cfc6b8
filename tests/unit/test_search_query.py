"""Searches that cannot be asked are refused with the parameter's name."""

from datetime import UTC, datetime

import pytest

from core.errors import Invalid
from search.query import Box, Point, SearchQuery

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


def test_a_query_needs_only_the_time_and_asks_for_public_records():
    query = SearchQuery(now=NOW)
    assert query.visibility == ("public",)
    assert (query.page, query.per_page, query.sort) == (1, 20, "match")


@pytest.mark.parametrize(
    ("parameter", "fields"),
    [
        ("visibility", {"visibility": ()}),
        ("radius_m", {"radius_m": 100.0}),
        ("radius_m", {"radius_m": -1.0, "origin": Point(0, 0)}),
        ("radius_m", {"radius_m": float("nan"), "origin": Point(0, 0)}),
        ("sort", {"sort": "distance"}),
        ("sort", {"sort": "price"}),
        ("page", {"page": 0}),
        ("page", {"page": 10**6}),
        ("per_page", {"per_page": 5000}),
        ("facets", {"facets": ("organizations",)}),
        ("age", {"age": -1}),
        ("max_wait_days", {"max_wait_days": -1}),
        ("open_at", {"open_at": datetime(2025, 3, 4)}),
        ("now", {"now": datetime(2025, 3, 4)}),
    ],
)
def test_a_wrong_field_is_named(parameter, fields):
    with pytest.raises(Invalid) as caught:
        SearchQuery(**{"now": NOW, **fields})
    assert caught.value.parameter == parameter


@pytest.mark.parametrize(("lat", "lng"), [(200, 0), (0, 181), (float("inf"), 0)])
def test_a_point_off_the_globe_is_refused(lat, lng):
    with pytest.raises(Invalid):
        Point(lat, lng)


def test_a_box_may_cross_the_antimeridian_but_not_stand_on_its_head():
    Box(north=1, east=-179, south=-1, west=179)
    with pytest.raises(Invalid):
        Box(north=-1, east=1, south=1, west=-1)
