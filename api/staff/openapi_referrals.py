"""The referral operations described: bodies, headers, answers and examples."""

from collections.abc import Mapping
from typing import Any

from msgspec.json import schema_components
from pydantic import BaseModel

from referrals.forms import (
    BulkForm,
    CapacityForm,
    DraftForm,
    EventForm,
    PlanForm,
    RemindersForm,
)
from referrals.next_best import Proposal
from referrals.reminding import Why
from referrals.views import ReferralLine, ReferralView

Json = dict[str, Any]
REF = "#/components/schemas/{name}"
FORMS: tuple[type[BaseModel], ...] = (
    DraftForm,
    EventForm,
    BulkForm,
    RemindersForm,
    PlanForm,
    CapacityForm,
)
BODIES: Mapping[str, type[BaseModel]] = {
    "draftReferral": DraftForm,
    "sendReferrals": BulkForm,
    "remindPartners": RemindersForm,
    "causeEvent": EventForm,
    "approveRoutePlan": PlanForm,
    "setCapacity": CapacityForm,
}
ID = "7f1c2a52-6f0e-4c6e-9a34-0d6f5a3a2b10"
SERVICE = "c2a9b7f0-59e5-4f0a-8d3c-2f8f6f0e7a41"
CLASH: Json = {"never": False, "windows": ["tue 09:00-12:00"]}
BRIEF: Json = {"id": ID, "state": "accepted", "version": 3}
LINE: Json = {
    "id": ID, "state": "accepted", "version": 3, "category": "food", "urgency": "routine",
    "restricted": None, "service_id": SERVICE, "service": "Food boxes", "sender": "Eno Clinic",
    "partner": "Harvest Pantry", "sent_at": "2026-03-02T17:00:00Z",
    "due_at": "2026-03-10T17:00:00Z", "due_event": "contact_timeout", "closed_at": None,
    "reason": None, "outcome": None, "appointment_at": None, "expected_by": None,
    "reminded_at": None, "training": False, "patient_id": None, "need_id": None, "assigned_to": None,
}  # fmt: skip
WHOLE: Json = {
    **LINE,
    "fields": ["name", "contact"],
    "shared": {"category": "food", "restricted": None, "name": {"name": "Ana Ejemplo"}},
    "withheld": None,
    "timeline": [
        {"sequence": 3, "event": "accept", "source": "sent", "target": "accepted",
         "at": "2026-03-02T18:30:00Z", "side": "partner", "by": "Harvest Pantry", "reason": None,
         "note": None, "facts": {"via": "session"}},
    ],
    "available_events": [
        {"event": "schedule", "allowed": True, "why": None, "reason": None, "codes": [],
         "needs": ["appointment_at"]},
        {"event": "cancel", "allowed": False, "reason": "cancel", "codes": [], "needs": [],
         "why": "Only a coordinator of the sending organization or the patient can cancel a "
                "referral."},
    ],
    "outcome": None, "replaces_id": None, "replaced_by": [], "siblings": [], "location_id": None,
    "acknowledged_at": None,
}  # fmt: skip
ROOM: Json = {
    "organization_id": ID, "service_id": SERVICE, "slots_total": 12, "slots_taken": 9,
    "waitlist_open": True, "expected_wait_days": 14, "asked_on": "2026-03-02", "version": 4,
}  # fmt: skip
STEP: Json = {
    "id": ID, "need_id": ID, "position": 1, "partner_id": ID, "service_id": SERVICE,
    "location_id": None, "approved_by": ID, "approved_at": "2026-03-02T17:00:00Z",
    "tried_at": None, "referral_id": None,
}  # fmt: skip
PROPOSAL: Json = {
    "service_id": SERVICE, "location_id": None, "name": "Food boxes",
    "organization": "Harvest Pantry", "partner_id": ID,
    "reasons": [{"code": "capacity", "text": "3 of 12 slots free (2026-03-02)",
                 "facts": {"free": 3, "total": 12, "asked_on": "2026-03-02"}}],
}  # fmt: skip
EXAMPLES: Mapping[str, Json] = {
    "referrals": {"total": 1, "page": 1, "per_page": 20, "results": [LINE]},
    "draftReferral": {"id": ID, "state": "draft", "version": 1},
    "sendReferrals": {"results": [{"id": ID, "state": "sent", "version": 2, "clash": CLASH}]},
    "remindPartners": {
        "sent": [ID],
        "kept": [{"id": SERVICE, "reason": "rests",
                  "why": "They were reminded a short while ago (2026-03-02 17:00 UTC)."}],
    },
    "referral": WHOLE,
    "previewReferral": {"shared": WHOLE["shared"], "preview": "0" * 64, "clash": CLASH},
    "causeEvent": BRIEF,
    "acknowledgeReferral": {**BRIEF, "state": "cancelled",
                            "acknowledged_at": "2026-03-03T15:00:00Z"},
    "needTimeline": {"need_id": ID, "results": [WHOLE]},
    "nextBest": {"results": [PROPOSAL]},
    "routePlan": {"results": [STEP]},
    "approveRoutePlan": {"results": [STEP]},
    "capacity": ROOM,
    "setCapacity": ROOM,
}  # fmt: skip
REQUESTS: Mapping[str, Json] = {
    "draftReferral": {"need_id": ID, "service_id": SERVICE, "fields": ["name", "contact"]},
    "sendReferrals": {"need_id": ID, "targets": [{"service_id": SERVICE}],
                      "consent": {"given_how": "verbal", "valid_until": "2026-12-31"}},
    "remindPartners": {"referral_ids": [ID, SERVICE], "dry_run": False},
    "causeEvent": {"event": "decline", "reason": "no_capacity"},
    "approveRoutePlan": {"targets": [{"service_id": SERVICE}]},
    "setCapacity": {"slots_total": 12, "waitlist_open": True, "expected_wait_days": 14,
                    "version": 3},
}  # fmt: skip
WITH_KEY = ("draftReferral", "sendReferrals", "remindPartners", "causeEvent")
MORE_ERRORS: Mapping[str, str] = {
    "412": "Somebody acted since the version you have read; `current` says who, and what is now.",
    "422": "This idempotency key was used for another request.",
    "428": "Say which version you have read, in If-Match.",
}


