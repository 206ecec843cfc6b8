"""What the handlers of signed-in resources do not say themselves: bodies, errors, who may."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.schemas.problem import MEDIA_TYPE
from api.staff import described
from api.staff import openapi_referrals as of_referrals
from directory.prices.forms import PriceForm
from notices.forms import WebhookForm
from patients.forms import (
    ConsentForm,
    ContactForm,
    NeedForm,
    PatientForm,
    RelatedPersonForm,
    TimeForm,
)
from patients.models import AssignmentKind, LoopConfirmation, NeedStatus

Json = dict[str, Any]
REF = "#/components/schemas/{model}"
FORMS: tuple[type[BaseModel], ...] = (
    PatientForm,
    ContactForm,
    TimeForm,
    RelatedPersonForm,
    NeedForm,
    ConsentForm,
    PriceForm,
    WebhookForm,
    *of_referrals.FORMS,
)
SECURITY: Json = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key (`hr_…`)."},
    "browser": {"type": "apiKey", "in": "cookie", "name": "handrail"},
}
ERRORS: Mapping[str, str] = {
    "400": "Something sent is wrong; `errors` says which field, and what is allowed.",
    "401": "Sign in first, or send a key.",
    "403": "Your role or key does not include this.",
    "404": "There is none, or it belongs to another organization.",
    "409": "Somebody was faster, or it is no longer in a state for this.",
    "413": "The body is too large.",
    "429": "Too many tries; `Retry-After` says when to come back.",
    "503": "The database does not answer right now.",
}
TEXT: Json = {"type": "string", "maxLength": 500}
VERSION: Json = {"type": "integer", "minimum": 1, "maximum": 999_999_999}


def _object(required: tuple[str, ...], **properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _ref(form: type[BaseModel]) -> Json:
    return {"$ref": REF.format(model=form.__name__)}


def _with(form: type[BaseModel], name: str, schema: Json) -> Json:
    """The form's schema with one more property."""
    found = form.model_json_schema(ref_template=REF)
    found.pop("$defs", None)
    return {**found, "properties": {**found["properties"], name: schema}}


def _values(kinds: Any) -> Json:
    return {"type": "string", "enum": [kind.value for kind in kinds]}


BODIES: Mapping[str, Json] = {
    "searchPatients": _object(
        (),
        organization_id=TEXT,
        name=TEXT,
        mine={"type": "boolean"},
        page={"type": "integer", "minimum": 1, "maximum": 100},
        per_page={"type": "integer", "minimum": 1, "maximum": 100},
    ),
    "recordPrice": _ref(PriceForm),
    "createPatient": _with(PatientForm, "organization_id", TEXT),
    "updatePatient": _with(PatientForm, "version", VERSION),
    "setContacts": _object(
        ("contacts",), contacts={"type": "array", "items": _ref(ContactForm), "maxItems": 50}
    ),
    "setTimes": _object(
        ("times",), times={"type": "array", "items": _ref(TimeForm), "maxItems": 50}
    ),
    "addRelatedPerson": _ref(RelatedPersonForm),
    "openNeed": _ref(NeedForm),
    "addWebhook": _ref(WebhookForm),
    "giveConsent": _ref(ConsentForm),
    "setNeedStatus": _object(("status", "version"), status=_values(NeedStatus), version=VERSION),
    "confirmNeed": _object(
        ("confirmation", "version"), confirmation=_values(LoopConfirmation), version=VERSION
    ),
    "assign": _object(("user_id", "kind"), user_id=TEXT, kind=_values(AssignmentKind), until=TEXT),
    "handOver": _object(
        ("organization_id", "from_user_id", "to_user_id"),
        organization_id=TEXT,
        from_user_id=TEXT,
        to_user_id=TEXT,
    ),
    "mergePatient": _object(("into",), into=TEXT),
}


def components() -> Json:
    """Schemas of the forms, by name."""
    _, found = models_json_schema([(form, "validation") for form in FORMS], ref_template=REF)
    return {**found["$defs"], **of_referrals.components()}


def complete(operation: Json) -> None:
    """Add what an operation for signed-in callers needs to be understood."""
    name = operation["operationId"]
    more = of_referrals.complete(operation)
    if name in BODIES:
        content = {"application/json": {"schema": BODIES[name]}}
        operation["requestBody"] = {"required": True, "content": content}
    operation["security"] = [] if name == "signIn" else [{"key": []}, {"browser": []}]
    done = {k: v for k, v in operation["responses"].items() if k.startswith("2")}
    errors = dict(ERRORS) | more
    described.complete(operation)
    operation["responses"] = done | {status: _error(errors[status]) for status in sorted(errors)}


def _error(about: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": about, "content": {MEDIA_TYPE: {"schema": schema}}}
