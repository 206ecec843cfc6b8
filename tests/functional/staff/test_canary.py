"""Patient data that can be told from everything else is put through every flow of a real server, then
looked for wherever it must not be: at rest, in logs, the outbox, the index, addresses, metrics, error
pages, and in what anybody else is shown.
"""

import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from sqlalchemy import text

from app.migrating import newest
from core.db import Database
from patients.forms import DATA_CATEGORIES
from tests.support.forms import Form, Page
from tests.support.network_town import SERVICE, Town
from tests.support.processes import Handrail, running

MARK = "zyxquil"
NEEDLES = (MARK, "1917-11-17", "11/17/1917", "November 17, 1917", "35.987123", "78.912345",
           "919-555-0179", "9195550179")  # fmt: skip
API = "/api/v1"
PATIENT = {
    "name": "Zyxquilname Qwopper",
    "preferred_name": "Zyxquilshort",
    "pronouns": "zyxquil/zyxquilem",
    "birth_date": "1917-11-17",
    "address": "77 Zyxquil Lane",
    "pin": [35.987123, -78.912345],
    "postal_code": "27701",
    "notes": "Zyxquil whispered this.",
}
PAGES_MAX = 80
DANGEROUS = (
    "sign-out",
    "signout",
    "erase",
    "merge",
    "password",
    "second-factor",
    "remove",
    "language",
)
ABOUT_PATIENTS = ("patient", "need", "consent", "people", "referral")


