"""Filters, hours and facets where something is unknown or on a limit."""

from datetime import datetime, time, timedelta
from typing import Any

from directory.hours import Hours, Rule, Window
from search.query import Point, SearchQuery
from tests.contract.checking import found
from tests.contract.corpus import PATTERNS
from tests.contract.documents import NOW, make_document


def test_values_are_compared_without_case_and_counted_as_written(engine):
    engine.put([make_document("a", languages=["zh-Hans"], organization_id="Org-7")])
    assert found(engine, languages=("ZH-HANS",), organizations=("org-7",)) == ["a"]
    result = engine.search(SearchQuery(now=NOW, facets=("languages",)))
    assert result.facets == {"languages": {"zh-Hans": 1}}


def test_an_unknown_wait_satisfies_no_limit_and_comes_last(engine):
    engine.put(
        [
            make_document("unknown"),
            make_document("month", wait_days=30),
            make_document("today", wait_days=0),
        ]
    )
    assert found(engine, max_wait_days=0) == ["today"]
    assert sorted(found(engine, max_wait_days=10_000)) == ["month", "today"]
    assert found(engine, sort="soonest") == ["today", "month", "unknown"]


def test_unknown_capacity_is_neither_yes_nor_no(engine):
    engine.put(
        [
            make_document("unknown"),
            make_document("yes", has_capacity=True),
            make_document("no", has_capacity=False),
        ]
    )
    assert found(engine, has_capacity=True) == ["yes"]
    assert found(engine, has_capacity=False) == ["no"]


def test_an_age_is_within_both_limits_when_they_are_known(engine):
    engine.put(
        [
            make_document("any"),
            make_document("adults", minimum_age=18),
            make_document("babies", minimum_age=0.5, maximum_age=3),
        ]
    )
    assert sorted(found(engine, age=18)) == ["adults", "any"]
    assert found(engine, age=17) == ["any"]
    assert sorted(found(engine, age=3)) == ["any", "babies"]
    assert found(engine, age=0) == ["any"]


def test_visibility_is_always_a_filter(engine):
    engine.put([make_document("a"), make_document("b", visibility="network")])
    assert found(engine) == ["a"]
    assert sorted(found(engine, visibility=("public", "network"))) == ["a", "b"]


def test_a_chosen_value_does_not_hide_its_siblings(engine):
    engine.put(
        [
            make_document("a", categories=["food"], cost=["free"]),
            make_document("b", categories=["respite"], cost=["free"]),
            make_document("c", categories=["food"], cost=["fee"]),
        ]
    )
    query = SearchQuery(
        now=NOW, categories=("food",), cost=("free",), facets=("categories", "cost", "delivery")
    )
    result = engine.search(query)
    assert result.total == 1
    assert result.facets == {
        "categories": {"food": 1, "respite": 1},
        "cost": {"free": 1, "fee": 1},
        "delivery": {"in_person": 1},
    }


def test_unknown_hours_and_appointments_are_never_open(engine):
    engine.put(
        [
            make_document("unknown"),
            make_document("appointment", hours=Hours(by_appointment=True).key()),
            make_document("always", hours=Hours(always_open=True).key()),
        ]
    )
    assert found(engine, open_at=NOW) == ["always"]
    assert found(engine, open_during=(Window(1, 540, 600),)) == ["always"]
    assert found(engine, sort="soonest")[0] == "always"


def test_hours_are_exact_to_the_minute(engine):
    engine.put([make_document("weekdays", hours=PATTERNS[2].key())])
    opens = datetime.fromisoformat("2025-03-04T09:00:00-05:00")
    assert found(engine, open_at=opens) == ["weekdays"]
    assert found(engine, open_at=opens - timedelta(minutes=1)) == []
    assert found(engine, open_at=opens + timedelta(hours=8, minutes=-1)) == ["weekdays"]
    assert found(engine, open_at=opens + timedelta(hours=8)) == []


