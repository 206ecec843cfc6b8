"""Loops as FHIR bundles: every state passes all three validators, and what is broken is refused."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import clock
from core.errors import NotFound
from patients.models import NeedStatus
from referrals.fhir import rules
from referrals.fhir.bundle import export
from referrals.fhir.gate import Unfit, check, of_models, of_schema
from referrals.fhir.terms import GRAVITY_CATEGORIES, STATUS_REASON_EXPECTED
from referrals.states import TABLE, Status
from tests.support.referring import VAULT, Scene, consenting, open_need

BASE = "https://handrail.example"
EXAMPLES = Path(__file__).parents[4] / "shared" / "fhir" / "examples"
Mutation = Callable[[dict[str, dict[str, Any]]], object]


def exported(scene: Scene) -> dict[str, Any]:
    return export(scene.session, scene.actors["coordinator"], VAULT, scene.need.id, BASE)


def by_kind(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The first resource of each type."""
    found: dict[str, dict[str, Any]] = {}
    for entry in bundle["entry"]:
        found.setdefault(entry["resource"]["resourceType"], entry["resource"])
    return found


@pytest.mark.parametrize("status", list(Status))
def test_a_referral_in_any_state_passes_all_three_validators(
    sqlite_scene: Scene, status: Status
) -> None:
    sqlite_scene.at(status)
    bundle = exported(sqlite_scene)
    task = by_kind(bundle)["Task"]
    assert task["status"] == TABLE.states[status].fhir
    assert ("statusReason" in task) >= (task["status"] in STATUS_REASON_EXPECTED)
    assert ("Procedure" in by_kind(bundle)) == (status is Status.COMPLETED)
    assert json.loads(json.dumps(bundle)) == bundle


def test_a_second_attempt_stands_beside_the_first(scene: Scene) -> None:
    scene.at(Status.DECLINED)
    scene.now += timedelta(hours=1)
    scene.act("coordinator", "send", scene.draft())
    tasks = [
        entry["resource"]
        for entry in exported(scene)["entry"]
        if entry["resource"]["resourceType"] == "Task"
    ]
    assert [task["status"] for task in tasks] == ["rejected", "requested"]
    assert tasks[0]["statusReason"]["text"] == "No capacity"
    assert tasks[0]["statusReason"]["coding"][1]["code"] == "no-capacity"


def test_what_was_given_is_a_procedure_on_its_days(sqlite_scene: Scene) -> None:
    sqlite_scene.at(Status.COMPLETED)
    found = by_kind(exported(sqlite_scene))
    procedure = found["Procedure"]
    assert procedure["code"]["text"] == "Two boxes"
    assert procedure["performedDateTime"] == sqlite_scene.now.date().isoformat()
    assert found["Task"]["output"][0]["valueReference"] == {
        "reference": f"Procedure/{procedure['id']}"
    }


def test_a_need_nobody_was_asked_about_is_a_bundle_too(sqlite_scene: Scene) -> None:
    found = by_kind(exported(sqlite_scene))
    assert set(found) == {"Patient", "Organization"}
    assert found["Patient"]["name"] == [{"text": "Canary Patient"}]


@pytest.mark.parametrize("category", [*GRAVITY_CATEGORIES, "respite", "evening-clinic", "other"])
def test_every_kind_of_need_has_a_code(sqlite_scene: Scene, category: str) -> None:
    coordinator = sqlite_scene.actors["coordinator"]
    sqlite_scene.need = open_need(
        sqlite_scene.session, coordinator, sqlite_scene.patient, category=category
    )
    sqlite_scene.draft()
    (_, coded) = by_kind(exported(sqlite_scene))["ServiceRequest"]["category"]
    known = GRAVITY_CATEGORIES.get(category)
    assert coded["coding"][0]["code"] == (known[0] if known else category)
    assert coded["coding"][0]["system"].startswith("http://hl7.org" if known else BASE)


def test_a_restricted_need_says_so_on_everything_about_it(sqlite_scene: Scene) -> None:
    scene, coordinator = sqlite_scene, sqlite_scene.actors["coordinator"]
    with clock.frozen(scene.now):
        scene.need = open_need(scene.session, coordinator, scene.patient, restricted="violence")
        consenting(
            scene.session, coordinator, scene.patient, scene.pantry.id, restricted="violence"
        )
    scene.act("coordinator", "send", scene.draft())
    found = by_kind(exported(scene))
    marked = [kind for kind, one in found.items() if one.get("meta", {}).get("security")]
    assert marked == ["Task", "ServiceRequest", "Consent"]


def test_nobody_outside_the_organization_can_export(sqlite_scene: Scene) -> None:
    sqlite_scene.at(Status.SENT)
    for who in ("partner", "stranger"):
        with pytest.raises(NotFound):
            export(
                sqlite_scene.session, sqlite_scene.actors[who], VAULT, sqlite_scene.need.id, BASE
            )


