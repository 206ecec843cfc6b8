"""What people type for a place, and what they get."""

import pytest
from geopy.distance import great_circle
from geopy.location import Location
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.geocode import OfflineGeocoder, Place, UnknownPlace, distance_m, reach_keys
from directory.places.gazetteer import gazetteer
from directory.places.text import fold


@pytest.fixture(scope="module")
def durham() -> OfflineGeocoder:
    return OfflineGeocoder(home="27701")


@pytest.fixture(scope="module")
def nowhere() -> OfflineGeocoder:
    return OfflineGeocoder()


KNOWN = [
    ("27701", "27701", "zip", "27701"),
    (" 27701 ", "27701", "zip", "27701"),
    ("27701-1234", "27701", "zip", "27701"),
    ("27701 1234", "27701", "zip", "27701"),
    ("277011234", "27701", "zip", "27701"),
    ("Durham, NC 27703", "27703", "zip", "27703"),
    ("00501", "00501", "zip", "00501"),
    ("120 E Main St, Durham, NC 27701", "27701", "zip", "27701"),
    ("Durham, NC", "Durham, NC", "city", "27701"),
    ("durham nc", "Durham, NC", "city", "27701"),
    ("DURHAM,NC,USA", "Durham, NC", "city", "27701"),
    ("Durham, North Carolina", "Durham, NC", "city", "27701"),
    ("Durham", "Durham, NC", "city", "27701"),
    ("East Durham", "East Durham, NC", "city", "27703"),
    ("Chapel Hill", "Chapel Hill, NC", "city", "27514"),
    ("Saint Louis MO", "Saint Louis, MO", "city", "63112"),
    ("St. Louis, Missouri", "Saint Louis, MO", "city", "63112"),
    ("Lee's Summit, MO", "Lees Summit, MO", "city", "64063"),
    ("Mayagüez, PR", "Mayaguez, PR", "city", "00680"),
    ("Washington DC", "Washington, DC", "city", "20001"),
    ("New York", "New York, NY", "city", "10176"),
    ("Washington", "Washington, NC", "city", "27889"),
    ("Durham County, NC", "Durham County, NC", "county", None),
    ("durham county", "Durham County, NC", "county", None),
    ("Condado de Durham", "Durham County, NC", "county", None),
    ("Wake", "Wake County, NC", "county", None),
    ("Orleans Parish, LA", "Orleans Parish, LA", "county", None),
    ("NC", "North Carolina", "state", None),
    ("north carolina", "North Carolina", "state", None),
    ("West Virginia", "West Virginia", "state", None),
    ("35.9967,-78.8966", "35.99670, -78.89660", "point", "27701"),
    ("(35.9967; -78.8966)", "35.99670, -78.89660", "point", "27701"),
    ("35.9967° N, 78.8966° W", "35.99670, -78.89660", "point", "27701"),
    ("78.8966 W, 35.9967 N", "35.99670, -78.89660", "point", "27701"),
]


@pytest.mark.parametrize(("text", "label", "kind", "postal_code"), KNOWN)
def test_a_place_is_found(durham, text, label, kind, postal_code):
    place = durham.resolve(text)
    assert (place.label, place.kind, place.postal_code) == (label, kind, postal_code)