def components() -> Json:
    """Schemas of the answers, by name."""
    _, found = schema_components([ReferralLine, ReferralView, Proposal], ref_template=REF)
    line, view = found["ReferralLine"], found.pop("ReferralView")
    whole = {**line["properties"], **view["properties"]}
    whole.pop("line")
    found["Referral"] = {
        "title": "Referral",
        "description": view["description"],
        "type": "object",
        "properties": whole,
        "required": sorted(whole),
    }
    found["ReferralBrief"] = _object(id=_TEXT, state=_TEXT, version=_COUNT)
    sent = _object(id=_TEXT, state=_TEXT, version=_COUNT, clash=_CLASH)
    found["ReferralSent"] = sent
    found["ReferralEvent"] = {**sent, "required": ["id", "state", "version"]}
    found["Capacity"] = _object(
        organization_id=_TEXT, service_id=_TEXT, slots_total=_MAYBE_COUNT, slots_taken=_COUNT,
        waitlist_open={"type": ["boolean", "null"]}, expected_wait_days=_MAYBE_COUNT,
        asked_on={"type": "string", "format": "date"}, version=_COUNT,
    )  # fmt: skip
    found["RouteStep"] = _object(
        id=_TEXT, need_id=_TEXT, position=_COUNT, partner_id=_TEXT, service_id=_TEXT,
        location_id=_MAYBE, approved_by=_TEXT, approved_at=_TEXT, tried_at=_MAYBE,
        referral_id=_MAYBE,
    )  # fmt: skip
    return found


_TEXT: Json = {"type": "string"}
_MAYBE: Json = {"type": ["string", "null"]}
_COUNT: Json = {"type": "integer", "minimum": 0}
_CLASH: Json = {
    "type": ["object", "null"],
    "description": "When it is open though the patient cannot go; `never`: they never can.",
    "properties": {
        "never": {"type": "boolean"},
        "windows": {"type": "array", "items": _TEXT},
    },
    "required": ["never", "windows"],
}
_MAYBE_COUNT: Json = {"type": ["integer", "null"], "minimum": 0}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _named(name: str) -> Json:
    return {"$ref": REF.format(name=name)}


def _results(name: str, **more: Json) -> Json:
    return _object(**more, results={"type": "array", "items": _named(name)})


SCHEMAS: Mapping[str, Json] = {
    "referrals": _results("ReferralLine", total=_COUNT, page=_COUNT, per_page=_COUNT),
    "draftReferral": _named("ReferralBrief"),
    "sendReferrals": _results("ReferralSent"),
    "remindPartners": _object(
        sent={"type": "array", "items": _TEXT},
        kept={
            "type": "array",
            "items": _object(id=_TEXT, reason={"enum": [*Why]}, why=_TEXT),
        },
    ),
    "referral": _named("Referral"),
    "previewReferral": _object(shared={"type": "object"}, preview=_TEXT, clash=_CLASH),
    "causeEvent": _named("ReferralEvent"),
    "acknowledgeReferral": _named("ReferralBrief"),
    "needTimeline": _results("Referral", need_id=_TEXT),
    "nextBest": _results("Proposal"),
    "routePlan": _results("RouteStep"),
    "approveRoutePlan": _results("RouteStep"),
    "capacity": _named("Capacity"),
    "setCapacity": _named("Capacity"),
}


def complete(operation: Json) -> dict[str, str]:
    """Describe a referral operation; returns the further errors it may answer with."""
    name = operation["operationId"]
    if name not in SCHEMAS:
        return {}
    if name in BODIES:
        schema = {"$ref": REF.format(name=BODIES[name].__name__)}
        content = {"application/json": {"schema": schema, "example": REQUESTS[name]}}
        operation["requestBody"] = {"required": True, "content": content}
    (done,) = (k for k in operation["responses"] if k.startswith("2"))
    answer = {"schema": SCHEMAS[name], "example": EXAMPLES[name]}
    operation["responses"][done]["content"] = {"application/json": answer}
    if name in WITH_KEY:
        _header(operation, "Idempotency-Key", "The same key gets the same answer.", "3f8c-1", 200)
    if name == "causeEvent":
        _header(operation, "If-Match", "The ETag of the referral you have read.", '"3"', 16)
        return dict(MORE_ERRORS)
    return {"422": MORE_ERRORS["422"]} if name in WITH_KEY else {}


def _header(operation: Json, name: str, about: str, example: str, longest: int) -> None:
    operation.setdefault("parameters", []).append(
        {
            "name": name,
            "in": "header",
            "description": about,
            "required": False,
            "schema": {"type": "string", "maxLength": longest},
            "example": example,
        }
    )
