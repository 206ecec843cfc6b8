"""Circles and boxes, the antimeridian and the poles, and what reaches a patient."""

import math

import pytest

from search.query import Box, Point, SearchQuery
from tests.contract.checking import found
from tests.contract.documents import NOW, make_document

DURHAM = Point(36.0, -78.9)
METRES_PER_DEGREE = 6_371_000 * math.pi / 180


def north_of(point: Point, metres: float) -> dict[str, float]:
    return {"lat": point.lat + metres / METRES_PER_DEGREE, "lng": point.lng}


@pytest.mark.parametrize("metres", [900, 5_000, 80_000, 3_000_000])
def test_a_radius_includes_its_edge_and_nothing_a_metre_beyond(engine, metres):
    engine.put(
        [
            make_document("in", **north_of(DURHAM, metres - 1)),
            make_document("out", **north_of(DURHAM, metres + 1)),
            make_document("nowhere"),
        ]
    )
    assert found(engine, origin=DURHAM, radius_m=float(metres)) == ["in"]


def test_a_radius_of_nothing_finds_what_is_right_there(engine):
    engine.put([make_document("a", lat=36.0, lng=-78.9), make_document("b", lat=36.001, lng=-78.9)])
    assert found(engine, origin=DURHAM, radius_m=0.0) == ["a"]


def test_a_radius_around_the_globe_finds_every_place(engine):
    engine.put(
        [
            make_document("a", lat=-36.0, lng=101.1),
            make_document("pole", lat=90.0, lng=0.0),
            make_document("nowhere"),
        ]
    )
    assert sorted(found(engine, origin=DURHAM, radius_m=1e9)) == ["a", "pole"]


def test_distance_is_measured_on_the_sphere(engine):
    engine.put([make_document("a", **north_of(DURHAM, 12_345)), make_document("nowhere")])
    hits = engine.search(SearchQuery(now=NOW, origin=DURHAM, sort="distance")).hits
    assert [hit.id for hit in hits] == ["a", "nowhere"]
    assert hits[0].distance_m == pytest.approx(12_345, abs=0.05)
    assert hits[1].distance_m is None


def test_circles_over_the_antimeridian_and_the_poles(engine):
    engine.put(
        [
            make_document("west", lat=0.0, lng=-179.99),
            make_document("east", lat=0.0, lng=179.99),
            make_document("line", lat=0.0, lng=180.0),
            make_document("arctic", lat=89.99, lng=-80.0),
            make_document("antarctic", lat=-90.0, lng=33.0),
        ]
    )
    around_the_line = ["east", "line", "west"]
    assert sorted(found(engine, origin=Point(0, 179.99), radius_m=5_000.0)) == around_the_line
    assert sorted(found(engine, origin=Point(0, -180), radius_m=5_000.0)) == around_the_line
    assert found(engine, origin=Point(89.99, 100), radius_m=5_000.0) == ["arctic"]
    assert found(engine, origin=Point(-89.99, -100), radius_m=5_000.0) == ["antarctic"]


def test_a_box_includes_its_edges_and_may_cross_the_antimeridian(engine):
    engine.put(
        [
            make_document("corner", lat=36.0, lng=-78.9),
            make_document("west", lat=0.0, lng=-179.0),
            make_document("east", lat=0.0, lng=179.0),
            make_document("middle", lat=0.0, lng=0.0),
            make_document("nowhere"),
        ]
    )
    corner = Box(north=36.0, east=-78.0, south=35.0, west=-78.9)
    assert found(engine, box=corner) == ["corner"]
    across = Box(north=1.0, east=-179.0, south=-1.0, west=179.0)
    assert sorted(found(engine, box=across)) == ["east", "west"]
    globe = Box(north=90, east=180, south=-90, west=-180)
    assert sorted(found(engine, box=globe)) == ["corner", "east", "middle", "west"]


def test_what_has_no_place_comes_last_by_distance_and_fills_the_pages(engine):
    engine.put([make_document(f"n{number}") for number in range(50)])
    engine.put([make_document("a", lat=36.0, lng=-78.9)])
    first = found(engine, origin=DURHAM, sort="distance", per_page=5)
    assert first[0] == "a" and len(first) == 5
    pages = [
        found(engine, origin=DURHAM, sort="distance", per_page=5, page=n) for n in range(1, 12)
    ]
    assert sorted(id for page in pages for id in page) == sorted(
        ["a", *(f"n{number}" for number in range(50))]
    )


def test_reach_admits_what_covers_the_patient_and_is_near_or_comes(engine):
    here, far = {"lat": 36.0, "lng": -78.9}, {"lat": 45.0, "lng": -100.0}
    engine.put(
        [
            make_document("near", area=["zip:27701"], **here),
            make_document("near-elsewhere", area=["zip:99999"], **here),
            make_document("far", area=["any"], **far),
            make_document("far-visits", area=["county:NC/Durham"], delivery=["visits"], **far),
            make_document("far-visits-others", area=["zip:99999"], delivery=["visits"], **far),
            make_document("phone", area=["any"], delivery=["phone"]),
        ]
    )
    reach = frozenset({"zip:27701", "county:NC/Durham"})
    near = {"origin": DURHAM, "radius_m": 5_000.0}
    assert sorted(found(engine, reach=reach, **near)) == ["far-visits", "near", "phone"]
    assert sorted(found(engine, reach=reach)) == ["far", "far-visits", "near", "phone"]
    assert sorted(found(engine, **near)) == ["near", "near-elsewhere"]