def test_new_hours_are_seen_after_a_time_was_asked_before(engine):
    engine.put([make_document("a", hours=PATTERNS[2].key())])
    assert found(engine, open_at=NOW) == ["a"]
    engine.put([make_document("b", hours=Hours(always_open=True).key()), make_document("c")])
    assert sorted(found(engine, open_at=NOW)) == ["a", "b"]
    engine.put([make_document("a")])
    assert found(engine, open_at=NOW) == ["b"]


SATURDAY_MORNING = Window(5, 9 * 60, 12 * 60)
TUESDAY_NIGHT = Window(1, 20 * 60, 24 * 60)


def _weekly(byday, opens, closes):
    return Hours(rules=(Rule(byday=byday, opens_at=time(opens), closes_at=time(closes)),)).key()


def test_free_time_finds_what_is_open_in_it_the_longest_first(engine):
    engine.put(
        [
            make_document("hour", hours=_weekly("SA", 8, 10)),
            make_document("morning", hours=_weekly("SA", 8, 14)),
            make_document("closed", hours=_weekly("MO", 8, 18)),
            make_document("too-short", hours=Hours(rules=(_until_quarter_past(),)).key()),
            make_document("unknown"),
        ]
    )
    assert found(engine, free=(SATURDAY_MORNING,)) == ["morning", "hour"]
    assert found(engine, free=(TUESDAY_NIGHT,)) == []
    assert found(engine, free=(SATURDAY_MORNING,), open_during=(Window(5, 660, 720),)) == [
        "morning"
    ]


def _until_quarter_past():
    return Rule(byday="SA", opens_at=time(7), closes_at=time(9, 15))


def test_soonest_is_the_next_opening_in_free_time(engine):
    engine.put(
        [
            make_document("tonight", hours=_weekly("TU", 20, 22)),
            make_document("all-day", hours=_weekly("TU,SA", 8, 17)),
        ]
    )
    assert found(engine, sort="soonest") == ["all-day", "tonight"]
    free = (TUESDAY_NIGHT, SATURDAY_MORNING)
    assert found(engine, sort="soonest", free=free) == ["tonight", "all-day"]
    assert found(engine, sort="soonest", open_during=free) == ["tonight", "all-day"]


def test_soonest_waits_until_the_promised_wait_is_over(engine):
    engine.put(
        [
            make_document("at-once", hours=Hours(always_open=True).key(), wait_days=200),
            make_document("saturday", hours=_weekly("SA", 9, 12)),
            make_document("in-a-week", hours=_weekly("TU", 20, 22), wait_days=7),
            make_document("tonight", hours=_weekly("TU", 20, 22), wait_days=0),
            make_document("tonight-unsaid", hours=_weekly("TU", 20, 22)),
        ]
    )
    order = ["tonight", "tonight-unsaid", "saturday", "in-a-week", "at-once"]
    assert found(engine, sort="soonest") == order
    for page, id in enumerate(order, start=1):
        assert found(engine, sort="soonest", page=page, per_page=1) == [id]


def test_equally_soon_is_in_order_of_words_and_distance(engine):
    engine.put(
        [
            make_document("far", name="Food", lat=36.2, lng=-78.9),
            make_document("said", summary="Food", lat=36.0, lng=-78.9),
            make_document("near", name="Food", lat=36.0, lng=-78.9),
        ]
    )
    point = Point(36.0, -78.9)
    assert found(engine, sort="soonest", text="food", origin=point) == ["near", "far", "said"]
    assert found(engine, sort="soonest", origin=point)[2] == "far"


def test_totals_are_those_of_searches(engine):
    places = [make_document("c", lat=36.0, lng=-78.9), make_document("b")]
    engine.put([make_document("a", name="Food"), *places])
    asked: list[dict[str, Any]] = [{}, {"text": "food"}, {"cost": ("free",)}]
    queries = [SearchQuery(now=NOW, **fields) for fields in asked]
    assert engine.totals(queries) == [3, 1, 0]
    assert engine.totals([]) == []
