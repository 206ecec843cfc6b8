"""What resources about patients answer with, described from the views they are made of."""

from collections.abc import Mapping
from typing import Any

from msgspec.json import schema_components

from patients.views import (
    ConsentView,
    ContactView,
    NeedView,
    PatientRecord,
    PatientSummary,
    RelatedPersonView,
    TimeView,
)

Json = dict[str, Any]
REF = "#/components/schemas/{name}"
VIEWS = (
    PatientSummary,
    ContactView,
    RelatedPersonView,
    TimeView,
    NeedView,
    ConsentView,
    PatientRecord,
)
COUNT: Json = {"type": "integer", "minimum": 0}
TEXT: Json = {"type": "string"}


def _ref(name: str) -> Json:
    return {"$ref": REF.format(name=name)}


def _whole(**properties: Json) -> Json:
    """An object that has just these properties, all of them."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(name: str) -> Json:
    return {"type": "array", "items": _ref(name)}


CREATED = _whole(id=TEXT)
NEED = {"id": TEXT, "status": TEXT, "version": COUNT}
PAGE = _whole(total=COUNT, page=COUNT, per_page=COUNT, results=_list("PatientSummary"))
ANSWERS: Mapping[str, Json] = {
    "patients": PAGE,
    "searchPatients": PAGE,
    "createPatient": _ref("PatientCreated"),
    "patient": _ref("Patient"),
    "updatePatient": _ref("Patient"),
    "setContacts": _ref("Patient"),
    "setTimes": _ref("Patient"),
    "mergePatient": _ref("Patient"),
    "exportPatient": _ref("PatientRecord"),
    "addRelatedPerson": CREATED,
    "openNeed": _whole(**NEED),
    "needs": _whole(results=_list("NeedView")),
    "setNeedStatus": _whole(**NEED),
    "confirmNeed": _whole(**NEED, loop_confirmation=TEXT),
    "giveConsent": CREATED,
    "consents": _whole(results=_list("ConsentView")),
    "assign": CREATED,
    "handOver": _whole(patients=COUNT),
}


def components() -> Json:
    """Schemas of the views by name, and of a record as it is answered: its summary unfolded."""
    _, found = schema_components(VIEWS, ref_template=REF)
    for schema in found.values():
        schema["required"] = list(schema["properties"])
        schema["additionalProperties"] = False
    rest = {k: v for k, v in found["PatientRecord"]["properties"].items() if k != "summary"}
    whole = {**found["PatientSummary"]["properties"], **rest}
    return {
        **found,
        "Patient": _whole(**whole),
        "PatientCreated": _whole(**whole, near_matches=_list("PatientSummary")),
    }


def complete(operation: Json) -> None:
    """Say what a good answer holds."""
    schema = ANSWERS.get(operation["operationId"])
    for status, response in operation["responses"].items():
        if schema and status.startswith("2"):
            response["content"] = {"application/json": {"schema": schema}}
