"""GET /api/v1/search: what is asked of the engine, and how its answer is told."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest

from core.clock import frozen
from directory.hours import Hours, Rule
from search.query import Point, SearchQuery, SearchResult
from tests.contract.documents import make_document
from tests.functional.conftest import Client
from tests.support.engines import CannedEngine

URL = "/api/v1/search"
TUESDAY_NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)  # 12:00 in North Carolina
EVENINGS = Hours(rules=(Rule(byday="TU", opens_at=time(17), closes_at=time(21)),)).key()
CLINIC: dict[str, Any] = make_document(
    "clinic-1",
    location_id="loc-1",
    name="Evening clinic",
    organization="Eno River Helpers",
    categories=["evening-clinic"],
    summary="Doctors after work.",
    address="1 Main Street, Durham, NC 27701",
    lat=35.9967,
    lng=-78.8966,
    hours=EVENINGS,
    languages=["en", "es"],
    cost=["sliding_scale"],
    phones=[
        {
            "number": "919-555-0100",
            "description": "Appointments",
            "type": "voice",
            "extension": 12,
        }
    ],
    translations={"es": {"name": "Clínica nocturna", "summary": None, "machine": True}},
    wait_days=6,
    wait_asked_on="2026-02-20",
    assured_date="2026-02-20",
)


@pytest.fixture
def clinic(canned: CannedEngine) -> CannedEngine:
    canned.put([CLINIC])
    canned.distance_m = 1234.6
    return canned


@pytest.mark.usefixtures("clinic")
def test_a_result_tells_all_a_card_needs(client: Client) -> None:
    with frozen(TUESDAY_NOON):
        found = client.get(URL, params={"near": "27701"}).json()
    assert found == {
        "total": 1,
        "words_left_out": [],
        "page": 1,
        "per_page": 20,
        "origin": {"label": "27701", "lat": 35.9967, "lng": -78.8966, "approximate": True},
        "results": [
            {
                "id": "clinic-1",
                "service_id": "service-clinic-1",
                "location_id": "loc-1",
                "organization_id": "org-1",
                "name": "Evening clinic",
                "organization": "Eno River Helpers",
                "categories": ["evening-clinic"],
                "summary": "Doctors after work.",
                "machine_translated": False,
                "address": "1 Main Street, Durham, NC 27701",
                "location": {"lat": 35.9967, "lng": -78.8966},
                "distance_m": 1235,
                "open": {
                    "state": "closed",
                    "text": "Opens at 5 p.m.",
                    "until": None,
                    "next_opens": "2026-03-03T17:00:00-05:00",
                    "next_matching": None,
                },
                "languages": ["en", "es"],
                "cost": ["sliding_scale"],
                "phones": [
                    {
                        "number": "919-555-0100",
                        "description": "Appointments",
                        "type": "voice",
                        "extension": 12,
                    }
                ],
                "delivery": ["in_person"],
                "wait": {"days": 6, "asked_on": "2026-02-20"},
                "observed_wait": None,
                "assured_date": "2026-02-20",
            }
        ],
        "facets": {},
    }


def test_what_is_not_known_is_null(client: Client, canned: CannedEngine) -> None:
    canned.put([make_document("line-1")])
    (result,) = client.get(URL).json()["results"]
    assert result["open"]["state"] == "unknown"
    unknown = ("location_id", "address", "location", "distance_m", "wait", "assured_date")
    assert [result[name] for name in unknown] == [None] * len(unknown)


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("open_at", "state", "text"),
    [
        ("now", "closed", "Opens at 5 p.m."),
        ("2026-03-03T19:00", "open", "Open until 9 p.m."),
        ("2026-03-03T20:45", "closing_soon", "Closes soon, at 9 p.m."),
        ("2026-03-04T12:00", "closed", "Opens Tuesday 5 p.m."),
    ],
)
def test_the_state_is_that_of_the_moment_asked_about(
    client: Client, open_at: str, state: str, text: str
) -> None:
    with frozen(TUESDAY_NOON):
        (result,) = client.get(URL, params={"open_at": open_at}).json()["results"]
    assert (result["open"]["state"], result["open"]["text"]) == (state, text)


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("asked", "starts", "ends"),
    [
        (
            {"free": "weekdays 18:00-22:00"},
            "2026-03-03T18:00:00-05:00",
            "2026-03-03T21:00:00-05:00",
        ),
        (
            {"open_during": "tue 16:00-18:00"},
            "2026-03-03T17:00:00-05:00",
            "2026-03-03T18:00:00-05:00",
        ),
        ({"blocked": "tue 07:00-20:00"}, "2026-03-03T20:00:00-05:00", "2026-03-03T21:00:00-05:00"),
    ],
)
def test_the_next_opening_that_fits_is_told(
    client: Client, asked: dict[str, str], starts: str, ends: str
) -> None:
    with frozen(TUESDAY_NOON):
        (result,) = client.get(URL, params=asked).json()["results"]
    assert result["open"]["next_matching"] == {"starts": starts, "ends": ends}


def test_hours_nobody_can_read_are_unknown(client: Client, canned: CannedEngine) -> None:
    canned.put([make_document("odd-1", hours="{}")])
    (result,) = client.get(URL).json()["results"]
    assert result["open"]["state"] == "unknown"


def test_the_engine_is_asked_what_the_client_asks(client: Client, canned: CannedEngine) -> None:
    with frozen(TUESDAY_NOON):
        params = {"q": "clinic", "lat": "36", "lng": "-78.9", "open_at": "now", "page": "2"}
        assert client.get(URL, params={**params, "language": ["es", "en"]}).status_code == 200
    (query,) = canned.asked
    assert (query.text, query.page, query.languages) == ("clinic", 2, ("es", "en"))
    assert query.origin == Point(36, -78.9)
    assert query.open_at == query.now == TUESDAY_NOON
    assert query.visibility == ("public",)


def test_facets_have_the_names_of_parameters(client: Client, canned: CannedEngine) -> None:
    canned.facets = {"categories": {"food": 2}, "audiences": {"veterans": 1}}
    found = client.get(URL, params={"facets": "category,for"}).json()
    assert canned.asked[0].facets == ("categories", "audiences")
    assert found["facets"] == {"category": {"food": 2}, "for": {"veterans": 1}}


def test_words_come_in_the_language_asked_for(client: Client, clinic: CannedEngine) -> None:
    def text(**options: Any) -> str:
        (result,) = client.get(URL, **options).json()["results"]
        words: str = result["open"]["text"]
        return words

    english, spanish = text(), text(params={"lang": "es"})
    assert spanish != english
    assert text(headers={"Accept-Language": "fr, es;q=0.8, en;q=0.5"}) == spanish
    assert text(params={"lang": "en"}, headers={"Accept-Language": "es"}) == english
    assert text(headers={"Accept-Language": "fr;q=x, *"}) == english


@pytest.mark.usefixtures("clinic")
def test_names_are_translated_where_somebody_did_and_labelled(client: Client) -> None:
    (result,) = client.get(URL, params={"lang": "es"}).json()["results"]
    assert (result["name"], result["summary"]) == ("Clínica nocturna", "Doctors after work.")
    assert result["machine_translated"] is True


def test_searches_are_kept_by_no_cache(client: Client) -> None:
    assert client.get(URL).headers["Cache-Control"] == "no-store"


BAD = [
    ({"near": "99999"}, "near"),
    ({"near": "Qwxville"}, "near"),
    ({"near": "27701", "radius_m": "-1"}, "radius_m"),
    ({"near": "27701", "radius_m": "1000000000"}, "radius_m"),
    ({"lat": "200", "lng": "0"}, "lat"),
    ({"page": "1000000"}, "page"),
    ({"per_page": "5000"}, "per_page"),
    ({"q": "x" * 10_000}, "q"),
    ({"q": "🍎"}, "q"),
    ({"q": "%"}, "q"),
    ({"open_at": "yesterday-ish"}, "open_at"),
    ({"open_during": "sometimes"}, "open_during"),
    ({"category": "unheard-of"}, "category"),
    ({"sort": "price"}, "sort"),
    ({"lang": "tlh"}, "lang"),
    ({"categori": "food"}, "categori"),
]


@pytest.mark.parametrize(("params", "name"), BAD)
def test_a_wrong_parameter_is_named(
    client: Client, canned: CannedEngine, params: dict[str, str], name: str
) -> None:
    answer = client.get(URL, params=params)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert [wrong["parameter"] for wrong in problem["errors"]] == [name]
    assert len(problem["errors"][0]["detail"]) > 20
    assert canned.asked == []


def test_an_unknown_category_is_told_the_categories(client: Client) -> None:
    detail = client.get(URL, params={"category": "fod"}).json()["detail"]
    assert "transport, respite, food, pharmacy, evening-clinic" in detail


def test_an_unknown_place_is_told_near_ones(client: Client) -> None:
    (wrong,) = client.get(URL, params={"near": "Durhum, NC"}).json()["errors"]
    assert "Durham, NC" in wrong["near"]


@pytest.mark.parametrize(
    "text", ["fruit 🍎", "\x00\x07", "'; DROP TABLE service; --", "%a", "b*", "\\n", "ß" * 500]
)
def test_odd_words_are_harmless(client: Client, text: str) -> None:
    assert client.get(URL, params={"q": text}).status_code == 200


def test_undecodable_bytes_are_harmless(client: Client) -> None:
    assert client.get(f"{URL}?q=food%ff%fe%00&near=27701").status_code == 200


@pytest.mark.parametrize("geocoder", ["offline", "nominatim"])
def test_searches_that_may_wait_get_a_thread(
    county_url: str,
    canned: CannedEngine,
    start: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    geocoder: str,
) -> None:
    threads: list[str] = []
    search = canned.search

    def noted(query: SearchQuery) -> SearchResult:
        threads.append(threading.current_thread().name)
        return search(query)

    monkeypatch.setattr(canned, "search", noted)
    client = start(county_url, geocoder=geocoder)
    assert client.get(URL, params={"near": "27701"}).status_code == 200
    assert threads[0].startswith("handler") is (geocoder != "offline")


def test_an_engine_that_is_down_is_said_so(client: Client, canned: CannedEngine) -> None:
    canned.down = True
    answer = client.get(URL)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert answer.json()["detail"] == "Search does not answer right now."


def test_an_explanation_names_the_rules_and_links_the_wider_searches(
    client: Client, canned: CannedEngine
) -> None:
    canned.totals = lambda queries: [1, *(3 for _ in queries[1:])]  # type: ignore[method-assign]
    params = {"q": "clinic", "language": "es", "near": "27701", "radius_m": "5000", "page": "2"}
    found = client.get(f"{URL}/explain", params=params).json()
    assert found == {
        "total": 1,
        "rules": [
            {
                "rule": "radius_m",
                "count": 2,
                "text": "Up to 2 miles too far",
                "query": "q=clinic&near=27701&language=es&radius_m=8046.72",
            },
            {
                "rule": "language",
                "count": 2,
                "text": "Needs another language",
                "query": "q=clinic&near=27701&radius_m=5000",
            },
        ],
    }
    spanish = client.get(f"{URL}/explain", params={**params, "lang": "es"}).json()
    assert spanish["rules"][1]["text"] == "Hace falta otro idioma"
    assert client.get(f"{URL}/explain", params={"nearby": "27701"}).status_code == 400
