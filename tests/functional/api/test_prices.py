"""Prices over the API: compared for a patient, asked about, recorded."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

import jsonschema_rs
import pytest
from litestar.testing import TestClient

from api.openapi import described
from api.resources import resources
from core.clock import frozen
from core.db import Database
from core.settings import Settings
from directory.prices.kinds import Release
from tests.support.network_town import settle, signed_in
from tests.support.pharmacies import METFORMIN, TODAY, open_town, price

Client = TestClient[Any]
NOW = datetime.combine(TODAY, time(17), UTC)
ASKED = "/api/v1/prices?drug=metformin+500+mg&release=IR&quantity=60&near=27701"


@pytest.fixture
def town(sqlite_database: Database, start: Callable[..., Client]) -> Iterator[Client]:
    """Pharmacies with four prices."""
    with frozen(NOW):
        with sqlite_database.write() as session:
            open_town(session)
            price(session, 9)
            price(session, 4, location_id="far")
            price(session, 3, program_id="post", shipping=5)
            price(session, 1, location_id="mid", age=61)
        yield start(sqlite_database.url)


@pytest.fixture
def people(town: Client, sqlite_database: Database, settings: Settings) -> dict[str, Any]:
    """Headers of people who have signed in."""
    with sqlite_database.write() as session:
        found = settle(session, settings).people
        return {name: signed_in(session, settings, one.user) for name, one in found.items()}


def test_prices_are_compared_and_the_rest_is_listed_with_its_reason(town: Client) -> None:
    answer = town.get(ASKED)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert [(one["total"], one["front"]) for one in found["prices"]] == [
        ("4.00", True),
        ("8.00", True),
        ("9.00", True),
    ]
    assert [one["reason"] for one in found["left_out"]] == ["expired"]
    assert found["prices"][0]["pharmacy"]["phone"] == "919-555-0101"
    assert found["origin"]["state"] == "NC"
    assert len(found["warnings"]) == 4


def test_an_answer_keeps_to_its_schema(town: Client) -> None:
    document = described([resources()])
    schema = document["paths"]["/api/v1/prices"]["get"]["responses"]["200"]["content"]
    whole = {**schema["application/json"]["schema"], "components": document["components"]}
    jsonschema_rs.validate(whole, town.get(ASKED).json())


def test_words_are_in_the_language_asked_for(town: Client) -> None:
    found = town.get(f"{ASKED}&lang=es").json()
    assert found["warnings"][0].startswith("Llame primero")


WRONG = [
    ("drug=metformin+500&quantity=60", "release"),
    ("drug=unobtainium&quantity=60", "drug"),
    ("drug=&quantity=60", "drug"),
    ("drug=metformin+500&release=IR", "quantity"),
    ("drug=metformin+500&release=IR&quantity=0", "quantity"),
    ("drug=metformin+500&release=IR&quantity=1000000000", "quantity"),
    ("drug=metformin+500&release=IR&quantity=-5", "quantity"),
    ("drug=metformin+500&release=IR&quantity=60+ml", "quantity"),
    ("drug=metformin+500&release=slow&quantity=60", "release"),
    ("drug=metformin+500&release=DR&quantity=60", "release"),
    ("drug=metformin+tablet&form=capsule&quantity=60", "form"),
    ("drug=metformin+500&strength=much&quantity=60", "strength"),
    ("drug=metformin+500&strength=850+mg&quantity=60", "strength"),
    ("drug=metformin&release=IR&quantity=60&near=nowhereville+zz", "near"),
    ("drug=metformin&release=IR&quantity=60&radius_m=900", "radius_m"),
    ("drug=metformin&release=IR&quantity=60&state=North", "state"),
    ("drug=metformin&release=IR&quantity=60&meets=hunger", "meets"),
    ("drug=metformin&release=IR&quantity=60&limit=0", "limit"),
    ("drug=metformin&release=IR&quantity=60&pharmcy=x", "pharmcy"),
]


def test_what_is_wrong_or_unclear_is_named(town: Client) -> None:
    for query, parameter in WRONG:
        answer = town.get(f"/api/v1/prices?{query}")
        assert answer.status_code == 400, answer.text
        assert [one["parameter"] for one in answer.json()["errors"]] == [parameter], query


def test_a_question_offers_its_choices_and_chooses_none(town: Client) -> None:
    found = town.get("/api/v1/prices?drug=metformin+500&quantity=60").json()
    assert found["errors"][0]["near"] == [
        "metformin ER 500 mg tablet, 60",
        "metformin 500 mg tablet, 60",
    ]


def test_a_drug_may_be_asked_for_by_its_id(town: Client) -> None:
    found = town.get(f"/api/v1/prices?drug={METFORMIN.id}&quantity=60&near=27701")
    assert found.json()["total"] == 3
    other = town.get(f"/api/v1/prices?drug={METFORMIN.id}&quantity=60&release=ER")
    assert other.status_code == 400


def test_drug_lines_are_understood(town: Client) -> None:
    found = town.get("/api/v1/drugs?q=metformina+er+500+60").json()
    assert (found["status"], found["drug"]["release"]) == ("found", Release.EXTENDED)
    assert found["quantity"] == "60"
    asked = town.get("/api/v1/drugs?q=metformin+500").json()
    assert (asked["status"], asked["question"]["about"]) == ("ask", "release")


def _post(client: Client, headers: dict[str, str], **values: Any) -> Any:
    body = {"drug_id": METFORMIN.id, "quantity": 60, "price": "2.50", "location_id": "mid"}
    return client.post("/api/v1/prices", json=body | values, headers=headers)


def test_a_recorded_price_changes_the_ranking(town: Client, people: dict[str, Any]) -> None:
    answer = _post(town, people["clinic.coordinator"])
    assert answer.status_code == 201, answer.text
    assert answer.json()["ranks"] is True
    first = town.get(ASKED).json()["prices"][0]
    assert (first["total"], first["pharmacy"]["location_id"]) == ("2.50", "mid")


def test_a_partner_may_record_and_others_may_not(town: Client, people: dict[str, Any]) -> None:
    assert _post(town, people["pantry.partner"]).json()["source"] == "partner"
    assert _post(town, people["clinic.curator"]).status_code == 403
    assert _post(town, {}).status_code == 401
    without_token = {"cookie": people["clinic.coordinator"]["cookie"]}
    assert _post(town, without_token).status_code == 403


def test_an_unlikely_price_is_asked_about(town: Client, people: dict[str, Any]) -> None:
    who = people["clinic.coordinator"]
    asked = _post(town, who, price="900")
    assert asked.status_code == 409
    assert "750.0 times" in asked.json()["detail"]
    assert _post(town, who, price="900", confirmed=True).status_code == 201
    reasons = [one["reason"] for one in town.get(ASKED).json()["left_out"]]
    assert "check" in reasons


def test_wrong_fields_are_named_all_at_once(town: Client, people: dict[str, Any]) -> None:
    answer = _post(town, people["clinic.coordinator"], quantity=0, price=-1, colour="red")
    assert answer.status_code == 400
    named = {one["parameter"] for one in answer.json()["errors"]}
    assert named == {"quantity", "price", "colour"}
