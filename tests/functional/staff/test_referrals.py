"""Referrals over HTTP: the whole way, each precise refusal, and answers as they are described."""

from datetime import time, timedelta
from typing import Any

import jsonschema_rs
import pytest
from sqlmodel import col, select

from accounts.models import NetworkOrganization
from api.openapi import described
from api.staff import openapi_referrals
from api.staff.routes import staff_resources
from app.denials import Denials
from core.audit import AuditEvent
from core.clock import now
from core.db import Database
from directory.models import Schedule, Service
from directory.models.kinds import Frequency
from patients.commands import set_times
from patients.forms import TimeForm, parse
from patients.sealing import Vault
from referrals.models import Referral, ReferralEvent, RoutePlan
from tests.contract.documents import make_document
from tests.functional.staff.conftest import Staffed
from tests.support.network_town import SERVICE, actor
from tests.support.statements import counted

DOCUMENT = described([staff_resources()])
REFERRALS = "/api/v1/referrals"
Json = dict[str, Any]


def operation(name: str) -> tuple[str, str, Json]:
    for path, item in DOCUMENT["paths"].items():
        for method, found in item.items():
            if found["operationId"] == name:
                return path, method.upper(), found
    raise KeyError(name)


def schema_of(name: str) -> Json:
    responses = operation(name)[2]["responses"]
    (done,) = (status for status in responses if status.startswith("2"))
    schema = responses[done]["content"]["application/json"]["schema"]
    return {**schema, "components": DOCUMENT["components"]}


@pytest.mark.parametrize("name", openapi_referrals.SCHEMAS)
def test_every_example_keeps_to_its_schema(name: str) -> None:
    jsonschema_rs.validate(schema_of(name), openapi_referrals.EXAMPLES[name])
    if name in openapi_referrals.BODIES:
        body = operation(name)[2]["requestBody"]["content"]["application/json"]
        schema = {**body["schema"], "components": DOCUMENT["components"]}
        jsonschema_rs.validate(schema, body["example"])


class Http:
    """Asks as somebody of the town, and checks each good answer against its description."""

    def __init__(self, staffed: Staffed) -> None:
        self.staffed, self.ids = staffed, staffed.town.ids
        self.database: Database = staffed.client.app.state.database

    def ask(
        self, who: str, name: str, body: Json | None = None, headers: Json | None = None,
        query: str = "", **ids: str,
    ) -> Any:  # fmt: skip
        path, method, _ = operation(name)
        own = self.staffed.town.people[who].headers
        answer = self.staffed.client.request(
            method,
            path.format(**{**self.ids, **ids}) + query,
            headers={**own, **(headers or {})},
            json=body,
        )
        if answer.status_code < 300:
            jsonschema_rs.validate(schema_of(name), answer.json())
            assert answer.headers["cache-control"] == "no-store"
        return answer

    def event(self, who: str, event: str, version: int | None = None, **values: Any) -> Any:
        headers = {"If-Match": f'"{version or self.version}"'}
        return self.ask(who, "causeEvent", {"event": event, **values}, headers)

    @property
    def version(self) -> int:
        with self.database.read() as session:
            return session.get_one(Referral, self.ids["referral_id"]).version

    def everything(self) -> list[Any]:
        """Rows that no refusal may change."""
        with self.database.read() as session:
            rows = session.exec(select(Referral).order_by(Referral.id)).all()
            events = session.exec(select(ReferralEvent.id)).all()
            return [[row.model_dump() for row in rows], sorted(events)]

    def refusals(self) -> list[str]:
        """Actions of the audit rows that refusals left, once they have arrived."""
        self.staffed.client.app.state.denials.close()
        self.staffed.client.app.state.denials = Denials(self.database)
        with self.database.read() as session:
            action = col(AuditEvent.action)
            refused = select(action).where(action.startswith("refused.") | action.startswith("den"))
            return list(session.exec(refused.order_by(col(AuditEvent.id))))


@pytest.fixture
def http(staffed: Staffed) -> Http:
    return Http(staffed)


