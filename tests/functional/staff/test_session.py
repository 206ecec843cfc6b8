"""Signing in and out over HTTP, with everything that can be tried."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from accounts import second_factor
from accounts.models import User
from core.clock import now
from core.db import Database
from referrals.models import Referral
from tests.functional.staff.conftest import Staffed
from tests.support.network_town import PASSWORD

EMAIL = "coordinator@clinic.example.org"
SESSION = "/api/v1/session"


def enter(staffed: Staffed, password: str = PASSWORD, email: str = EMAIL) -> tuple[int, dict]:  # type: ignore[type-arg]
    staffed.client.cookies.clear()
    answer = staffed.client.post(SESSION, json={"email": email, "password": password})
    return answer.status_code, answer.json()


def test_a_sign_in_gives_a_fresh_cookie_that_scripts_and_other_sites_do_not_get(
    staffed: Staffed,
) -> None:
    staffed.client.cookies.set("handrail", "planted")
    answer = staffed.client.post(SESSION, json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "planted" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    who = staffed.client.get(SESSION)
    assert who.json()["memberships"] == [
        {"organization_id": staffed.town.ids["organization_id"], "role": "coordinator"}
    ]


def test_signing_out_ends_the_session_on_the_server(staffed: Staffed) -> None:
    _, body = enter(staffed)
    kept = dict(staffed.client.cookies)
    answer = staffed.client.delete(SESSION, headers={"x-csrf-token": body["csrf_token"]})
    assert answer.status_code == 204
    staffed.client.cookies.update(kept)
    assert staffed.client.get(SESSION).status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "A" * 5000, "%00", "' OR 1=1 --"])
def test_a_made_up_cookie_is_nobody(staffed: Staffed, cookie: str) -> None:
    answer = staffed.client.get(SESSION, headers={"cookie": f"handrail={cookie}"})
    assert answer.status_code == 401


def test_a_wrong_password_and_an_unknown_address_answer_alike(staffed: Staffed) -> None:
    wrong = enter(staffed, "wrong wrong wrong")
    unknown = enter(staffed, PASSWORD, "nobody@example.org")
    assert wrong == unknown
    assert wrong[0] == 400


def test_after_five_wrong_tries_the_answer_is_wait(staffed: Staffed) -> None:
    for _ in range(5):
        assert enter(staffed, "wrong wrong wrong")[0] == 400
    status, body = enter(staffed)
    assert status == 429
    assert "Wait a while" in body["detail"]


def test_a_form_on_another_site_cannot_sign_anybody_in(staffed: Staffed) -> None:
    for header in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        body = {"email": EMAIL, "password": PASSWORD}
        assert staffed.client.post(SESSION, json=body, headers=header).status_code == 403


def test_the_second_factor_stands_before_everything_else(staffed: Staffed) -> None:
    staffed.client.app.state.settings = replace(staffed.settings, demo=False)
    database: Database = staffed.client.app.state.database
    keyring = staffed.client.app.state.keyring
    with database.write() as session:
        user = session.get_one(User, staffed.town.people["clinic.coordinator"].user.id)
        address = second_factor.begin(session, keyring, user)
        totp = pyotp.parse_uri(address)
        assert isinstance(totp, pyotp.TOTP)
        second_factor.confirm(session, keyring, user, totp.at(now() - timedelta(seconds=30)))
    _, body = enter(staffed)
    assert body["second_factor_owed"]
    assert staffed.client.get("/api/v1/patients").status_code == 401
    token = {"x-csrf-token": body["csrf_token"]}
    path = f"{SESSION}/second-factor"
    assert staffed.client.post(path, json={"code": "000000"}, headers=token).status_code == 400
    answer = staffed.client.post(path, json={"code": totp.at(now())}, headers=token)
    assert answer.status_code == 201
    assert staffed.client.get("/api/v1/patients").status_code == 200


def test_a_role_taken_away_during_use_is_gone_at_the_next_request(staffed: Staffed) -> None:
    coordinator = staffed.town.people["clinic.coordinator"]
    admin = staffed.town.people["clinic.admin"]
    organization = staffed.town.ids["organization_id"]
    assert staffed.client.get("/api/v1/patients", headers=coordinator.headers).status_code == 200
    path = f"/api/v1/organizations/{organization}/members/{coordinator.user.id}"
    kept = staffed.client.delete(path, headers=admin.headers)
    assert kept.status_code == 409  # whose patients would nobody's be?
    assert "Say who takes them over" in kept.json()["detail"]
    roles = f"/api/v1/organizations/{organization}/members/{admin.user.id}/roles"
    given = staffed.client.post(roles, headers=admin.headers, json={"role": "coordinator"})
    assert given.status_code == 204
    answer = staffed.client.delete(f"{path}?to={admin.user.id}", headers=admin.headers)
    assert answer.status_code == 204
    assert staffed.client.get("/api/v1/patients", headers=coordinator.headers).status_code == 401
    database: Database = staffed.client.app.state.database
    with database.read() as session:
        referral = session.get_one(Referral, staffed.town.ids["referral_id"])
        assert referral.assigned_to == admin.user.id
    found = staffed.client.get(f"/api/v1/patients?organization_id={organization}&mine=true",
                               headers=admin.headers)  # fmt: skip
    assert [row["id"] for row in found.json()["results"]] == [staffed.town.ids["patient_id"]]


def test_a_key_does_what_its_scopes_say_and_nothing_else(staffed: Staffed) -> None:
    coordinator = staffed.town.people["clinic.coordinator"]
    made = staffed.client.post(
        "/api/v1/keys",
        headers=coordinator.headers,
        json={
            "organization_id": staffed.town.ids["organization_id"],
            "name": "Night job",
            "scopes": ["patients:read"],
            "expires_on": str(now().date().replace(year=now().year + 1)),
        },
    )
    assert made.status_code == 201, made.text
    bearer = {"authorization": f"Bearer {made.json()['key']}"}
    patient = f"/api/v1/patients/{staffed.town.ids['patient_id']}"
    assert staffed.client.get(patient, headers=bearer).status_code == 200
    form = {"category": "food"}
    assert staffed.client.post(f"{patient}/needs", headers=bearer, json=form).status_code == 403
    assert staffed.client.post("/api/v1/keys", headers=bearer, json={}).status_code == 403
    listed = staffed.client.get("/api/v1/keys", headers=coordinator.headers)
    assert made.json()["key"] not in listed.text
