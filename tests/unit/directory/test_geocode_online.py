"""A geocoding service behind the offline one."""

import sqlite3

import pytest
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderQueryError,
    GeocoderRateLimited,
    GeocoderTimedOut,
)
from geopy.location import Location

from core.errors import Invalid, Unavailable
from directory.geocode import OfflineGeocoder, OnlineGeocoder, UnknownPlace, make_geocoder
from directory.places.memory import KEEP_S, GeocoderMemory

MAIN_STREET = Location("120 E Main St, Durham, NC 27701, USA", (35.9941, -78.8986), {})


class Service:
    """Answers as told, and remembers what it was asked."""

    def __init__(self, answer=MAIN_STREET):
        self.answer = answer
        self.asked = []

    def geocode(self, query, **options):
        self.asked.append((query, options))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Clock:
    """A clock that sleeping moves."""

    def __init__(self):
        self.now = 1_000_000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make(clock, tmp_path):
    def build(service, path=tmp_path / "places.db", limit=100, **options):
        return OnlineGeocoder(
            "fake",
            service,
            OfflineGeocoder(home="27701"),
            GeocoderMemory(path, limit=limit),
            clock=clock,
            sleep=clock.sleep,
            **options,
        )

    return build


def test_a_street_address_is_asked_of_the_service_and_keeps_its_facts(make):
    service = Service()
    place = make(service).resolve("120 E Main St, Durham")
    assert (place.label, place.kind) == ("120 E Main St, Durham", "address")
    assert (place.lat, place.lng, place.approximate) == (35.9941, -78.8986, False)
    assert (place.postal_code, place.county) == ("27701", "Durham County")


@pytest.mark.parametrize("text", ["27701", "Durham, NC", "Wake County", "NC", "35.99,-78.89"])
def test_what_is_known_offline_never_leaves_the_machine(make, text):
    service = Service()
    make(service).resolve(text)
    assert service.asked == []


@pytest.mark.parametrize("text", ["27799", "200,3", "-78.89,35.99", "", " \x00 "])
def test_a_wrong_zip_or_point_is_not_asked_either(make, text):
    service = Service()
    with pytest.raises(UnknownPlace):
        make(service).resolve(text)
    assert service.asked == []


def test_an_answer_is_asked_for_once_even_by_another_process(make):
    first, second = Service(), Service()
    make(first).resolve("120 E Main St, Durham")
    make(second).resolve("120 E. MAIN ST., durham")
    assert (len(first.asked), len(second.asked)) == (1, 0)


def test_no_such_address_is_remembered_too_and_near_matches_are_offered(make):
    service = Service(None)
    geocoder = make(service)
    for _ in range(2):
        with pytest.raises(UnknownPlace) as refused:
            geocoder.resolve("Duram, NC")
    assert len(service.asked) == 1
    assert refused.value.near[0].label == "Durham, NC"


def test_answers_are_asked_again_after_three_months(make, clock):
    service = Service()
    geocoder = make(service)
    geocoder.resolve("120 E Main St, Durham")
    clock.now += KEEP_S + 1
    geocoder.resolve("120 E Main St, Durham")
    assert len(service.asked) == 2


def test_the_file_holds_no_address(make, tmp_path):
    make(Service()).resolve("120 E Main St, Durham")
    with sqlite3.connect(tmp_path / "places.db") as connection:
        stored = repr(connection.execute("SELECT * FROM answer").fetchall()).lower()
    connection.close()
    assert "main" not in stored


def test_the_cache_is_bounded(make, clock, tmp_path):
    geocoder = make(Service(), limit=3)
    for number in range(1, 8):
        clock.now += 10
        geocoder.resolve(f"{number} Main St, Durham")
    with sqlite3.connect(tmp_path / "places.db") as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchone() == (3,)
    connection.close()


def test_questions_keep_their_distance_and_a_queue_too_long_is_refused(make, clock):
    geocoder = make(Service(), per_second=1)
    other = make(Service(), per_second=1)
    geocoder.resolve("1 Main St")
    other.resolve("2 Main St")
    assert clock.slept == [1.0]
    # Five callers at the same moment: the fifth would wait longer than anybody should.
    turns = GeocoderMemory(None)
    waits = [turns.turn("fake", 1.0, 3.0, clock.now) for _ in range(5)]
    assert waits == [0.0, 1.0, 2.0, 3.0, None]


def test_a_long_queue_is_unavailable_with_a_time_to_come_back(make, clock, tmp_path):
    geocoder = make(Service())
    for _ in range(5):
        GeocoderMemory(tmp_path / "places.db").turn("fake", 1.0, 3.0, clock.now)
    with pytest.raises(Unavailable) as refused:
        geocoder.resolve("1 Main St")
    assert refused.value.retry_after_s == 5


@pytest.mark.parametrize(
    ("problem", "seconds"),
    [
        (GeocoderTimedOut("slow"), 30),
        (GeocoderRateLimited("wait", retry_after=120), 120),
        (GeocoderAuthenticationFailure("key"), 30),
        (ConnectionResetError("gone"), 30),
    ],
)
def test_a_service_that_fails_is_unavailable_and_not_remembered(make, problem, seconds):
    service = Service(problem)
    geocoder = make(service)
    with pytest.raises(Unavailable) as refused:
        geocoder.resolve("120 E Main St, Durham")
    assert refused.value.retry_after_s == seconds
    service.answer = MAIN_STREET
    assert geocoder.resolve("120 E Main St, Durham").postal_code == "27701"


def test_a_question_the_service_refuses_is_an_unknown_place(make):
    with pytest.raises(UnknownPlace):
        make(Service(GeocoderQueryError("bad"))).resolve("120 E Main St, Durham")


def test_a_zip_far_from_the_answer_is_not_believed(make):
    odd = Location("Apartment 90210, Durham", (35.9941, -78.8986), {})
    assert make(Service(odd)).resolve("120 E Main St").postal_code == "27701"


def test_offline_is_the_default_and_takes_a_home():
    geocoder = make_geocoder(options={"home": "Raleigh, NC"})
    assert isinstance(geocoder, OfflineGeocoder)
    assert geocoder.home is not None
    assert geocoder.home.label == "Raleigh, NC"


def test_a_geopy_geocoder_is_made_by_name_with_its_settings(tmp_path):
    geocoder = make_geocoder(
        "nominatim",
        {"user_agent": "clinic", "domain": "maps.example.org", "country_codes": "us"},
        tmp_path / "cache" / "places.db",
        rate_limit=5,
    )
    assert isinstance(geocoder, OnlineGeocoder)
    assert geocoder._service.headers["User-Agent"] == "clinic"
    assert geocoder._service.timeout == 5.0
    assert geocoder._asking == {"country_codes": "us"}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("nominatum", {}, "No geocoder is called 'nominatum'"),
        ("nominatim", {"apikey": "x"}, "no option 'apikey'. Allowed: "),
        ("nominatim", {"scheme": "ftp"}, "http"),
        ("offline", {"domain": "x"}, "no option 'domain'. Allowed: home."),
        ("opencage", {}, "api_key"),
        ("offline", {"home": "Duram, NC"}, "Did you mean Durham, NC"),
    ],
)
def test_a_wrong_geocoder_setting_is_named(name, options, message):
    with pytest.raises(Invalid) as refused:
        make_geocoder(name, options)
    assert message in refused.value.message


def test_a_rate_of_nothing_is_refused():
    with pytest.raises(Invalid, match="rate limit"):
        make_geocoder("nominatim", rate_limit=0)