def test_the_whole_way(http: Http) -> None:
    read = http.ask("clinic.coordinator", "referral")
    assert read.headers["etag"] == '"1"'
    assert read.json()["state"] == "draft"
    shown = http.ask("clinic.coordinator", "previewReferral").json()
    assert shown["shared"]["name"]["name"] == "Canary Patient"
    sent = http.event("clinic.coordinator", "send", preview=shown["preview"])
    assert (sent.status_code, sent.json()["state"], sent.headers["etag"]) == (200, "sent", '"2"')
    inbox = http.ask("pantry.partner", "referrals").json()
    assert [(row["state"], row["sender"], row["patient_id"]) for row in inbox["results"]] == [
        ("sent", "The clinic", None)
    ]
    assert "Canary" not in str(inbox)
    seen = http.ask("pantry.partner", "referral").json()
    assert seen["shared"] == shown["shared"]
    assert (seen["patient_id"], seen["need_id"], seen["replaced_by"]) == (None, None, [])
    assert [entry["event"] for entry in seen["timeline"]] == ["send"]
    allowed = {item["event"]: item["allowed"] for item in seen["available_events"]}
    assert allowed["accept"] and allowed["decline"] and not allowed["cancel"]
    assert http.event("pantry.partner", "view").status_code == 200
    assert http.event("pantry.partner", "accept").status_code == 200
    far = http.event("pantry.partner", "schedule", appointment_at="2099-01-05T10:00:00-05:00")
    assert far.status_code == 400
    assert http.event("pantry.partner", "start").json()["state"] == "in_service"
    today = read.json()["timeline"][0]["at"][:10]
    done = http.event("pantry.partner", "complete", outcome="service_received_full",
                      service_dates=[today], provided="Two boxes")  # fmt: skip
    assert done.json()["state"] == "completed", done.text
    own = http.ask("clinic.coordinator", "referral").json()
    assert own["outcome"]["provided"] == "Two boxes"
    assert own["outcome"]["recorded_by"] == "partner"
    assert own["timeline"][-1]["by"] == "The pantry"
    story = http.ask("clinic.coordinator", "needTimeline").json()
    assert [len(item["timeline"]) for item in story["results"]] == [6]
    closed = http.ask("clinic.coordinator", "referrals", query="?state=closed").json()
    assert closed["total"] == 1
    assert http.refusals() == ["refused.invalid"]


def test_a_disputed_end_starts_anew(http: Http) -> None:
    http.event("clinic.coordinator", "send")
    http.event("pantry.partner", "accept")
    today = http.ask("clinic.coordinator", "referral").json()["sent_at"][:10]
    http.event("clinic.coordinator", "complete_on_behalf", reason="phone", note="She called",
               outcome="enrolled", service_dates=[today])  # fmt: skip
    for_partner = http.ask("pantry.partner", "referral").json()
    assert for_partner["outcome"] is None
    assert "She called" not in str(for_partner)
    need = http.staffed.client.get(
        f"/api/v1/patients/{http.ids['patient_id']}/needs",
        headers=http.staffed.town.people["clinic.coordinator"].headers,
    ).json()["results"][0]
    assert need["status"] == "met"
    answer = http.staffed.client.post(
        f"/api/v1/needs/{need['id']}/confirmation",
        headers=http.staffed.town.people["clinic.coordinator"].headers,
        json={"confirmation": "disputed", "version": need["version"]},
    )
    assert answer.json()["status"] == "open"
    drafts = http.ask("clinic.coordinator", "referrals", query="?state=draft").json()
    assert drafts["total"] == 1
    whole = http.ask("clinic.coordinator", "referral", referral_id=drafts["results"][0]["id"])
    assert whole.json()["replaces_id"] == http.ids["referral_id"]


REFUSED: list[tuple[str, str, Json, int, str]] = [
    ("partner", "complete", {}, 409, "refused.conflict"),
    ("partner", "decline", {}, 400, "refused.invalid"),
    ("partner", "decline", {"reason": "client_no_show"}, 400, "refused.invalid"),
    ("partner", "befriend", {}, 400, "refused.invalid"),
    ("partner", "accept", {"surprise": 1}, 400, "refused.invalid"),
    ("partner", "cancel", {"reason": "superseded"}, 403, "denied.forbidden"),
    (
        "partner",
        "accept_waitlist",
        {"reason": "awaiting_documents", "expected_by": "2020-01-01"},
        400,
        "refused.invalid",
    ),
]


@pytest.mark.parametrize(("who", "event", "values", "status", "action"), REFUSED)
def test_what_is_refused_changes_nothing_and_leaves_one_row(
    http: Http, who: str, event: str, values: Json, status: int, action: str
) -> None:
    http.event("clinic.coordinator", "send")
    before = http.everything()
    answer = http.event(f"pantry.{who}", event, **values)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert http.everything() == before
    assert http.refusals() == [action]


