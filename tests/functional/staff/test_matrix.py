"""Every route × every role × own and other organization, from the application's own table.

A route added without a rule fails here: it says who may, or it is closed to all.
"""

from collections.abc import Iterator

import pytest
from litestar.handlers import HTTPRouteHandler

from app.asgi import create_app
from core.access import EVERY_ROLE, ROLES, SCOPE, WHO
from core.settings import Settings
from tests.functional.staff.conftest import Staffed
from tests.support.engines import CannedEngine
from tests.support.network_town import SERVICE

DEMO = Settings.from_env({"HANDRAIL_DEMO": "1", "HANDRAIL_HOME": "/nonexistent"})
ALLOWED_IN = {"clinic": set(EVERY_ROLE) - {"partner"}, "other": set(EVERY_ROLE) - {"partner"},
              "pantry": {"partner", "supervisor", "admin"}}  # fmt: skip


def staff_routes() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in create_app(DEMO, search=CannedEngine()).routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.opt.get(WHO) in ("staff", "pending"):
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield method, route.path_format, handler


TABLE = sorted({f"{m} {path}": (m, path, h) for m, path, h in staff_routes()}.items())
CASES = [pytest.param(*row, id=name) for name, row in TABLE]
BY_ROLE = [pytest.param(*row, id=name) for name, row in TABLE if row[2].opt[WHO] == "staff"]
NAMED_AFTER_THE_PATH = {
    "/api/v1/audit",
    "/api/v1/patients",
    "/api/v1/referrals",
    "/api/v1/reports/behind",
    "/api/v1/reports/numbers",
    "/api/v1/wins",
}
"""Routes that say after a question mark which organization is meant."""
ABOUT_NOBODY = {
    "/api/v1/session",
    "/api/v1/session/second-factor",
    "/api/v1/keys",
    "/api/v1/listing-reports",
    "/api/v1/prices",
}
"""Routes about the caller alone or the common directory: nothing here is another organization's."""


def is_about_nobody(path: str) -> bool:
    """Pages that name no record are about whoever asks, and their own organization."""
    return path in ABOUT_NOBODY or (path.startswith("/staff") and "{" not in path)


def address(path: str, staffed: Staffed) -> str:
    """The path with the first clinic's records in it."""
    ids = {name: value for name, value in staffed.town.ids.items() if f"{{{name}" in path}
    for name, value in ids.items():
        path = path.replace(f"{{{name}:str}}", value).replace(f"{{{name}}}", value)
    if path in NAMED_AFTER_THE_PATH:
        path += f"?organization_id={staffed.town.ids['organization_id']}"
    return path


def ask(staffed: Staffed, method: str, path: str, headers: dict[str, str]) -> int:
    body = None
    if method in ("POST", "PUT"):
        ids = staffed.town.ids
        own = {"ORG": ids["organization_id"], "SELF": headers.get("user", "x"),
               "NEED": ids["need_id"]}  # fmt: skip
        body = {key: own.get(str(value), value) for key, value in VALID.get(path, {}).items()}
    where = address(path, staffed)
    if path.startswith("/staff"):
        answer = staffed.client.request(method, where, headers=headers, follow_redirects=False)
    else:
        answer = staffed.client.request(method, where, headers=headers, json=body)
    assert answer.status_code < 500, answer.text
    return answer.status_code


