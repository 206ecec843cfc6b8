"""What somebody may try at the doors and in the forms, on the whole application."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import col, func, select

from accounts import throttle
from accounts.signing_in import record_unknown, sign_in
from app.guards import PER_MINUTE
from core.audit import AuditEvent
from core.db import Database
from tests.functional.conftest import Client
from tests.functional.staff.conftest import Staffed
from tests.support.network_town import PASSWORD

EMAIL = "coordinator@clinic.example.org"
SESSION, PATIENTS = "/api/v1/session", "/api/v1/patients"


def as_coordinator(staffed: Staffed, body: Any) -> Any:
    headers = staffed.town.people["clinic.coordinator"].headers
    of = staffed.town.ids["organization_id"]
    return staffed.client.post(PATIENTS, headers=headers, json={"organization_id": of, **body})


def test_over_https_the_cookie_is_bound_to_this_host(
    staffed: Staffed, start: Callable[..., Client]
) -> None:
    database: Database = staffed.client.app.state.database
    https = start(database.url, base_url="https://handrail.example.org")
    answer = https.post(SESSION, json={"email": EMAIL, "password": PASSWORD})
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == "__Host-handrail"
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)
    stolen = {"cookie": f"handrail={rest.split(';')[0]}"}
    https.cookies.clear()
    assert https.get(SESSION, headers=stolen).status_code == 401  # only by its full name


def test_a_cookie_changed_in_any_place_is_nobody(shared_staffed: Staffed) -> None:
    client, headers = shared_staffed.client, shared_staffed.town.people["clinic.admin"].headers
    name, _, token = headers["cookie"].partition("=")
    assert client.get(SESSION, headers={"cookie": f"{name}={token}"}).status_code == 200
    for place in range(0, len(token), 6):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert client.get(SESSION, headers={"cookie": f"{name}={changed}"}).status_code == 401
    for changed in (token[:-1], token + "A", token.swapcase(), f"{token}; {name}=x"):
        client.cookies.clear()
        assert client.get(SESSION, headers={"cookie": f"{name}={changed}"}).status_code == 401


def test_sign_ins_at_the_same_moment_are_sessions_of_their_own(staffed: Staffed) -> None:
    database: Database = staffed.client.app.state.database

    def enter(_: int) -> str:
        return sign_in(database, EMAIL, PASSWORD, address="192.0.2.7", ask_second=False).token

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(enter, range(4)))
    assert len(set(tokens)) == 4
    staffed.client.cookies.clear()
    cookies = [{"cookie": f"handrail={token}"} for token in tokens]
    csrf = staffed.client.get(SESSION, headers=cookies[0]).json()["csrf_token"]
    out = staffed.client.delete(SESSION, headers={**cookies[0], "x-csrf-token": csrf})
    assert out.status_code == 204
    answers = [staffed.client.get(SESSION, headers=cookie).status_code for cookie in cookies]
    assert answers == [401, 200, 200, 200]
    # The token of one session's forms is worth nothing in another's.
    other = staffed.client.delete(SESSION, headers={**cookies[1], "x-csrf-token": csrf})
    assert other.status_code == 403


def test_an_address_that_tries_too_often_has_to_wait(
    county_url: str, start: Callable[..., Client]
) -> None:
    client = start(county_url, rate_limit=600)
    answers = [client.post(SESSION, json={}) for _ in range(PER_MINUTE["sign-in"] + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {400}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_refused_sign_in_is_seen_by_the_admins_of_the_organization(staffed: Staffed) -> None:
    staffed.client.post(SESSION, json={"email": EMAIL, "password": "wrong wrong wrong"})
    of = staffed.town.ids["organization_id"]
    admin = staffed.town.people["clinic.admin"].headers
    query = f"/api/v1/audit?organization_id={of}&action=sign_in"
    (row,) = staffed.client.get(query, headers=admin).json()["results"]
    assert row["action"] == "sign_in.refused"
    assert row["entity_id"] == staffed.town.people["clinic.coordinator"].user.id
    assert "wrong wrong" not in str(row)


def test_a_flood_of_sign_ins_to_nobody_leaves_a_bounded_number_of_rows(
    sqlite_database: Database,
) -> None:
    with sqlite_database.write() as session:
        for _ in range(throttle.UNKNOWN_RECORDED.tries * 3):
            record_unknown(session, "192.0.2.1")
        refused = select(func.count()).where(col(AuditEvent.action) == "sign_in.refused")
        assert session.exec(refused).one() == throttle.UNKNOWN_RECORDED.tries


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ana\u202eorez", "Ana orez"),  # would be read backwards
        ("A\u200bna\u0000 Ruiz\n", "A na Ruiz"),
        ("<b>Ana</b> & 'Co'", "<b>Ana</b> & 'Co'"),
        ("\u0410\u043d\u043d\u0430 Ruiz", "\u0410\u043d\u043d\u0430 Ruiz"),  # Cyrillic is a name
        ("\u0645\u0631\u064a\u0645", "\u0645\u0631\u064a\u0645"),  # so is Arabic
        ("x" * 200, "x" * 200),
    ],
)
def test_odd_names_are_kept_without_what_pretends(staffed: Staffed, name: str, kept: str) -> None:
    made = as_coordinator(staffed, {"name": name})
    assert made.status_code == 201, made.text
    assert made.json()["name"] == kept
    headers = staffed.town.people["clinic.coordinator"].headers
    page = staffed.client.get(f"/staff/patients/{made.json()['id']}", headers=headers)
    assert "<b>Ana" not in page.text


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x" * 201},
        {"name": "\u202e\u200b "},
        {"name": ["Ana"]},
        {"name": "Ana", "birth_date": "2025-02-30"},
        {"name": "Ana", "birth_date": "9999-12-31"},
        {"name": "Ana", "birth_date": "0001-01-01"},
        {"name": "Ana", "birth_date": "1990-13-01"},
        {"name": "Ana", "pin": [0, 181]},
        {"name": "Ana", "notes": "x" * 4001},
        {"name": "Ana", "languages": ["en"] * 11},
    ],
)
def test_what_cannot_be_is_refused_by_field(shared_staffed: Staffed, body: dict[str, Any]) -> None:
    answer = as_coordinator(shared_staffed, body)
    assert answer.status_code == 400
    field = next(reversed(body))
    assert [wrong["parameter"].split(".")[0] for wrong in answer.json()["errors"]] == [field]


def test_a_consent_that_ends_before_it_starts_is_refused(shared_staffed: Staffed) -> None:
    town = shared_staffed.town
    body = {"partners": [town.organizations["pantry"].id], "data_categories": ["name"],
            "given_how": "verbal", "valid_from": "2026-02-01", "valid_until": "2026-01-31"}  # fmt: skip
    path = f"{PATIENTS}/{town.ids['patient_id']}/consents"
    headers = town.people["clinic.coordinator"].headers
    answer = shared_staffed.client.post(path, headers=headers, json=body)
    assert answer.status_code == 400
    assert "the last day must not be before the first" in answer.text


BODIES = {
    "too large": (b'{"name": "' + b"x" * 1_000_001 + b'"}', {}, 413),
    "deeply nested": (b'{"name": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", {}, 400),
    "packed": (gzip.compress(b'{"name": "' + b"x" * 50_000_000), {"content-encoding": "gzip"}, 400),
    "huge number": (b'{"version": 1e999999, "name": "Ana"}', {}, 400),
    "not utf-8": (b'{"name": "\xff\xfe"}', {}, 400),
    "not a thing": (b'"Ana"', {}, 400),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_made_to_hurt_is_refused(shared_staffed: Staffed, kind: str) -> None:
    content, more, status = BODIES[kind]
    headers = shared_staffed.town.people["clinic.coordinator"].headers
    sent = {**headers, "content-type": "application/json", **more}
    answer = shared_staffed.client.post(PATIENTS, headers=sent, content=content)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_of_very_many_parts_is_refused(shared_staffed: Staffed) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = shared_staffed.client.post(
        "/staff/sign-in", content=part * 15_000 + b"--x--\r\n", headers=headers
    )
    assert answer.status_code in (400, 413)