def test_a_stale_version_is_told_who_acted_and_where_it_stands(http: Http) -> None:
    http.event("clinic.coordinator", "send")
    http.event("pantry.partner", "decline", reason="no_capacity")
    before = http.everything()
    answer = http.event("clinic.coordinator", "cancel", version=2, reason="superseded")
    assert answer.status_code == 412
    current = answer.json()["current"]
    assert (current["state"], current["version"], current["acted_by"]) == (
        "declined", 3, "The pantry",
    )  # fmt: skip
    illegal = http.event("clinic.coordinator", "cancel", reason="superseded")
    assert (illegal.status_code, illegal.json()["current"]["event"]) == (409, "decline")
    unsaid = http.ask("clinic.coordinator", "causeEvent", {"event": "cancel"})
    assert unsaid.status_code == 428
    odd = http.ask("clinic.coordinator", "causeEvent", {"event": "cancel"}, {"If-Match": "*"})
    assert odd.status_code == 400
    assert http.everything() == before
    assert http.refusals() == [
        "refused.stale", "refused.conflict", "refused.no_version", "refused.invalid"
    ]  # fmt: skip


def test_a_full_service_offers_the_waitlist(http: Http) -> None:
    unknown = http.ask("clinic.coordinator", "capacity", service_id=SERVICE)
    assert unknown.status_code == 404
    room = http.ask("pantry.partner", "setCapacity", {"slots_total": 0}, service_id=SERVICE)
    assert room.json()["slots_taken"] == 0
    http.event("clinic.coordinator", "send")
    full = http.event("pantry.partner", "accept")
    assert (full.status_code, full.json()["offer"]) == (409, "accept_waitlist")
    events = http.ask("pantry.partner", "referral").json()["available_events"]
    told = {item["event"]: item["why"] for item in events}
    assert told["accept"] == "Every slot is taken. Put them on the waitlist, or decline."
    more = {"slots_total": 1, "version": room.json()["version"]}
    assert http.ask("pantry.partner", "setCapacity", more, service_id=SERVICE).status_code == 200
    stale = http.ask("pantry.partner", "setCapacity", more, service_id=SERVICE)
    assert stale.status_code == 409
    assert http.event("pantry.partner", "accept").status_code == 200
    seen = http.ask("clinic.coordinator", "capacity", service_id=SERVICE).json()
    assert (seen["slots_total"], seen["slots_taken"]) == (1, 1)


def test_a_repeated_key_is_answered_the_same_and_another_body_refused(http: Http) -> None:
    http.event("clinic.coordinator", "send")
    headers = {"If-Match": '"2"', "Idempotency-Key": "k-1"}
    answers = [http.ask("pantry.partner", "causeEvent", {"event": "accept"}, headers)
               for _ in range(3)]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    http.event("pantry.partner", "start")
    late = http.ask("pantry.partner", "causeEvent", {"event": "accept"}, headers)
    assert late.text == answers[0].text
    other = http.ask("pantry.partner", "causeEvent", {"event": "view"}, headers)
    assert other.status_code == 422
    body = {"need_id": http.ids["need_id"], "service_id": SERVICE, "fields": ["name"]}
    drafts = [http.ask("clinic.coordinator", "draftReferral", body, {"Idempotency-Key": "d"})
              for _ in range(2)]  # fmt: skip
    assert drafts[0].json() == drafts[1].json()


def test_a_revoked_consent_stops_everything_at_once(http: Http) -> None:
    http.event("clinic.coordinator", "send")
    path = f"/api/v1/consents/{http.ids['consent_id']}"
    coordinator = http.staffed.town.people["clinic.coordinator"]
    assert http.staffed.client.delete(path, headers=coordinator.headers).status_code == 204
    seen = http.ask("pantry.partner", "referral").json()
    assert (seen["state"], seen["reason"], seen["shared"]) == ("cancelled", "consent_revoked", None)
    assert seen["withheld"]
    late = http.event("pantry.partner", "accept", version=2)
    assert (late.status_code, late.json()["current"]["state"]) == (412, "cancelled")
    body = {"need_id": http.ids["need_id"], "service_id": SERVICE, "fields": ["name"]}
    again = http.ask("clinic.coordinator", "draftReferral", body).json()
    refused = http.ask("clinic.coordinator", "causeEvent", {"event": "send"},
                       {"If-Match": '"1"'}, referral_id=again["id"])  # fmt: skip
    assert refused.status_code == 409
    assert "no consent" in refused.json()["detail"]
    seen = http.ask("pantry.partner", "acknowledgeReferral")
    assert seen.json()["acknowledged_at"]