def test_an_erased_patient_leaves_a_bundle_without_a_name(sqlite_scene: Scene) -> None:
    from patients import lifecycle

    scene = sqlite_scene
    scene.at(Status.COMPLETED)
    assert scene.need.status in (NeedStatus.MET, NeedStatus.IN_PROGRESS)
    lifecycle.erase(scene.session, scene.actors["coordinator"], scene.patient.id)
    assert "Canary" not in json.dumps(exported(scene))


def _set(kind: str, **values: Any) -> Mutation:
    return lambda found: found[kind].update(values)


def _drop(kind: str, name: str) -> Mutation:
    return lambda found: found[kind].pop(name)


MUTATIONS: dict[str, tuple[Status, Mutation]] = {
    "unknown status": (Status.SENT, _set("Task", status="banana")),
    "a status the guide leaves out": (Status.SENT, _set("Task", status="ready")),
    "received": (Status.SENT, _set("Task", status="received")),
    "no status": (Status.SENT, _drop("Task", "status")),
    "no intent": (Status.SENT, _drop("Task", "intent")),
    "another intent": (Status.SENT, _set("Task", intent="proposal")),
    "no focus": (Status.SENT, _drop("Task", "focus")),
    "no patient": (Status.SENT, _drop("Task", "for")),
    "no author's day": (Status.SENT, _drop("Task", "authoredOn")),
    "no requester": (Status.SENT, _drop("Task", "requester")),
    "no code": (Status.SENT, _drop("Task", "code")),
    "rejected without a reason": (Status.DECLINED, _drop("Task", "statusReason")),
    "a reason without words": (
        Status.DECLINED, lambda found: found["Task"]["statusReason"].pop("text"),
    ),
    "on hold without a reason": (Status.WAITLISTED, _drop("Task", "statusReason")),
    "an unknown element": (Status.SENT, _set("Task", foo=1)),
    "a day in words": (Status.SENT, _set("Task", authoredOn="yesterday")),
    "a time without a zone": (Status.SENT, _set("Task", authoredOn="2026-01-05T09:00:00")),
    "an unknown type": (Status.SENT, _set("Task", focus={"reference": "Banana/1"})),
    "a reference to nothing": (Status.SENT, _set("Task", focus={"reference": "ServiceRequest/1"})),
    "changed before it was written": (
        Status.SENT, _set("Task", lastModified="2020-01-01T00:00:00Z"),
    ),
    "done without a result": (Status.COMPLETED, _drop("Task", "output")),
    "two values of one element": (
        Status.COMPLETED, lambda found: found["Task"]["output"][0].update(valueString="a"),
    ),
    "a sex no code is for": (Status.SENT, _set("Patient", gender="banana")),
    "a request in no known state": (Status.SENT, _set("ServiceRequest", status="banana")),
    "a procedure in no known state": (Status.COMPLETED, _set("Procedure", status="ready")),
    "a request without a subject": (Status.SENT, _drop("ServiceRequest", "subject")),
    "a request without a kind": (Status.SENT, _drop("ServiceRequest", "category")),
    "a procedure on no day": (Status.COMPLETED, _drop("Procedure", "performedDateTime")),
    "a consent without a source": (Status.SENT, _drop("Consent", "sourceAttachment")),
    "a consent under no policy": (Status.SENT, _drop("Consent", "policyRule")),
    "a consent that discloses nothing": (Status.SENT, _drop("Consent", "category")),
    "somebody without a name": (Status.SENT, _drop("Patient", "name")),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_bundle_is_refused(sqlite_scene: Scene, name: str) -> None:
    status, mutate = MUTATIONS[name]
    sqlite_scene.at(status)
    bundle = exported(sqlite_scene)
    broken = deepcopy(bundle)
    mutate(by_kind(broken))
    with pytest.raises(Unfit) as refused:
        check(broken)
    assert "Canary" not in refused.value.message
    check(bundle)


def test_each_validator_finds_what_no_other_does(sqlite_scene: Scene) -> None:
    sqlite_scene.at(Status.COMPLETED)
    bundle = exported(sqlite_scene)
    seen = set()
    for of, mutate in MUTATIONS.values():
        if of is not Status.COMPLETED and of is not Status.SENT:
            continue
        broken = deepcopy(bundle)
        mutate(by_kind(broken))
        found = (bool(of_models(broken)), bool(of_schema(broken)), bool(rules.broken(broken)))
        seen.add(found)
    assert {(True, False, False), (False, True, False), (False, False, True)} <= seen


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no examples of the guide in {EXAMPLES.name}")
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_the_worked_loop_passes_the_gate(number: int) -> None:
    (file,) = EXAMPLES.glob(f"loop-{number}-*.json")
    check(json.loads(file.read_text()))
