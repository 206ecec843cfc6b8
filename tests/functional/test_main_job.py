"""The main job from end to end: directory → index → the API, on each database, nothing faked."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from app.asgi import create_app
from app.engines import open_search
from core.actor import SYSTEM
from core.clock import frozen
from core.db import Database
from core.settings import Settings
from directory.commands import save
from directory.models import Service
from search.rebuild import reindex
from search.sync import update_units
from tests.functional.conftest import Client
from tests.support.county import CLINIC, CLINIC_PLACE, LINE

SEARCH = "/api/v1/search"
TUESDAY = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)  # noon in North Carolina


@pytest.fixture
def client(settings: Settings, county_url_on_each: str) -> Iterator[Client]:
    """The application with the county in its index."""
    chosen = replace(settings, database_url=county_url_on_each, rate_limit=0)
    database, engine = Database(chosen.database_url), open_search(chosen)
    assert reindex(database, engine, chosen.time_zone).refused == ()
    engine.close()
    database.close()
    with TestClient(create_app(chosen)) as running, frozen(TUESDAY):
        yield running


def ids(client: Client, **params: Any) -> list[str]:
    """Ids of the results, best first."""
    answer = client.get(SEARCH, params=params)
    assert answer.status_code == 200, answer.text
    found: list[str] = [result["id"] for result in answer.json()["results"]]
    return found


def test_an_evening_clinic_is_found_open_on_tuesday_evening(client: Client) -> None:
    asked = {"q": "evenin clinc", "near": "27701", "language": "es"}
    assert ids(client, **asked, open_at="2026-03-03T19:00")[0] == CLINIC_PLACE
    assert ids(client, **asked, open_at="2026-03-03T12:00") == []
    assert CLINIC_PLACE in ids(client, **asked, open_during="tue 18:00-20:00")
    assert ids(client, **asked, open_during="sat 09:00-12:00") == []


def test_nearest_is_first_and_distances_are_metres(client: Client) -> None:
    answer = client.get(SEARCH, params={"category": "evening-clinic", "near": "27701"}).json()
    distances = [result["distance_m"] for result in answer["results"]]
    assert answer["total"] == 2
    assert answer["results"][0]["id"] == CLINIC_PLACE
    assert distances[0] < 10 and 2000 < distances[1] < 3000
    assert ids(client, near="27701", radius_m=1000, category="evening-clinic") == [CLINIC_PLACE]


def test_reach_is_the_patients_own(client: Client) -> None:
    assert CLINIC_PLACE in ids(client, reachable_from="27701")
    assert CLINIC_PLACE not in ids(client, reachable_from="28202")


def test_facets_leave_out_their_own_filter(client: Client) -> None:
    answer = client.get(SEARCH, params={"category": "transport", "facets": "category"}).json()
    assert [result["id"] for result in answer["results"]] == [LINE]
    assert answer["facets"] == {"category": {"evening-clinic": 2, "transport": 1}}


def test_what_is_confidential_or_internal_is_in_no_result(client: Client) -> None:
    answer = client.get(SEARCH, params={"per_page": 100})
    assert {result["service_id"] for result in answer.json()["results"]} == {CLINIC, LINE}
    assert ids(client, q="safe house") == ids(client, q="case conference") == []


def test_pages_do_not_overlap(client: Client) -> None:
    pages = [ids(client, per_page=1, page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [1, 1, 1, 0]
    assert len({unit for page in pages for unit in page}) == 3


def test_odd_words_find_nothing_and_break_nothing(client: Client) -> None:
    for text in ("%q", "z*", "'; DROP TABLE service", "🍎 z", "a" * 500, '"z"'):
        assert ids(client, q=text) == []


def test_searches_and_changes_at_once(client: Client) -> None:
    """Eight clients search while the clinic is renamed and indexed again, over and over."""
    state, stop = client.app.state, threading.Event()

    def rename() -> int:
        count = 0
        while not stop.is_set():
            with state.database.write() as session:
                clinic = session.get_one(Service, CLINIC)
                session.expunge(clinic)
                clinic.alert = f"Alert {count}"
                save(session, SYSTEM, [Service(**clinic.model_dump())])
            update_units(state.database, state.search, "America/New_York", [CLINIC_PLACE])
            count += 1
        return count

    def search(_number: int) -> set[int]:
        paths = (f"{SEARCH}?q=clinic&facets=category", f"/api/v1/services/{CLINIC}")
        return {client.get(paths[n % 2]).status_code for n in range(40)}

    with ThreadPoolExecutor(9) as pool:
        renaming = pool.submit(rename)
        try:
            assert set().union(*pool.map(search, range(8))) == {200}
        finally:
            stop.set()
        assert renaming.result() > 0
    assert client.get(f"/api/v1/services/{CLINIC}").json()["alert"].startswith("Alert")
