"""Services, places and organizations in full; what is confidential stays so."""

from datetime import UTC, datetime

import pytest

from core.clock import frozen
from tests.functional.conftest import Client
from tests.support.county import (
    CLINIC,
    CLINIC_PLACE,
    HELPERS,
    HIDDEN_PLACE,
    LINE,
    MAIN_STREET,
    SHELTER,
    STAFF,
)

API = "/api/v1"
TUESDAY_EVENING = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # 18:30 in North Carolina


def test_a_service_is_told_with_its_places(client_on_each: Client) -> None:
    with frozen(TUESDAY_EVENING):
        found = client_on_each.get(f"{API}/services/{CLINIC}").json()
    assert found["name"] == "Evening clinic"
    assert found["organization"] == {"id": HELPERS, "name": "Eno River Helpers"}
    assert [c["code"] for c in found["categories"]] == ["evening-clinic"]
    assert found["eligibility"]["minimum_age"] == 18
    assert [a["code"] for a in found["eligibility"]["audiences"]] == ["uninsured"]
    assert [d["code"] for d in found["details"]] == ["walk-in"]
    assert found["wait"] == {"days": 6, "asked_on": "2026-02-20"}
    assert [(a["kind"], a["code"]) for a in found["areas"]] == [("county", "NC/Durham")]
    assert [p["number"] for p in found["phones"]] == ["919-555-0100", "919-555-0101"]
    assert [d["code"] for d in found["documents"]] == ["photo-id"]
    places = {place["id"]: place for place in found["places"]}
    assert len(places) == 2
    main = places[CLINIC_PLACE]
    assert main["addresses"][0]["line"] == "1 Main Street, Durham, NC 27701"
    assert [a["name"] for a in main["accessibility"]] == ["Step-free with a wheelchair"]
    assert main["open"]["text"] == "Open until 9 p.m."


def test_hours_are_told_as_a_week_and_as_rules(client: Client) -> None:
    with frozen(TUESDAY_EVENING):
        found = client.get(f"{API}/services/{CLINIC}").json()
    hours = next(place["hours"] for place in found["places"] if place["id"] == CLINIC_PLACE)
    assert (hours["timezone"], hours["holidays"]) == ("America/New_York", "US-NC")
    assert [len(day["spans"]) for day in hours["week"]] == [1, 1, 1, 1, 0, 0, 0]
    assert hours["week"][1] == {
        "date": "2026-03-03",
        "spans": [{"start": "17:00", "end": "21:00"}],
        "known": True,
        "by_appointment": False,
        "note": "",
    }
    (rule,) = hours["rules"]
    assert rule["byday"] == "MO,TU,WE,TH"
    assert (rule["opens_at"], rule["closes_at"]) == ("17:00", "21:00")


def test_a_service_without_place_or_hours(client: Client) -> None:
    found = client.get(f"{API}/services/{LINE}").json()
    (place,) = found["places"]
    assert (place["location_id"], place["location"], place["hours"]) == (None, None, None)
    assert place["open"]["state"] == "unknown"
    assert [d["code"] for d in found["delivery"]] == ["phone"]


def test_translations_are_used_and_labelled(client: Client) -> None:
    found = client.get(f"{API}/services/{CLINIC}", params={"lang": "es"}).json()
    assert found["name"] == "Clínica nocturna"
    labels = {item["field"]: item["machine"] for item in found["translated"]}
    assert labels == {"name": False, "description": True}
    assert client.get(f"{API}/services/{CLINIC}").json()["translated"] == []


def test_a_place_tells_its_services(client_on_each: Client) -> None:
    found = client_on_each.get(f"{API}/locations/{MAIN_STREET}").json()
    assert found["name"] == "Main Street"
    assert found["location"] == {"lat": 35.9967, "lng": -78.8966}
    assert [(s["id"], s["service_id"]) for s in found["services"]] == [(CLINIC_PLACE, CLINIC)]


def test_an_organization_tells_its_services(client_on_each: Client) -> None:
    found = client_on_each.get(f"{API}/organizations/{HELPERS}").json()
    assert found["website"] == "https://helpers.example.org"
    assert {s["service_id"] for s in found["services"]} == {CLINIC, LINE}


@pytest.mark.parametrize(
    "path",
    [
        "services/none",
        f"services/{STAFF}",
        "locations/none",
        f"locations/{HIDDEN_PLACE}",
        "organizations/none",
        "services/%00",
        "services/%F0%9F%8D%8E",
        f"services/{'x' * 5000}",
    ],
)
def test_what_is_not_public_is_not_there(client_on_each: Client, path: str) -> None:
    answer = client_on_each.get(f"{API}/{path}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_confidential_address_is_told_nowhere(client: Client) -> None:
    for path in (f"services/{SHELTER}", f"organizations/{HELPERS}"):
        text = client.get(f"{API}/{path}").text
        assert "Nobody Knows" not in text
        assert HIDDEN_PLACE not in text


@pytest.mark.parametrize(
    "path", [f"services/{CLINIC}", f"locations/{MAIN_STREET}", f"organizations/{HELPERS}"]
)
def test_unknown_parameters_are_refused(client: Client, path: str) -> None:
    answer = client.get(f"{API}/{path}", params={"langg": "es"})
    assert answer.status_code == 400
    assert "lang?" in answer.json()["detail"]


def test_what_the_client_has_already_is_not_sent_again(client: Client) -> None:
    with frozen(TUESDAY_EVENING):
        first = client.get(f"{API}/services/{CLINIC}")
        etag = first.headers["ETag"]
        again = client.get(f"{API}/services/{CLINIC}", headers={"If-None-Match": f"W/{etag}"})
        other = client.get(f"{API}/services/{LINE}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert first.headers["Cache-Control"] == "no-cache"


def test_the_taxonomy_has_every_list_with_names_and_parameter(client: Client) -> None:
    answer = client.get(f"{API}/taxonomy")
    lists = {found["name"]: found for found in answer.json()["lists"]}
    assert lists["handrail/category"]["parameter"] == "category"
    rides = lists["handrail/category"]["codes"][0]
    assert (rides["code"], rides["names"]["es"]) == ("transport", "Transporte")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get(f"{API}/taxonomy", params={"q": "x"}).status_code == 400


def test_places_are_suggested(client: Client) -> None:
    found = client.get(f"{API}/places", params={"q": "277"}).json()["places"]
    assert 0 < len(found) <= 8
    assert all(place["label"].startswith("277") for place in found)
    assert client.get(f"{API}/places").json() == {"places": []}
    assert client.get(f"{API}/places", params={"q": "x" * 201}).status_code == 400


def test_the_api_says_where_to_start(client: Client) -> None:
    links = client.get(API).json()
    assert all(client.get(links[name]).status_code == 200 for name in links if name != "title")
