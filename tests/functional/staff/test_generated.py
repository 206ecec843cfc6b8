"""Requests generated from the API's own description, as each role: nothing breaks it, and every answer
keeps to the description.

A few examples of each resource in every run, always the same ones; HANDRAIL_TEST_EXAMPLES=200 tries for
longer, HANDRAIL_TEST_SEED=8 others.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.openapi import described
from api.resources import resources
from api.staff.routes import staff_resources
from core.access import EVERY_ROLE
from tests.functional.staff.conftest import Staffed

EXAMPLES = int(os.environ.get("HANDRAIL_TEST_EXAMPLES", "3"))
SEED = int(os.environ.get("HANDRAIL_TEST_SEED", "7"))
DOCUMENT = described([resources(), staff_resources()])
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = {
    operation["operationId"]: (path, method.upper())
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if operation.get("security") or operation["operationId"] == "signIn"
}
# They would end what the next example needs: tried on records that are not there.
ENDING = ("erasePatient", "mergePatient", "removeMember", "revokeConsent", "revokeKey", "signOut")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@contextmanager
def signed_in(staffed: Staffed, role: str) -> Iterator[dict[str, str]]:
    """Headers of somebody with the role; the client keeps no cookie of its own."""
    staffed.client.cookies.clear()
    who = "pantry.partner" if role == "partner" else f"clinic.{role}"
    yield staffed.town.people[who].headers if role else {}


def call(staffed: Staffed, name: str, case: Any, role: str, *, real: bool) -> Any:
    """Send the case; with `real`, to a record that is there."""
    if real and name not in ENDING:
        for parameter in case.path_parameters or {}:
            case.path_parameters[parameter] = staffed.town.ids.get(parameter, "x")
    sent = case.as_transport_kwargs(base_url="http://testserver.local")
    with signed_in(staffed, role) as headers:
        sent["headers"] = {**dict(sent["headers"]), **headers}
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), str | bytes):
            sent["content"] = sent.pop("data")
        return staffed.client.request(**sent)


@pytest.mark.parametrize("name", OPERATIONS)
def test_generated_requests_never_break_it(name: str, shared_staffed: Staffed) -> None:
    path, method = OPERATIONS[name]
    operation = SCHEMA[path][method]
    roles = ("",) if name in ("signIn", "signOut") else ("", *EVERY_ROLE)

    turn = count()

    def check(case: Any) -> None:
        real = next(turn) % 2 == 0
        for role in roles:
            answer = call(shared_staffed, name, case, role, real=real)
            case.validate_response(answer, checks=CHECKS)

    for mode in MODES:
        run = given(case=operation.as_strategy(generation_mode=mode))(check)
        settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(seed(SEED)(run))()


def test_every_resource_for_people_who_sign_in_is_tried() -> None:
    assert {"signIn", "patient", "createPatient", "audit", "keys", "members"} <= OPERATIONS.keys()
    assert len(OPERATIONS) > 30