def test_a_deactivated_partner_is_told_to_the_sender(http: Http) -> None:
    with http.database.write() as session:
        pantry = session.exec(
            select(NetworkOrganization).where(NetworkOrganization.name == "The pantry")
        ).one()
        pantry.active = False
        session.add(pantry)
    answer = http.event("clinic.coordinator", "send")
    assert answer.status_code == 409
    assert "no longer takes part" in answer.json()["detail"]
    assert http.event("pantry.partner", "view").status_code == 403


def test_one_consent_sends_to_many_or_to_none(http: Http) -> None:
    with http.database.write() as session:
        session.add(Service(id="svc-b", organization_id="org-pantry", name="Hot meals",
                            accepts_referrals=True))  # fmt: skip
    body = {
        "need_id": http.ids["need_id"],
        "targets": [{"service_id": SERVICE}, {"service_id": "svc-none"}],
        "consent": {"given_how": "verbal"},
    }
    before = http.everything()
    failed = http.ask("clinic.coordinator", "sendReferrals", body)
    assert failed.status_code == 400
    assert failed.json()["errors"][0]["parameter"] == "targets.1.service_id"
    assert http.everything() == before
    body["targets"] = [{"service_id": SERVICE}, {"service_id": "svc-b"}]
    sent = http.ask("clinic.coordinator", "sendReferrals", body, {"Idempotency-Key": "b"})
    assert [row["state"] for row in sent.json()["results"]] == ["sent", "sent"]
    again = http.ask("clinic.coordinator", "sendReferrals", body, {"Idempotency-Key": "b"})
    assert again.json() == sent.json()
    body["targets"] = [{"service_id": SERVICE}]
    duplicate = http.ask("clinic.coordinator", "sendReferrals", body)
    assert duplicate.status_code == 409
    assert "targets.0: This need is already with this service" in duplicate.json()["detail"]


def test_next_best_gives_reasons_and_leaves_out_what_was_tried(http: Http) -> None:
    engine = http.staffed.client.app.state.search
    engine.put([
        make_document("d-1", service_id=SERVICE, organization_id="org-pantry"),
        make_document("d-2", service_id="svc-b", organization_id="org-pantry"),
        make_document("d-3", service_id="svc-c", organization_id="org-elsewhere"),
    ])  # fmt: skip
    first = http.ask("clinic.coordinator", "nextBest").json()["results"]
    assert [item["service_id"] for item in first] == ["svc-b", SERVICE]
    codes = {reason["code"] for reason in first[0]["reasons"]}
    assert codes >= {"capacity_unknown", "no_answers"}
    http.event("clinic.coordinator", "send")
    later = http.ask("clinic.coordinator", "nextBest").json()["results"]
    assert [item["service_id"] for item in later] == ["svc-b"]


def test_a_plan_is_approved_read_and_taken_back(http: Http) -> None:
    plan = {"targets": [{"service_id": SERVICE}]}
    (step,) = http.ask("clinic.coordinator", "approveRoutePlan", plan).json()["results"]
    assert (step["position"], step["tried_at"]) == (1, None)
    assert http.ask("clinic.coordinator", "routePlan").json()["results"] == [step]
    http.ask("clinic.coordinator", "approveRoutePlan", {"targets": []})
    assert http.ask("clinic.coordinator", "routePlan").json()["results"] == []
    with http.database.read() as session:
        assert session.exec(select(RoutePlan)).all() == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?state=lost", 400), ("?box=attic", 400), ("?due=never", 400), ("?page=0", 400),
        ("?state=draft&due=week", 200), ("?state=open&due=overdue", 200), ("?box=inbox", 403),
        ("?organization_id=x", 404), ("?state=completed", 200),
    ],
)  # fmt: skip
def test_lists_say_what_they_can_be_asked(http: Http, query: str, status: int) -> None:
    assert http.ask("clinic.coordinator", "referrals", query=query).status_code == status


