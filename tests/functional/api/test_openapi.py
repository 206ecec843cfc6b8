"""The API keeps to its own description, whatever is sent to it."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from api.openapi import EXAMPLES, described
from api.resources import resources
from api.staff.routes import staff_resources
from search.parameters import PARAMETERS
from tests.contract.documents import make_document
from tests.functional.conftest import Client
from tests.support.county import CLINIC, HELPERS, LINE, MAIN_STREET
from tests.support.engines import CannedEngine

DOCUMENT = described([resources()])
WHOLE = described([resources(), staff_resources()])
OPERATIONS = {path: item["get"] for path, item in DOCUMENT["paths"].items()}
# A request may keep to the schema and still be refused (a radius without a place), and an empty
# value is never refused: the schemas do not say either.
UNSAID = [positive_data_acceptance, negative_data_rejection]


def schema_of(path: str, status: str) -> dict[str, Any]:
    """The JSON schema of an answer, with what it refers to."""
    (content,) = OPERATIONS[path]["responses"][status]["content"].values()
    return {**content["schema"], "components": DOCUMENT["components"]}


def test_the_description_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(WHOLE).validate()


def test_the_description_is_served(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json() == WHOLE


def test_every_search_parameter_is_described_with_an_example() -> None:
    found = {p["name"]: p for p in OPERATIONS["/api/v1/search"]["parameters"]}
    assert found.keys() == {p.name for p in PARAMETERS} | {"lang"}
    for parameter in found.values():
        assert parameter["description"]
        jsonschema_rs.validate(parameter["schema"], parameter["example"])


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_answer_has_an_example_that_keeps_to_its_schema(path: str) -> None:
    for status, response in OPERATIONS[path]["responses"].items():
        if status == "301":
            assert "Location" in response["headers"]
            continue
        (content,) = response["content"].values()
        jsonschema_rs.validate(schema_of(path, status), content["example"])


def test_no_example_is_left_over() -> None:
    used = {operation["operationId"] for operation in OPERATIONS.values()}
    statuses = {s for o in OPERATIONS.values() for s in o["responses"] if s >= "400"}
    named = used | {f"problem_{status}" for status in statuses}
    assert {path.stem for path in EXAMPLES.iterdir()} == named


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/api/v1/search", "search?near=27701&facets=category"),
        ("/api/v1/search/explain", "search/explain?near=27701&radius_m=900&language=es"),
        ("/api/v1/services/{service_id}", f"services/{CLINIC}"),
        ("/api/v1/services/{service_id}", f"services/{LINE}"),
        ("/api/v1/locations/{location_id}", f"locations/{MAIN_STREET}"),
        ("/api/v1/organizations/{organization_id}", f"organizations/{HELPERS}"),
        ("/api/v1/taxonomy", "taxonomy"),
        ("/api/v1/places", "places?q=durh"),
        ("/api/v1/drugs", "drugs?q=metformin"),
    ],
)
def test_real_answers_keep_to_their_schema(
    client: Client, canned: CannedEngine, path: str, url: str
) -> None:
    canned.put([make_document("d-1")])
    answer = client.get(f"/api/v1/{url}")
    assert answer.status_code == 200
    jsonschema_rs.validate(schema_of(path, "200"), answer.json())


def test_examples_are_written_one_way() -> None:
    for path in EXAMPLES.iterdir():
        value = json.loads(path.read_text(encoding="utf-8"))
        written = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        assert path.read_text(encoding="utf-8") == written


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        (path, mode)
        for path, operation in OPERATIONS.items()
        for mode in schemathesis.GenerationMode
        if operation["parameters"] or mode is schemathesis.GenerationMode.POSITIVE
    ],
)
def test_generated_requests_never_break_it(
    path: str,
    mode: schemathesis.GenerationMode,
    county_url: str,
    canned: CannedEngine,
    application: Callable[..., Any],
) -> None:
    canned.put([make_document("d-1", lat=36.0, lng=-78.9)])
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", application(county_url))
    operation = schema[path]["GET"]

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(excluded_checks=UNSAID)

    check()