@dataclass
class Walk:
    """A server, who is in it, and every answer that was an error or was for somebody else."""

    http: httpx.Client
    town: Town
    errors: list[httpx.Response] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)

    def ask(self, who: str, method: str, path: str, **kwargs: Any) -> httpx.Response:
        headers = self.town.people[who].headers if who else {}
        answer = self.http.request(method, path, headers=headers, **kwargs)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            self.errors.append(answer)
        self.addresses.append(answer.headers.get("location", ""))
        return answer

    def api(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.ask("clinic.coordinator", method, f"{API}{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def walked(_settled: tuple[Path, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Everything done once, with the server still there; its folder, and the walk."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "home").mkdir()
    shutil.copyfile(_settled[0], folder / "home" / "handrail.db")
    settle_migrations(folder)
    with running(folder, "serve", DEMO="1", LOG_LEVEL="debug", RATE_LIMIT="0") as server:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as http:
            walk = Walk(http, pickle.loads(_settled[1]))
            patient = keep_a_record(walk)
            refer(walk, patient)
            go_wrong(walk, patient)
            walk.pages = visit_pages(walk)
            others = [*pry(walk, patient), *visit_as_others(walk, walk.pages)]
            metrics = http.get("/metrics").text
        assert sum("/staff/patients/" in page for page in walk.pages) > 5, "nobody walked"
        yield folder, server, walk, others, metrics


def settle_migrations(folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'home' / 'handrail.db'}")
    with database.write() as session:
        run = session.connection().execute
        run(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        run(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
    database.close()


def keep_a_record(walk: Walk) -> str:
    """A whole record, through everything the API can do with one; returns its id."""
    of = walk.town.ids["organization_id"]
    made = walk.api("POST", "/patients", {**PATIENT, "organization_id": of}, 201)
    key = f"/patients/{made['id']}"
    twin = walk.api("POST", "/patients", {**PATIENT, "organization_id": of}, 201)
    assert twin["near_matches"][0]["name"] == PATIENT["name"]
    walk.api("PUT", key, {**PATIENT, "pronouns": "zyxquil", "version": 1})
    contacts = [{"system": "phone", "value": "919-555-0179", "text_ok": True},
                {"system": "email", "value": "zyxquil@example.org"}]  # fmt: skip
    walk.api("PUT", f"{key}/contacts", {"contacts": contacts})
    times = [{"kind": "blocked", "window": "tue 08:00-12:00", "reason": "Zyxquil visits"}]
    walk.api("PUT", f"{key}/times", {"times": times})
    proxy = {"name": "Zyxquilspouse", "relationship": "spouse", "phone": "919-555-0179",
             "is_caregiver": True, "is_proxy": True}  # fmt: skip
    person = walk.api("POST", f"{key}/people", proxy, 201)["id"]
    need = {"category": "respite", "words": "Zyxquil is tired.", "related_person_id": person}
    opened = walk.api("POST", f"{key}/needs", need, 201)["id"]
    given = {"partners": [walk.town.organizations["pantry"].id], "data_categories": ["name", "need"],
             "given_how": "written", "evidence": "Zyxquil signed", "given_by": "proxy",
             "related_person_id": person}  # fmt: skip
    consent = walk.api("POST", f"{key}/consents", given, 201)["id"]
    found = walk.api("POST", "/patients/search", {"name": "Zyxquilname", "organization_id": of})
    assert found["total"] == 2
    walk.api("GET", f"/patients?organization_id={of}")
    walk.api("POST", f"/needs/{opened}/status", {"status": "met", "version": 1})
    walk.api("POST", f"/needs/{opened}/confirmation",
             {"confirmation": "confirmed_by_caregiver", "version": 2})  # fmt: skip
    assert "Zyxquil signed" in str(walk.api("GET", f"{key}/export"))
    walk.api("DELETE", f"/consents/{consent}", status=204)
    walk.api("POST", f"/patients/{twin['id']}/merge", {"into": made["id"]})
    third = walk.api("POST", "/patients", {**PATIENT, "organization_id": of}, 201)
    walk.api("DELETE", f"/patients/{third['id']}", status=204)
    return str(made["id"])


def refer(walk: Walk, patient: str) -> None:
    """A referral the whole way, with everything shared that may be; then the consent is revoked."""
    coordinator, partner = "clinic.coordinator", "pantry.partner"
    need = {"category": "food", "words": "Zyxquil is hungry.", "urgency": "urgent"}
    opened = walk.api("POST", f"/patients/{patient}/needs", need, 201)["id"]
    of = walk.town.organizations["pantry"].id
    given = {"partners": [of], "data_categories": list(DATA_CATEGORIES), "given_how": "verbal"}
    consent = walk.api("POST", f"/patients/{patient}/consents", given, 201)["id"]
    draft = walk.api("POST", "/referrals", {"need_id": opened, "service_id": SERVICE}, 201)["id"]
    path = f"{API}/referrals/{draft}"
    preview = walk.ask(coordinator, "GET", f"{path}/preview").json()
    assert "Zyxquilname" in str(preview["shared"])

    def cause(who: str, event: str, **values: Any) -> None:
        version = walk.ask(coordinator, "GET", path).json()["version"]
        body = {"event": event, "version": version, **values}
        answer = walk.ask(who, "POST", f"{path}/events", json=body)
        assert answer.status_code == 200, answer.text

    cause(coordinator, "send", preview=preview["preview"])
    assert "Zyxquilname" in walk.ask(partner, "GET", path).text
    cause(partner, "accept")
    cause(partner, "start")
    cause(partner, "complete", outcome="service_received_full", provided="Zyxquil got two boxes",
          service_dates=[date.today().isoformat()])  # fmt: skip
    walk.api("DELETE", f"/consents/{consent}", status=204)


def go_wrong(walk: Walk, patient: str) -> None:
    """Everything that is refused, with patient data in what is sent."""
    key, who = f"{API}/patients/{patient}", "clinic.coordinator"
    for name in ("income_band", "languages", "insurance", "birth_date", "postal_code", "pin"):
        walk.ask(who, "POST", f"{API}/patients", json={**PATIENT, name: "Zyxquil"})
        walk.ask(who, "PUT", key, json={**PATIENT, "version": 1, name: ["Zyxquil"]})
    walk.ask(who, "PUT", key, json={**PATIENT, "version": 1})  # somebody was faster
    walk.ask(who, "POST", f"{API}/patients", content=b'{"name": "Zyxquil')
    walk.ask(who, "POST", f"{API}/patients", json={**PATIENT, "notes": "Zyxquil" * 400_000})
    walk.ask(who, "POST", f"{API}/patients/Zyxquilname/needs", json={"category": "Zyxquil"})
    walk.ask(who, "GET", f"{API}/patients/Zyxquilname?name=Zyxquilname")
    walk.ask(who, "GET", "/Zyxquilname?name=Zyxquilname")
    walk.ask(who, "PUT", f"{key}/times", json={"times": [{"kind": "free", "window": "Zyxquil"}]})
    walk.ask(who, "POST", f"{key}/needs", json={"category": "Zyxquil", "words": "Zyxquil"})
    walk.ask("", "POST", f"{API}/patients", json=PATIENT)
    walk.ask("clinic.curator", "POST", f"{API}/patients", json=PATIENT)
    walk.ask("other.coordinator", "PUT", key, json={**PATIENT, "version": 2})
    entry = {"email": "zyxquil@example.org", "password": "zyxquil zyxquil"}
    walk.ask("", "POST", f"{API}/session", json=entry)


def visit_pages(walk: Walk) -> set[str]:
    """Every page below /staff that a coordinator can click to, each form filled in; the addresses."""
    waiting, seen, sent = ["/staff/", "/staff"], set[str](), set[str]()
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = walk.ask("clinic.coordinator", "GET", path)
        if answer.status_code != 200 or "html" not in answer.headers["content-type"]:
            continue
        page = Page(answer.text)
        links = [urljoin(path, link) for link in page.links]
        walk.addresses += [*links, *(form.action for form in page.forms)]
        waiting += [link.split("#")[0] for link in links if link.startswith("/staff")]
        for form in page.forms:
            fill_in(walk, path, form, sent)
    return seen


def fill_in(walk: Walk, path: str, form: Form, sent: set[str]) -> None:
    """Send the form with the canary in it, each kind of form once."""
    action = urljoin(path, form.action or path)
    names = f"{form.method} {sorted(name for name, _, _ in form.fields)}"
    if names in sent or not action.startswith("/staff") or any(d in action for d in DANGEROUS):
        return
    sent.add(names)
    values: dict[str, list[str]] = {}
    about_patients = any(part in action for part in ABOUT_PATIENTS)
    for name, value in form.filled("Zyxquilform" if about_patients else "Fieldfare"):
        values.setdefault(name, []).append(value)
    if form.method == "post":
        walk.ask("clinic.coordinator", "POST", action, data=values)
    else:
        assert "name" not in values, f"{action} would put a name into an address"


def pry(walk: Walk, patient: str) -> list[httpx.Response]:
    """What everybody else is answered who asks for the same."""
    asked = []
    for who in walk.town.people:
        of = walk.town.organizations[walk.town.people[who].organization].id
        paths = [f"/patients/{patient}{rest}" for rest in ("", "/needs", "/consents", "/export")]
        paths += ["/patients", "/keys", "/session", f"/organizations/{of}/members"]
        paths.append(f"/audit?organization_id={of}&per_page=100")
        if who != "clinic.coordinator":
            asked += [walk.ask(who, "GET", f"{API}{path}") for path in paths]
    return asked


def visit_as_others(walk: Walk, seen: set[str]) -> list[httpx.Response]:
    """The pages a coordinator saw, as somebody of another organization, of another role, as nobody."""
    whos = ("", "other.coordinator", "clinic.curator", "pantry.partner")
    return [walk.ask(who, "GET", path) for who in whos for path in sorted(seen)]


def found_in(content: str | bytes) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    return [needle for needle in NEEDLES if needle.lower().encode() in data.lower()]


def test_the_canary_would_be_found() -> None:
    assert found_in('{"name": "ZYXQUIL"}') == [MARK]
    assert found_in(b"\x00born 1917-11-17") == ["1917-11-17"]


def test_no_error_repeats_what_was_sent(walked: Any) -> None:
    _, _, walk, _, _ = walked
    assert len(walk.errors) > 60
    for answer in walk.errors:
        # A form is shown again to whoever filled it in.
        own_form = "html" in answer.headers["content-type"] and answer.request.method == "POST"
        # The link to the same page in another language has the address the asker made up.
        told = answer.text.replace(answer.request.url.raw_path.decode(), "")
        assert own_form or found_in(told) == [], answer.request.url


def test_nobody_else_is_shown_it(walked: Any) -> None:
    _, _, _, others, _ = walked
    assert any(answer.status_code == 200 for answer in others)
    for answer in others:
        assert found_in(answer.text) == [], answer.request.url


def test_no_address_holds_it(walked: Any) -> None:
    _, _, walk, _, _ = walked
    assert found_in("\n".join(walk.addresses)) == []


def test_neither_metrics_nor_logs_hold_it(walked: Any) -> None:
    _, server, _, _, metrics = walked
    assert 'route="/api/v1/patients/{patient_id}' in metrics
    assert found_in(metrics) == []
    log = server.log.read_text()
    assert log.count("answered") > 100
    assert found_in(log) == []


def test_nothing_at_rest_holds_it(walked: Any) -> None:
    folder, server, _, _, _ = walked
    worker = Handrail(folder, "worker", "--once", DEMO="1", LOG_LEVEL="debug")
    assert worker.process.wait(60) == 0
    server.stop()
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "handrail.db" for path in kept)
    assert any(path.parent.name == "mail" for path in kept), "no notice was mailed"
    for path in kept:
        assert found_in(path.read_bytes()) == [], path.name
