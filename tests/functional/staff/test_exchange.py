"""A need as FHIR, over HTTP."""

from referrals.fhir.gate import check
from tests.functional.staff.conftest import Staffed


def test_a_coordinator_gets_a_bundle_and_the_export_is_noted(staffed: Staffed) -> None:
    town = staffed.town
    path = f"/api/v1/needs/{town.ids['need_id']}/fhir"
    answer = staffed.client.get(path, headers=town.people["clinic.coordinator"].headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["cache-control"] == "no-store"
    check(answer.json())
    trail = staffed.client.get(
        f"/api/v1/audit?action=need.export&organization_id={town.ids['organization_id']}",
        headers=town.people["clinic.admin"].headers,
    )
    (noted,) = trail.json()["results"]
    assert (noted["action"], noted["entity_id"]) == ("need.export", town.ids["need_id"])
    assert noted["actor_id"] == town.people["clinic.coordinator"].user.id
