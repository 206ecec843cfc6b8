"""A search's filters in Meilisearch's language."""

from datetime import date

import pytest
from geopy.distance import great_circle

from directory.geocode import distance_m
from search.meili.filters import (
    HALF_AROUND_M,
    any_of,
    box_around,
    clauses,
    in_box,
    joined,
    quote,
    within,
)
from search.query import Box, Point, SearchQuery
from tests.contract.documents import NOW


def filters(**fields):
    found = clauses(SearchQuery(now=NOW, **fields))
    assert found.pop("visibility") == 'visibility IN ["public"]'
    return found


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("food", '"food"'),
        ("", '""'),
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ('\\"', r'"\\\""'),
        ('food" OR visibility = "network', r'"food\" OR visibility = \"network"'),
        ("it's", '"it\'s"'),
        ("] OR id EXISTS", '"] OR id EXISTS"'),
    ],
)
def test_a_value_cannot_end_its_quotes(value, quoted):
    assert quote(value) == quoted


def test_values_are_alternatives():
    assert any_of("cost", ("free", "fee")) == 'cost IN ["free","fee"]'


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {}),
        ({"categories": ("food",)}, {"categories": 'categories IN ["food"]'}),
        ({"organizations": ("o1",)}, {"organizations": 'organization_id IN ["o1"]'}),
        ({"accepts_referrals": False}, {"accepts_referrals": "accepts_referrals = false"}),
        ({"has_capacity": True}, {"has_capacity": "has_capacity = true"}),
        ({"age": 0}, {"age": "age_from <= 0 AND age_to >= 0"}),
        ({"max_wait_days": 0}, {"wait": "wait_days <= 0"}),
        ({"verified_since": date(2025, 1, 2)}, {"verified": "assured_day >= 739253"}),
        ({"documents_not_required": ("id",)}, {"documents": 'NOT documents IN ["id"]'}),
        ({"reach": frozenset()}, {"reach": 'area IN ["any"]'}),
        ({"reach": frozenset({"zip:1"})}, {"reach": 'area IN ["any","zip:1"]'}),
    ],
)
def test_each_filter(fields, expected):
    assert filters(**fields) == expected


def test_visibility_is_always_there():
    assert joined(clauses(SearchQuery(now=NOW))) == 'visibility IN ["public"]'
    query = SearchQuery(now=NOW, visibility=("public", "network"))
    assert joined(clauses(query)) == 'visibility IN ["public","network"]'


def test_a_clause_can_be_left_out():
    query = SearchQuery(now=NOW, cost=("free",), categories=("food",))
    assert joined(clauses(query), ["cost"]) == (
        'visibility IN ["public"] AND categories IN ["food"]'
    )


def test_a_radius_stands_last_behind_its_box():
    query = SearchQuery(now=NOW, origin=Point(36, -79), radius_m=1000.0, age=3, cost=("free",))
    found = clauses(query)
    assert list(found)[-1] == "near"
    box, circle = found["near"].split(" AND ")
    assert box.startswith("_geoBoundingBox([36.00899")
    assert circle == "_geoRadius(36.0, -79.0, 1000.0)"


def test_what_comes_to_the_patient_need_not_be_near():
    found = filters(reach=frozenset({"zip:1"}), origin=Point(36, -79), radius_m=1000.0)
    assert found["near"].startswith("(remote = true OR (_geoBoundingBox(")
    assert "near" not in filters(reach=frozenset({"zip:1"}), origin=Point(36, -79))


def test_a_radius_around_the_globe_only_asks_for_a_place():
    assert within(Point(36, -79), HALF_AROUND_M) == in_box(Box(90, 180, -90, -180))


@pytest.mark.parametrize(
    ("lat", "lng", "radius_m"),
    [
        (36.0, -78.9, 0.0),
        (36.0, -78.9, 25_000.0),
        (0.0, 179.99, 5_000.0),
        (-17.8, -179.9, 400_000.0),
        (89.99, 100.0, 5_000.0),
        (-89.0, 0.0, 111_000.0),
        (60.0, 10.0, 5_000_000.0),
    ],
)
def test_the_box_holds_the_circle(lat, lng, radius_m):
    origin = Point(lat, lng)
    box = box_around(origin, radius_m)
    for step in range(1, 60):
        for point in _around(origin, radius_m, step * 6):
            if distance_m(origin, point) > radius_m:
                continue
            assert box.south <= point.lat <= box.north
            assert _between(box.west, point.lng, box.east)


def _between(west, lng, east):
    return west <= lng <= east if west <= east else lng >= west or lng <= east


def _around(origin, radius_m, degrees):
    """Points in one direction, a little nearer than the edge."""
    for part in (0.999, 0.5):
        found = great_circle(kilometers=radius_m * part / 1000, radius=6371.0).destination(
            (origin.lat, origin.lng), degrees
        )
        yield Point(found.latitude, (found.longitude + 180) % 360 - 180)