UNKNOWN = [
    ("", "Say a ZIP code", []),
    (" \x00\t ", "Say a ZIP code", []),
    ("Duram, NC", "Did you mean Durham, NC", ["Durham, NC"]),
    ("Duram", "Did you mean Durham, NC", ["Durham, NC"]),
    ("Raliegh", "Did you mean Raleigh, NC", ["Raleigh, NC"]),
    ("chapel hil", "Did you mean Chapel Hill, NC", ["Chapel Hill, NC"]),
    ("Wak County, NC", "Did you mean Wake County, NC", ["Wake County, NC"]),
    ("Durham, SC", "Did you mean Durham, NC", ["Durham, NC"]),
    ("27799", "27799 is not a ZIP code in use. Did you mean", ["27709"]),
    ("27071", "27071 is not a ZIP code in use. Did you mean 27701 (Durham, NC)", ["27701"]),
    ("-78.8966,35.9967", "look swapped: did you mean 35.99670", ["35.99670, -78.89660"]),
    ("-97,35", "from -90 to 90; -97 is not. It looks swapped", []),
    ("200,3", "Latitude must be from -90 to 90; 200 is not.", []),
    ("3,200", "Longitude must be from -180 to 180; 200 is not.", []),
    ("120 E Main St, Durham, NC", "Street addresses are not looked up here", ["Durham, NC"]),
    ("12 Oak Ln, Duram, NC", "Did you mean Durham, NC", ["Durham, NC"]),
    ("12 Oak Lane", "No place called", []),
    ("😀", "No place called", []),
    ("'; DROP TABLE location; --", "No place called", []),
    ("%", "No place called", []),
    ("x" * 10_000, "No place called", []),
]


@pytest.mark.parametrize(("text", "message", "near"), UNKNOWN)
def test_an_unknown_place_says_so_and_offers_what_was_meant(durham, text, message, near):
    with pytest.raises(UnknownPlace) as refused:
        durham.resolve(text)
    assert message in refused.value.message
    assert set(near) <= {place.label for place in refused.value.near}
    assert len(refused.value.message) < 300
    assert refused.value.parameter == "near"


def test_without_a_home_the_largest_of_the_name_is_meant(nowhere):
    assert nowhere.resolve("Springfield").state == "IL"
    assert nowhere.resolve("Washington").kind == "state"


def test_a_place_abroad_is_a_point_without_american_facts(durham):
    paris = durham.resolve("48.85, 2.35")
    assert (paris.kind, paris.postal_code, paris.state, paris.timezone) == ("point",) + (None,) * 3
    assert reach_keys(paris) == frozenset()
    assert durham.nearest_zip(48.85, 2.35) is None


def test_only_a_point_is_exact(durham):
    assert not durham.resolve("35.99,-78.89").approximate
    assert all(durham.resolve(text).approximate for text in ("27701", "Durham", "Wake County"))
    nearest = durham.nearest_zip(35.99, -78.89)
    assert nearest is not None
    assert (nearest.kind, nearest.approximate) == ("zip", True)


def test_the_areas_around_a_place_are_named_as_service_areas_are(durham):
    assert reach_keys(durham.resolve("27701")) == {
        "zip:27701",
        "county:NC/Durham",
        "state:NC",
        "country:US",
    }
    assert reach_keys(durham.resolve("Wake County")) == {
        "county:NC/Wake",
        "state:NC",
        "country:US",
    }
    assert reach_keys(durham.resolve("NC")) == {"state:NC", "country:US"}
    assert "county:LA/Orleans" in reach_keys(durham.resolve("70112"))


def test_an_independent_city_is_one_county_however_it_is_spelt(durham):
    keys = {key for code in ("21201", "21218", "21287") for key in reach_keys(durham.resolve(code))}
    assert {key for key in keys if key.startswith("county:")} == {"county:MD/Baltimore City"}
    assert "county:MD/Baltimore" in reach_keys(durham.resolve("Baltimore County, MD"))


@pytest.mark.parametrize(
    ("text", "detail"),
    [("27701", "Durham, NC"), ("Durham", "Durham County"), ("Wake County", ""), ("NC", "")],
)
def test_the_detail_says_what_the_label_leaves_out(durham, text, detail):
    assert durham.resolve(text).detail == detail


SUGGESTED = [
    ("2770", ["27701", "27704", "27706"]),
    ("dur", ["Durham, NC", "Durham County, NC"]),
    ("Durham, n", ["Durham, NC", "Durham County, NC"]),
    ("Durham, North C", ["Durham, NC", "Durham County, NC"]),
    ("durham nc", ["Durham, NC", "Durham County, NC"]),
    ("hillsb", ["Hillsboro, NC", "Hillsborough, NC"]),
    ("ste", ["Stem, NC"]),
    ("saint pauls", ["Saint Pauls, NC"]),
    ("north carol", []),
    ("durm", ["Durham, NC"]),
    ("", []),
    ("zzzz", []),
]