VALID: dict[str, dict[str, object]] = {
    "/api/v1/patients": {"name": "New Person", "organization_id": "ORG"},
    "/api/v1/patients/search": {"name": "x", "organization_id": "ORG"},
    "/api/v1/patients/hand-over": {
        "organization_id": "ORG", "from_user_id": "SELF", "to_user_id": "y"
    },
    "/api/v1/patients/{patient_id}": {"name": "Renamed", "version": 1},
    "/api/v1/patients/{patient_id}/contacts": {"contacts": []},
    "/api/v1/patients/{patient_id}/times": {"times": []},
    "/api/v1/patients/{patient_id}/people": {"name": "Ana", "relationship": "friend"},
    "/api/v1/patients/{patient_id}/needs": {"category": "food"},
    "/api/v1/patients/{patient_id}/consents": {
        "partners": ["x"], "data_categories": ["name"], "given_how": "verbal"
    },
    "/api/v1/patients/{patient_id}/assignments": {
        "user_id": "x", "kind": "primary"
    },
    "/api/v1/patients/{patient_id}/merge": {"into": "x"},
    "/api/v1/needs/{need_id}/status": {"status": "met", "version": 1},
    "/api/v1/needs/{need_id}/confirmation": {
        "confirmation": "confirmed_by_patient", "version": 1
    },
    "/api/v1/organizations/{organization_id}/members": {
        "email": "x@example.org", "role": "coordinator"
    },
    "/api/v1/organizations/{organization_id}/members/{user_id}/roles": {"role": "coordinator"},
    "/api/v1/referrals": {"need_id": "NEED", "service_id": SERVICE},
    "/api/v1/referrals/bulk": {"need_id": "NEED", "targets": [{"service_id": SERVICE}]},
    "/api/v1/referrals/reminders": {"referral_ids": ["x"]},
    "/api/v1/referrals/{referral_id}/events": {
        "event": "mark_error", "version": 1, "reason": "wrong_patient"
    },
    "/api/v1/needs/{need_id}/route-plan": {"targets": []},
    "/api/v1/capacity/{service_id}": {"slots_total": 3},
    "/api/v1/listing-reports/{report_id}/decision": {"status": "dismissed"},
    "/api/v1/organizations/{organization_id}/webhooks": {"url": "https://hook.example.org/"},
    "/api/v1/wins": {"text": "x", "organization_id": "ORG"},
    "/api/v1/keys": {
        "organization_id": "ORG", "name": "x", "scopes": ["patients:read"],
        "expires_on": "2999-01-01",
    },
}  # fmt: skip


@pytest.mark.parametrize(("method", "path", "handler"), CASES)
def test_nobody_and_strangers_stay_outside(
    method: str, path: str, handler: HTTPRouteHandler, shared_staffed: Staffed
) -> None:
    staffed = shared_staffed
    assert ask(staffed, method, path, {}) == 401
    assert ask(staffed, method, path, {"authorization": "Bearer hr_00000000_x"}) == 401
    roles = set(handler.opt.get(ROLES, EVERY_ROLE))
    for name, person in staffed.town.people.items():
        if person.organization == "clinic" or is_about_nobody(path):
            continue
        expected = 404 if person.role in roles else 403
        assert ask(staffed, method, path, person.headers) == expected, name


@pytest.mark.parametrize(("method", "path", "handler"), BY_ROLE)
def test_each_role_of_the_own_organization_gets_in_or_is_told_why_not(
    method: str, path: str, handler: HTTPRouteHandler, staffed: Staffed
) -> None:
    roles = set(handler.opt[ROLES])
    told = {}
    for role in sorted(ALLOWED_IN["clinic"] - roles):
        told[role] = ask(staffed, method, path, staffed.town.people[f"clinic.{role}"].headers)
    assert set(told.values()) <= {403}, told
    for role in sorted(ALLOWED_IN["clinic"] & roles):
        person = staffed.town.people[f"clinic.{role}"]
        got = ask(staffed, method, path, {**person.headers, "user": person.user.id})
        assert got not in (401, 403), (role, got)


@pytest.mark.parametrize(("method", "path", "handler"), CASES)
def test_a_change_without_the_token_of_our_page_is_refused(
    method: str, path: str, handler: HTTPRouteHandler, shared_staffed: Staffed
) -> None:
    staffed = shared_staffed
    if method == "GET":
        return
    role = next(iter(handler.opt.get(ROLES, EVERY_ROLE)))
    own = staffed.town.people["pantry.partner" if role == "partner" else f"clinic.{role}"].headers
    cookie = {"cookie": own["cookie"]}
    assert ask(staffed, method, path, cookie) == 403
    assert ask(staffed, method, path, {**cookie, "x-csrf-token": "0" * 64}) == 403
    foreign = {**own, "sec-fetch-site": "cross-site"}
    assert ask(staffed, method, path, foreign) == 403


def test_the_table_is_not_empty_and_every_scope_is_a_known_one() -> None:
    from accounts.keys import SCOPES

    assert len(TABLE) > 25
    scopes = {handler.opt.get(SCOPE) for _, _, handler in staff_routes()} - {None}
    assert scopes <= set(SCOPES)