def test_statements_do_not_grow_with_the_list(http: Http) -> None:
    body = {"need_id": http.ids["need_id"], "service_id": SERVICE, "fields": ["name"]}
    with counted() as few:
        http.ask("clinic.coordinator", "referrals", query="?state=draft")
        http.ask("clinic.coordinator", "referral")
    for _ in range(5):
        http.ask("clinic.coordinator", "draftReferral", body)
    with counted() as many:
        listed = http.ask("clinic.coordinator", "referrals", query="?state=draft").json()
        http.ask("clinic.coordinator", "referral")
    assert listed["total"] == 6
    assert 0 < len(many) <= len(few)


def never_free(http: Http, **hours: Any) -> None:
    """The pantry is open on weekdays, when the patient is at work."""
    with http.database.write() as session:
        session.add(
            Schedule(
                id="sch", service_id=SERVICE, freq=Frequency.WEEKLY, byday="MO,TU",
                opens_at=time(9), closes_at=time(17),
            )
        )  # fmt: skip
        windows = ["mon 06:00-18:00", "tue 08:00-12:00", *hours.get("more", ())]
        forms = [parse(TimeForm, {"kind": "blocked", "window": one}) for one in windows]
        who = actor(session, http.staffed.town.people["clinic.coordinator"])
        vault = Vault(http.staffed.client.app.state.keyring)
        set_times(session, who, vault, http.ids["patient_id"], forms)


def noted(http: Http) -> list[str]:
    with http.database.read() as session:
        despite = select(AuditEvent.entity_id).where(AuditEvent.action == "referral.despite_clash")
        return list(session.exec(despite))


def test_sending_warns_of_a_clash_and_says_nothing_of_it_to_the_partner(http: Http) -> None:
    never_free(http)
    clash = {"never": False, "windows": ["mon 09:00-17:00", "tue 09:00-12:00"]}
    assert http.ask("clinic.coordinator", "previewReferral").json()["clash"] == clash
    assert http.event("clinic.coordinator", "send").json()["clash"] == clash
    assert noted(http) == []
    accepted = http.event("pantry.partner", "accept")
    seen = http.ask("pantry.partner", "referral")
    assert "clash" not in accepted.json() and "09:00" not in seen.text


@pytest.mark.parametrize("name", ["causeEvent", "sendReferrals"])
def test_what_is_only_open_when_they_cannot_go_is_sent_only_if_meant(http: Http, name: str) -> None:
    never_free(http, more=["tue 12:00-19:00"])

    def send(*, despite: bool) -> Any:
        if name == "causeEvent":
            return http.event("clinic.coordinator", "send", despite=despite)
        body = {"need_id": http.ids["need_id"], "targets": [{"service_id": SERVICE}],
                "fields": ["name"], "despite": [SERVICE] if despite else []}  # fmt: skip
        return http.ask("clinic.coordinator", name, body)

    before = http.everything()
    refused = send(despite=False)
    assert refused.status_code == 400
    assert [wrong["parameter"] for wrong in refused.json()["errors"]] == ["despite"]
    assert "only open when the patient cannot go" in refused.json()["detail"]
    assert http.everything() == before and noted(http) == []
    assert http.refusals() == ["refused.invalid"]
    sent = send(despite=True)
    row = sent.json().get("results", [sent.json()])[0]
    windows = ["mon 09:00-17:00", "tue 09:00-12:00", "tue 12:00-17:00"]
    assert row["clash"] == {"never": True, "windows": windows}
    assert (row["state"], noted(http)) == ("sent", [row["id"]])


def test_an_appointment_the_coordinator_moves_into_a_blocked_time_has_to_be_meant(
    http: Http,
) -> None:
    http.event("clinic.coordinator", "send")
    http.event("pantry.partner", "accept")
    never_free(http)
    today = now().date()
    day = today + timedelta(9 - (today.weekday() + 2) % 7)  # a Monday, two days ahead at least
    at = f"{day}T12:00:00-05:00"
    booked = http.event("pantry.partner", "schedule", appointment_at=at)
    assert booked.status_code == 200 and noted(http) == []  # partners do not know the times
    later = f"{day}T13:00:00-05:00"
    refused = http.event("clinic.coordinator", "reschedule", appointment_at=later, note="Van")
    assert refused.status_code == 400 and "cannot go then" in refused.json()["detail"]
    meant = http.event(
        "clinic.coordinator", "reschedule", appointment_at=later, note="Van", despite=True
    )
    assert meant.status_code == 200, meant.text
    assert noted(http) == [http.ids["referral_id"]]
