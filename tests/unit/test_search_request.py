"""Parameters become a query; wrong ones are named, each with what is allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from directory.codes import CATEGORY, term_id
from directory.geocode import OfflineGeocoder
from directory.hours import Window
from search.parameters import FACETS as PARAMETER_FACETS
from search.parameters import PARAMETERS
from search.query import FACETS, Box, Point
from search.request import (
    REACH_RADIUS_M,
    Context,
    InvalidSearch,
    SearchRequest,
    read_request,
)

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
CONTEXT = Context(OfflineGeocoder(), "America/New_York", NOW, strict=True)


def read(context: Context = CONTEXT, **values: str | Sequence[str]) -> SearchRequest:
    """`for_` stands for the parameter `for`."""
    lists = {k.rstrip("_"): [v] if isinstance(v, str) else list(v) for k, v in values.items()}
    return read_request(lists, context)


def errors_of(values: Mapping[str, Any], context: Context = CONTEXT) -> dict[str, str]:
    with pytest.raises(InvalidSearch) as caught:
        read(context, **values)
    return caught.value.errors


def test_no_parameters_ask_for_the_first_page_of_everything_public():
    request = read()
    assert request.query.visibility == ("public",)
    assert (request.query.page, request.query.per_page) == (1, 20)
    assert request.origin is None
    assert request.pairs == ()


def test_every_parameter_lands_in_its_field():
    query = read(
        q="evening  clinic",
        category="evening-clinic,food",
        term=["medical-ride", "t2"],
        near="27701",
        radius_m="15000",
        box="-79.1,35.8,-78.7,36.2",
        open_during=["sat 09:00-12:00", "weekend 08:00-10:00"],
        language="es",
        cost="free",
        for_="veterans",
        delivery="in_person",
        accessible="wheelchair",
        insurance="Medicaid",
        without_document="photo-id",
        age="67",
        accepts_referrals="true",
        has_capacity="no",
        max_wait_days="7",
        verified_since="2026-01-31",
        organization="o1",
        sort="distance",
        page="2",
        per_page="50",
        facets="category,for",
    ).query
    assert query.text == "evening clinic"
    assert query.categories == ("evening-clinic", "food")
    assert query.terms == (term_id(CATEGORY, "medical-ride"), "t2")
    assert query.origin is not None and abs(query.origin.lat - 36) < 0.1
    assert query.radius_m == 15_000
    assert query.box == Box(north=36.2, east=-78.7, south=35.8, west=-79.1)
    assert query.open_during == (
        Window(5, 540, 720),
        Window(5, 480, 600),
        Window(6, 480, 600),
    )
    assert (query.languages, query.cost, query.audiences) == (("es",), ("free",), ("veterans",))
    assert (query.delivery, query.accessibility) == (("in_person",), ("wheelchair",))
    assert query.insurance == ("medicaid",)
    assert query.documents_not_required == ("photo-id",)
    assert (query.age, query.max_wait_days) == (67, 7)
    assert (query.accepts_referrals, query.has_capacity) == (True, False)
    assert query.verified_since == date(2026, 1, 31)
    assert query.organizations == ("o1",)
    assert (query.sort, query.page, query.per_page) == ("distance", 2, 50)
    assert query.facets == ("categories", "audiences")


def test_repeating_a_parameter_and_a_comma_mean_the_same():
    repeated = read(language=["es", "en"], category=["food", "respite"])
    assert repeated == read(language="es,en", category=" food ,respite,food,")


def test_blank_parameters_ask_nothing():
    assert read(q="  ", near="", category=",", open_at="", page="") == read()


def test_control_characters_become_spaces():
    assert read(q="food\x00bank\r\n\u202e now").query.text == "food bank now"


@pytest.mark.parametrize("text", ["fruit 🍎🥕", "'; DROP TABLE service; --", "%a", "x*", "食べ物"])
def test_odd_words_are_only_words(text):
    assert read(q=text).query.text == text


def test_a_point_is_where_it_says():
    request = read(lat="35.994", lng="-78.8986", radius_m="500")
    assert request.query.origin == Point(35.994, -78.8986)
    assert request.origin is not None and not request.origin.approximate


def test_a_zip_is_only_about_where_somebody_is():
    request = read(near="27701")
    assert request.origin is not None
    assert (request.origin.label, request.origin.approximate) == ("27701", True)


def test_reach_is_the_patients_zip_within_forty_kilometres():
    request = read(reachable_from="27701")
    assert request.query.reach is not None
    assert sorted(request.query.reach) == [
        "country:US",
        "county:NC/Durham",
        "state:NC",
        "zip:27701",
    ]
    assert request.query.radius_m == REACH_RADIUS_M
    assert request.origin == request.reachable_from
    assert read(reachable_from="27701", radius_m="9").query.radius_m == 9


def test_the_place_to_measure_from_may_differ_from_where_the_patient_lives():
    request = read(reachable_from="27701", near="28202")
    assert request.origin is not None and request.origin.label == "28202"
    assert "zip:27701" in (request.query.reach or ())


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("now", NOW),
        ("2026-03-03T19:00", datetime(2026, 3, 4, 0, 0, tzinfo=UTC)),
        ("2026-03-03 19:00:30", datetime(2026, 3, 4, 0, 0, 30, tzinfo=UTC)),
        ("2026-03-03T19:00Z", datetime(2026, 3, 3, 19, 0, tzinfo=UTC)),
        ("2026-03-03T19:00+02:00", datetime(2026, 3, 3, 17, 0, tzinfo=UTC)),
        ("2026-03-03T19:00 02:00", datetime(2026, 3, 3, 17, 0, tzinfo=UTC)),
        ("2026-03-03T19:00-05:00", datetime(2026, 3, 4, 0, 0, tzinfo=UTC)),
    ],
)
def test_open_at_is_local_unless_it_says_otherwise(text, instant):
    assert read(open_at=text).query.open_at == instant


@pytest.mark.parametrize("place", [{"near": "Los Angeles, CA"}, {"lat": "34.05", "lng": "-118.24"}])
def test_local_means_local_to_the_place(place):
    at = read(open_at="2026-03-03T19:00", **place).query.open_at
    assert at == datetime(2026, 3, 4, 3, 0, tzinfo=UTC)


def test_a_point_in_nobodys_time_zone_goes_by_the_default():
    at = read(open_at="2026-03-03T19:00", lat="-60", lng="-100").query.open_at
    assert at == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)


BAD = [
    *(("q", {"q": signs}, "letters or digits") for signs in ("🍎🥕", "%", "*", "_", "\\", "…")),
    ("q", {"q": "x" * 501}, "500"),
    ("q", {"q": "x" * 10_000}, "500"),
    ("q", {"q": ["food", "rides"]}, "once"),
    ("category", {"category": "foood"}, "transport, respite, food, pharmacy, evening-clinic"),
    ("category", {"category": "food', 1=1"}, "food"),
    ("cost", {"cost": "cheap"}, "sliding_scale"),
    ("for", {"for_": "robots"}, "veterans"),
    ("delivery", {"delivery": "drone"}, "visits"),
    ("accessible", {"accessible": "x"}, "wheelchair"),
    ("insurance", {"insurance": "x"}, "medicaid"),
    ("without_document", {"without_document": "x"}, "photo-id"),
    ("term", {"term": "a b"}, "taxonomy"),
    ("term", {"term": [f"t{n}" for n in range(51)]}, "50"),
    ("organization", {"organization": "../etc/passwd"}, "ids"),
    ("near", {"near": "99999"}, "ZIP"),
    ("near", {"near": "Qwxville"}, "Qwxville"),
    ("near", {"near": "x" * 201}, "200"),
    ("near", {"near": "27701", "lat": "1", "lng": "1"}, "lat and lng"),
    ("reachable_from", {"reachable_from": "00000"}, "ZIP"),
    ("reachable_from", {"reachable_from": "North Carolina"}, "ZIP"),
    ("lat", {"lat": "200", "lng": "0"}, "-90 to 90"),
    ("lat", {"lat": "nan", "lng": "0"}, "-90 to 90"),
    ("lat", {"lat": "1_0", "lng": "0"}, "-90 to 90"),
    ("lat", {"lat": "٣", "lng": "0"}, "-90 to 90"),
    ("lng", {"lng": "181", "lat": "0"}, "-180 to 180"),
    ("lng", {"lng": "inf", "lat": "0"}, "-180 to 180"),
    ("lng", {"lat": "10"}, "lat"),
    ("lat", {"lng": "10"}, "lng"),
    ("radius_m", {"radius_m": "-1", "near": "27701"}, "500000"),
    ("radius_m", {"radius_m": "0", "near": "27701"}, "above 0"),
    ("radius_m", {"radius_m": "1000000000", "near": "27701"}, "500000"),
    ("radius_m", {"radius_m": "far", "near": "27701"}, "500000"),
    ("radius_m", {"radius_m": "100"}, "near"),
    ("box", {"box": "1,2,3"}, "west,south,east,north"),
    ("box", {"box": "1,2,3,4,5"}, "west,south,east,north"),
    ("box", {"box": "0,50,1,40"}, "north"),
    ("box", {"box": "0,-91,1,40"}, "latitude"),
    ("open_at", {"open_at": "yesterday-ish"}, "now"),
    ("open_at", {"open_at": "2026-02-30T10:00"}, "2026-03-03T19:00"),
    ("open_at", {"open_at": "2026-03-03"}, "2026-03-03T19:00"),
    ("open_at", {"open_at": "2029-03-03T19:00"}, "two years"),
    ("open_at", {"open_at": "0001-01-01T00:00"}, "two years"),
    ("open_at", {"open_at": "9999-12-31T23:59-12:00"}, "two years"),
    ("open_during", {"open_during": "someday 09:00-12:00"}, "mon"),
    ("open_during", {"open_during": "sat 25:00-26:00"}, "24:00"),
    ("free", {"free": "lunch 12:00-13:00"}, "mon"),
    ("blocked", {"blocked": "daily 00:00-24:00"}, "half an hour"),
    ("blocked", {"free": "sat 09:00-12:00", "blocked": "sat 09:20-11:45"}, "half an hour"),
    ("language", {"language": "spanish!"}, "es"),
    ("age", {"age": "-1"}, "0 to 150"),
    ("age", {"age": "5.5"}, "0 to 150"),
    ("accepts_referrals", {"accepts_referrals": "maybe"}, "true or false"),
    ("has_capacity", {"has_capacity": "2"}, "true or false"),
    ("max_wait_days", {"max_wait_days": "9" * 30}, "3650"),
    ("verified_since", {"verified_since": "2026-13-01"}, "2026-01-31"),
    ("verified_since", {"verified_since": "20260101"}, "2026-01-31"),
    ("sort", {"sort": "price"}, "match, distance, soonest"),
    ("sort", {"sort": "distance"}, "near"),
    ("page", {"page": "0"}, "1 to"),
    ("page", {"page": "1000000"}, "1 to"),
    ("page", {"page": "501"}, "500"),
    ("per_page", {"per_page": "5000"}, "1 to 100"),
    ("facets", {"facets": "category,names"}, "category, term"),
    ("visibility", {"visibility": "network"}, "no such parameter"),
    ("categry", {"categry": "food"}, "category"),
    ("xyz", {"xyz": "1"}, "reachable_from"),
]


@pytest.mark.parametrize(("name", "values", "says"), BAD)
def test_a_wrong_parameter_is_named_with_what_is_allowed(name, values, says):
    errors = errors_of(values)
    assert list(errors) == [name]
    assert says in errors[name]


def test_every_wrong_parameter_is_named_at_once():
    values = {"category": "x", "near": "Qwxville", "radius_m": "-5", "sort": "distance", "age": "x"}
    assert set(errors_of(values)) == {"category", "near", "radius_m", "age"}


def test_near_misses_come_with_the_error():
    with pytest.raises(InvalidSearch) as caught:
        read(near="Durhum, NC")
    assert caught.value.near["near"][0].label == "Durham, NC"


def test_pages_pass_over_parameters_they_do_not_know():
    assert read(replace(CONTEXT, strict=False), utm_source="x", q="food").pairs == (("q", "food"),)


def test_pairs_ask_the_same_again():
    request = read(
        q=" food  box ",
        category="Food,respite",
        near="27701",
        open_at="now",
        open_during=["sat 09:00-12:00", "mon,wed 17:00-19:00"],
        free="weekdays 18:00-21:00",
        blocked="mon 18:00-21:00",
        page="3",
    )
    assert request.pairs == (
        ("q", "food box"),
        ("category", "food"),
        ("category", "respite"),
        ("near", "27701"),
        ("open_at", "now"),
        ("open_during", "sat 09:00-12:00"),
        ("open_during", "mon,wed 17:00-19:00"),
        ("free", "weekdays 18:00-21:00"),
        ("blocked", "mon 18:00-21:00"),
        ("page", "3"),
    )
    again: dict[str, list[str]] = {}
    for name, value in request.pairs:
        again.setdefault(name, []).append(value)
    assert read_request(again, CONTEXT) == request


def test_every_facet_of_the_query_can_be_asked_for():
    assert set(read(facets=list(PARAMETER_FACETS)).query.facets) == set(FACETS)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)
def test_every_example_is_allowed(parameter):
    partner = {"lat": {"lng": "1"}, "lng": {"lat": "1"}, "radius_m": {"near": "27701"}}
    values = {parameter.name: parameter.example} | partner.get(parameter.name, {})
    assert (parameter.name, read(**values).pairs) and read(**values).pairs


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([p.name for p in PARAMETERS]),
        st.lists(st.text(max_size=30) | st.text("-0123456789.,:T "), max_size=3),
        max_size=5,
    )
)
def test_whatever_is_sent_is_read_or_refused_by_name(values):
    try:
        read_request(values, CONTEXT)
    except Invalid as error:
        assert error.errors.keys() <= {p.name for p in PARAMETERS}