@pytest.mark.parametrize(("text", "first"), SUGGESTED)
def test_typing_ahead_offers_the_nearest_first(durham, text, first):
    labels = [place.label for place in durham.suggest(text)]
    assert labels[: len(first)] == first
    assert len(labels) <= 8


def test_every_suggestion_resolves_to_itself(durham):
    for text in ("d", "ca", "2", "27", "new", "st", "mount"):
        for place in durham.suggest(text, 20):
            found = durham.resolve(place.label)
            assert (found.kind, found.lat, found.lng) == (place.kind, place.lat, place.lng)


def test_geopy_sees_an_ordinary_geocoder(durham):
    found = durham.geocode("27701")
    assert isinstance(found, Location)
    assert (found.latitude, found.longitude) == (35.9967, -78.8966)
    assert durham.geocode("27701", exactly_one=False) == [found]
    assert durham.geocode("nowhere at all") is None
    assert durham.reverse("35.9967,-78.8966").address == "27701"
    assert durham.reverse((48.85, 2.35)) is None


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((0.0, 0.0), (0.0, 0.0), 0.0),
        ((0.0, 0.0), (0.0, 180.0), 20_015_086.8),
        ((0.0, 0.0), (1.0, 0.0), 111_194.93),
        ((0.0, 179.5), (0.0, -179.5), 111_194.93),
        ((90.0, 0.0), (90.0, 137.0), 0.0),
    ],
)
def test_distance_is_along_the_sphere_of_6371_km(a, b, metres):
    left, right = (Place("", "point", *point) for point in (a, b))
    assert distance_m(left, right) == pytest.approx(metres, abs=0.1)


def test_every_zip_resolves_to_its_own_middle(durham):
    for row in list(gazetteer().zips.values())[::50]:
        place = durham.resolve(row.code)
        assert (place.lat, place.lng, place.state) == (row.lat, row.lng, row.state)
        assert place.timezone


@settings(deadline=None)  # the first call loads the tables
@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    geocoder = OfflineGeocoder(home="27701")
    try:
        place = geocoder.resolve(text)
    except UnknownPlace as unknown:
        assert unknown.message.isprintable()
    else:
        assert -90 <= place.lat <= 90
        assert -180 <= place.lng <= 180
    assert len(geocoder.suggest(text, 3)) <= 3


@settings(deadline=None)  # the first call loads the tables
@given(st.floats(-200, 200), st.floats(-400, 400))
def test_a_point_is_in_range_or_refused(lat, lng):
    geocoder = OfflineGeocoder()
    in_range = abs(lat) <= 90 and abs(lng) <= 180
    try:
        place = geocoder.at(lat, lng)
    except UnknownPlace as refused:
        assert not in_range or "swapped" in refused.message
    else:
        assert in_range
        assert (place.lat, place.lng) == (lat, lng)


@settings(deadline=None)  # the first call loads the tables
@given(st.sampled_from(sorted(gazetteer().zips)), st.integers(0, 9999))
def test_a_longer_zip_is_the_same_place(code, more):
    geocoder = OfflineGeocoder()
    assert geocoder.resolve(f"{code}-{more:04}") == geocoder.resolve(code)


@settings(deadline=None)  # the first call loads the tables
@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


POINTS = st.builds(
    Place,
    label=st.just("point"),
    kind=st.just("point"),
    lat=st.floats(-90, 90),
    lng=st.floats(-180, 180),
)


@given(POINTS, POINTS)
def test_distances_are_those_of_geopy(a: Place, b: Place) -> None:
    measured = great_circle((a.lat, a.lng), (b.lat, b.lng), radius=6_371).m
    assert distance_m(a, b) == pytest.approx(measured, rel=1e-9, abs=0.1)
