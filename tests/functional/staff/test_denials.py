"""Every refusal leaves a row in the trail of the organization, and no flood fills the disk."""

from uuid import uuid4

import pytest
from sqlmodel import col, select

from app import denials
from app.denials import Denial, Denials
from core import audit
from core.actor import ANONYMOUS, Actor
from core.audit import AuditEvent
from core.db import Database
from tests.functional.staff.conftest import Staffed

PATIENT = "/api/v1/patients/{patient_id}"


def rows(staffed: Staffed) -> list[AuditEvent]:
    """The denials written, once those on their way have arrived."""
    staffed.client.app.state.denials.close()
    database: Database = staffed.client.app.state.database
    staffed.client.app.state.denials = Denials(database)
    with database.read() as session:
        denied = select(AuditEvent).where(col(AuditEvent.action).startswith("denied."))
        return list(session.exec(denied.order_by(col(AuditEvent.id))))


def test_another_organizations_record_is_a_denial_that_names_it(staffed: Staffed) -> None:
    stranger = staffed.town.people["other.coordinator"]
    patient = staffed.town.ids["patient_id"]
    path = PATIENT.format(patient_id=patient)
    assert staffed.client.get(path, headers=stranger.headers).status_code == 404
    (row,) = rows(staffed)
    assert (row.action, row.entity_id) == ("denied.not_found", PATIENT)
    assert row.actor_id == stranger.user.id
    assert row.organization_id == staffed.town.organizations["other"].id
    assert row.fields == {"method": "GET", "record": patient}


def test_a_role_that_does_not_include_it_is_a_denial(staffed: Staffed) -> None:
    curator = staffed.town.people["clinic.curator"]
    assert staffed.client.get("/api/v1/patients", headers=curator.headers).status_code == 403
    (row,) = rows(staffed)
    assert (row.action, row.actor_id) == ("denied.forbidden", curator.user.id)


def test_a_form_without_our_token_or_from_another_site_is_a_denial(staffed: Staffed) -> None:
    coordinator = staffed.town.people["clinic.coordinator"]
    cookie = {"cookie": coordinator.headers["cookie"]}
    staffed.client.post("/api/v1/patients", json={"name": "Canary"}, headers=cookie)
    staffed.client.post("/api/v1/session", json={}, headers={"sec-fetch-site": "cross-site"})
    first, second = rows(staffed)
    assert (first.action, first.actor_id) == ("denied.forbidden", coordinator.user.id)
    assert (second.action, second.actor_id) == ("denied.forbidden", ANONYMOUS.id)
    assert "Canary" not in str(first)


def test_a_key_nobody_has_is_a_denial_and_a_stale_link_is_not(staffed: Staffed) -> None:
    bad = {"authorization": "Bearer hr_00000000_secret"}
    assert staffed.client.get("/api/v1/patients", headers=bad).status_code == 401
    assert staffed.client.get("/api/v1/patients").status_code == 401
    assert staffed.client.get(f"/api/v1/services/{uuid4()}").status_code == 404
    (row,) = rows(staffed)
    assert row.action == "denied.key"
    assert "secret" not in str(row)


def test_text_in_an_address_is_never_written_down(staffed: Staffed) -> None:
    coordinator = staffed.town.people["clinic.coordinator"]
    path = PATIENT.format(patient_id="Canary Patient")
    assert staffed.client.get(path, headers=coordinator.headers).status_code == 404
    (row,) = rows(staffed)
    assert row.fields == {"method": "GET"}
    assert row.entity_id == PATIENT


def test_a_flood_leaves_a_few_rows_and_their_count(staffed: Staffed) -> None:
    state = staffed.client.app.state
    state.denials.close()
    state.denials = Denials(
        state.database, clock=lambda: 0.0
    )  # a minute that slow answers do not use up
    curator = staffed.town.people["clinic.curator"]
    for _ in range(60):
        staffed.client.get("/api/v1/patients", headers=curator.headers)
    found = rows(staffed)
    assert len(found) == denials.PER_MINUTE + 1
    assert found[-1].action == "denied.more"
    assert sum(row.fields.get("more", 0) for row in found) == 60 - denials.PER_MINUTE
    with staffed.client.app.state.database.read() as session:
        assert list(audit.verify(session)) == []


def test_a_database_that_is_away_does_not_stop_the_answers(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def away() -> None:
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr(sqlite_database, "write", away)
    writing = Denials(sqlite_database)
    writing.note(Denial(Actor("ana", "Ana"), "denied.forbidden", "GET", "/x", "", ""))
    writing.close()


def test_the_trail_is_searched_by_patient_and_by_time(staffed: Staffed) -> None:
    town, patient = staffed.town, staffed.town.ids["patient_id"]
    coordinator, admin = town.people["clinic.coordinator"], town.people["clinic.admin"]
    staffed.client.get("/api/v1/patients", headers=coordinator.headers)
    staffed.client.get(PATIENT.format(patient_id=patient), headers=coordinator.headers)
    query = f"/api/v1/audit?organization_id={town.ids['organization_id']}&patient_id={patient}"
    found = staffed.client.get(query, headers=admin.headers).json()["results"]
    actions = [row["action"] for row in found]
    assert actions[:2] == ["patient.read", "patient.list"]
    assert {"need.open", "consent.give", "patient.create"} <= set(actions)
    assert patient in found[1]["fields"]["patients"]
    assert "Canary" not in str(found)
    before = staffed.client.get(f"{query}&until=2020-01-01T00:00:00Z", headers=admin.headers)
    assert before.json()["total"] == 0
    unclear = staffed.client.get(f"{query}&until=2020-01-01T00:00:00", headers=admin.headers)
    assert unclear.status_code == 400
