"""Patients, their needs and consents. Every answer is of the caller's own organization."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.parameters import record_id
from api.providers import AnyRequest, database, vault, visitor
from api.staff.session import NO_STORE
from core.access import staff
from core.errors import Invalid
from patients import caring, commands, lifecycle, queries
from patients.forms import (
    ConsentForm,
    ContactForm,
    NeedForm,
    PatientForm,
    RelatedPersonForm,
    TimeForm,
    parse,
)
from patients.models import AssignmentKind, LoopConfirmation, NeedStatus
from patients.views import PatientRecord, PatientSummary
from referrals.confirming import confirm

READ = staff("coordinator", scope="patients:read")
WRITE = staff("coordinator", scope="patients:write")
CASELOAD = staff("coordinator", "supervisor", "admin", scope="patients:write")
Json = JSONBody[dict[str, Any]]
Answer = Response[dict[str, Any]]


@get("/patients", operation_id="patients", opt=READ, sync_to_thread=True)
def list_patients(
    request: Request[Any, Any, Any],
    organization_id: Annotated[str, QueryParameter(max_length=36)] = "",
    mine: FromQuery[bool] = False,
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Answer:
    """Your organization's patients. To look for a name, POST it to /patients/search."""
    return _listed(request, organization_id, "", mine=mine, page=page, per_page=per_page)


@post(
    "/patients/search",
    operation_id="searchPatients",
    opt=READ,
    sync_to_thread=True,
    status_code=200,
)
def search_patients(request: Request[Any, Any, Any], data: Json) -> Answer:
    """Find patients by name, by word and by sound. A POST, so that no name stands in an address."""
    values = _values(data, "organization_id", "name", "mine", "page", "per_page")
    return _listed(
        request,
        _text(values, "organization_id"),
        _text(values, "name"),
        mine=values.get("mine") is True,
        page=_number(values, "page", 1),
        per_page=_number(values, "per_page", 20),
    )


@post("/patients", operation_id="createPatient", opt=WRITE, sync_to_thread=True, status_code=201)
def create_patient(request: Request[Any, Any, Any], data: Json) -> Answer:
    """Add a patient to your caseload. `near_matches` are people who may be the same."""
    who, sealed = visitor(request).actor, vault(request)
    organization_id = _own(request, _text(data, "organization_id"))
    form = parse(PatientForm, {k: v for k, v in data.items() if k != "organization_id"})
    with database(request).write() as session:
        near = queries.near_matches(
            session, who, sealed, organization_id, form.name, form.birth_date
        )
        patient = commands.create_patient(session, who, sealed, organization_id, form)
        record = queries.patient_record(session, who, sealed, patient.id)
    return _answer({**_record(record), "near_matches": [_summary(n) for n in near]}, 201)


@get("/patients/{patient_id:str}", operation_id="patient", opt=READ, sync_to_thread=True)
def read_patient(request: Request[Any, Any, Any], patient_id: FromPath[str]) -> Answer:
    """A whole record. Reading it is noted in the audit trail."""
    return _answer(_read(request, patient_id))


@put("/patients/{patient_id:str}", operation_id="updatePatient", opt=WRITE, sync_to_thread=True)
def update_patient(
    request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json
) -> Answer:
    """Replace what is known. `version` is the one you read; 409 when somebody was faster."""
    form = parse(PatientForm, {k: v for k, v in data.items() if k != "version"})
    with database(request).write() as session:
        commands.update_patient(
            session,
            visitor(request).actor,
            vault(request),
            record_id(patient_id),
            form,
            version=_number(data, "version", None),
        )
    return _answer(_read(request, patient_id))


@put(
    "/patients/{patient_id:str}/contacts",
    operation_id="setContacts",
    opt=WRITE,
    sync_to_thread=True,
)
def set_contacts(request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json) -> Answer:
    """Replace the ways to reach the patient: `{"contacts": [...]}`."""
    forms = [parse(ContactForm, item) for item in _list(data, "contacts")]
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        commands.set_contacts(session, who, sealed, record_id(patient_id), forms)
    return _answer(_read(request, patient_id))


@put("/patients/{patient_id:str}/times", operation_id="setTimes", opt=WRITE, sync_to_thread=True)
def set_times(request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json) -> Answer:
    """Replace the free and blocked windows of the week: `{"times": [...]}`."""
    forms = [parse(TimeForm, item) for item in _list(data, "times")]
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        commands.set_times(session, who, sealed, record_id(patient_id), forms)
    return _answer(_read(request, patient_id))


@post(
    "/patients/{patient_id:str}/people",
    operation_id="addRelatedPerson",
    opt=WRITE,
    sync_to_thread=True,
    status_code=201,
)
def add_person(request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json) -> Answer:
    """Add a caregiver or proxy."""
    form = parse(RelatedPersonForm, data)
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        row = commands.add_related_person(session, who, sealed, record_id(patient_id), form)
    return _answer({"id": row.id}, 201)


@post(
    "/patients/{patient_id:str}/needs",
    operation_id="openNeed",
    opt=WRITE,
    sync_to_thread=True,
    status_code=201,
)
def open_need(request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json) -> Answer:
    """Record an unmet need, of the patient or of a caregiver."""
    form = parse(NeedForm, data)
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        row = caring.open_need(session, who, sealed, record_id(patient_id), form)
    return _answer({"id": row.id, "status": row.status.value, "version": row.version}, 201)


@get("/patients/{patient_id:str}/needs", operation_id="needs", opt=READ, sync_to_thread=True)
def list_needs(request: Request[Any, Any, Any], patient_id: FromPath[str]) -> Answer:
    """The patient's needs."""
    return _answer({"results": _read(request, patient_id)["needs"]})


@post("/needs/{need_id:str}/status", operation_id="setNeedStatus", opt=WRITE, sync_to_thread=True,
      status_code=200)  # fmt: skip
def set_need_status(request: Request[Any, Any, Any], need_id: FromPath[str], data: Json) -> Answer:
    """Say where a need stands: `{"status": …, "version": …}`."""
    values = _values(data, "status", "version")
    status = NeedStatus(_choice(values, "status", [status.value for status in NeedStatus]))
    version = _number(values, "version", None)
    with database(request).write() as session:
        who = visitor(request).actor
        row = caring.set_need_status(session, who, record_id(need_id), status, version=version)
    return _answer({"id": row.id, "status": row.status.value, "version": row.version})


@post("/needs/{need_id:str}/confirmation", operation_id="confirmNeed", opt=WRITE,
      sync_to_thread=True, status_code=200)  # fmt: skip
def confirm_need(request: Request[Any, Any, Any], need_id: FromPath[str], data: Json) -> Answer:
    """Confirm how a need ended, or dispute it: `{"confirmation": …, "version": …}`.

    Disputed, it is open again, with a draft of a new referral to where it was last.
    """
    values = _values(data, "confirmation", "version")
    said = [kind.value for kind in LoopConfirmation if kind is not LoopConfirmation.UNCONFIRMED]
    by = LoopConfirmation(_choice(values, "confirmation", said))
    version = _number(values, "version", None)
    with database(request).write() as session:
        who = visitor(request).actor
        met = by is not LoopConfirmation.DISPUTED
        row = confirm(session, who, record_id(need_id), met=met, version=version, words_of=by)
    shown = {"id": row.id, "status": row.status.value, "version": row.version}
    return _answer({**shown, "loop_confirmation": row.loop_confirmation.value})


@post(
    "/patients/{patient_id:str}/consents",
    operation_id="giveConsent",
    opt=WRITE,
    sync_to_thread=True,
    status_code=201,
)
def give_consent(request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json) -> Answer:
    """Record what the patient allows to be shared, with whom, until when."""
    form = parse(ConsentForm, data)
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        row = caring.give_consent(session, who, sealed, record_id(patient_id), form)
    return _answer({"id": row.id}, 201)


@get("/patients/{patient_id:str}/consents", operation_id="consents", opt=READ, sync_to_thread=True)
def list_consents(request: Request[Any, Any, Any], patient_id: FromPath[str]) -> Answer:
    """The patient's consents, revoked ones too."""
    return _answer({"results": _read(request, patient_id)["consents"]})


@delete("/consents/{consent_id:str}", operation_id="revokeConsent", opt=WRITE, sync_to_thread=True,
        status_code=204)  # fmt: skip
def revoke_consent(request: Request[Any, Any, Any], consent_id: FromPath[str]) -> None:
    """End a consent at once."""
    with database(request).write() as session:
        caring.revoke_consent(session, visitor(request).actor, record_id(consent_id))


@post(
    "/patients/{patient_id:str}/assignments",
    operation_id="assign",
    opt=CASELOAD,
    sync_to_thread=True,
    status_code=201,
)
def assign(request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json) -> Answer:
    """Give the patient to a coordinator: `primary`, or `cover` until a time."""
    values = _values(data, "user_id", "kind", "until")
    kind = AssignmentKind(_choice(values, "kind", [kind.value for kind in AssignmentKind]))
    with database(request).write() as session:
        row = caring.assign(
            session,
            visitor(request).actor,
            record_id(patient_id),
            record_id(_text(values, "user_id")),
            kind,
            until=_moment(values, "until"),
        )
    return _answer({"id": row.id}, 201)


@post("/patients/hand-over", operation_id="handOver", opt=CASELOAD, sync_to_thread=True,
      status_code=200)  # fmt: skip
def hand_over(request: Request[Any, Any, Any], data: Json) -> Answer:
    """Move a whole caseload: `{"organization_id", "from_user_id", "to_user_id"}`."""
    values = _values(data, "organization_id", "from_user_id", "to_user_id")
    with database(request).write() as session:
        moved = caring.hand_over(
            session,
            visitor(request).actor,
            _own(request, _text(values, "organization_id")),
            record_id(_text(values, "from_user_id")),
            record_id(_text(values, "to_user_id")),
        )
    return _answer({"patients": moved})


@post("/patients/{patient_id:str}/merge", operation_id="mergePatient", opt=WRITE,
      sync_to_thread=True, status_code=200)  # fmt: skip
def merge(request: Request[Any, Any, Any], patient_id: FromPath[str], data: Json) -> Answer:
    """Merge this record into another: `{"into": …}`. This one is closed."""
    into = record_id(_text(_values(data, "into"), "into"))
    with database(request).write() as session:
        lifecycle.merge(session, visitor(request).actor, record_id(patient_id), into)
    return _answer(_read(request, into))


@get(
    "/patients/{patient_id:str}/export", operation_id="exportPatient", opt=READ, sync_to_thread=True
)
def export(request: Request[Any, Any, Any], patient_id: FromPath[str]) -> Answer:
    """The whole record, for the patient. Noted as an export."""
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        return _answer(lifecycle.export(session, who, sealed, record_id(patient_id)))


@delete("/patients/{patient_id:str}", operation_id="erasePatient", opt=WRITE, sync_to_thread=True,
        status_code=204)  # fmt: skip
def erase(request: Request[Any, Any, Any], patient_id: FromPath[str]) -> None:
    """Forget who the patient is. Numbers and the audit trail stay; nothing brings it back."""
    with database(request).write() as session:
        lifecycle.erase(session, visitor(request).actor, record_id(patient_id))


def _listed(
    request: AnyRequest, organization_id: str, name: str, *, mine: bool, page: int, per_page: int
) -> Answer:
    with database(request).write() as session:  # the audit row of the list
        found = queries.patients(
            session,
            visitor(request).actor,
            vault(request),
            _own(request, organization_id),
            text=name,
            mine=mine,
            page=page,
            per_page=per_page,
        )
    results = [_summary(item) for item in found.items]
    return _answer({"total": found.total, "page": page, "per_page": per_page, "results": results})


def _read(request: AnyRequest, patient_id: str) -> dict[str, Any]:
    with database(request).write() as session:  # the audit row of the read
        who, sealed = visitor(request).actor, vault(request)
        return _record(queries.patient_record(session, who, sealed, record_id(patient_id)))


def _own(request: AnyRequest, organization_id: str) -> str:
    """The organization named, or the caller's only one."""
    chosen = organization_id or visitor(request).actor.organization_id
    if chosen is None:
        raise Invalid("Say which of your organizations.", parameter="organization_id")
    return record_id(chosen)


def _record(record: PatientRecord) -> dict[str, Any]:
    found = asdict(record)
    return {**found.pop("summary"), **found}


def _summary(summary: PatientSummary) -> dict[str, Any]:
    return asdict(summary)


def _answer(content: dict[str, Any], status: int = 200) -> Answer:
    return Response(content, headers=NO_STORE, status_code=status)


def _values(data: dict[str, Any], *allowed: str) -> dict[str, Any]:
    errors = dict.fromkeys(set(data) - set(allowed), f"allowed: {', '.join(allowed)}")
    if errors:
        raise Invalid("There are no such fields.", errors=errors)
    return data


def _text(values: dict[str, Any], name: str) -> str:
    found = values.get(name, "")
    if not isinstance(found, str) or len(found) > 500:
        raise Invalid(f"{name} must be a text of at most 500 characters.", parameter=name)
    return found


def _number(values: dict[str, Any], name: str, default: int | None) -> int:
    found = values.get(name, default)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found < 10**9:
        raise Invalid(f"{name} must be a whole number from 1.", parameter=name)
    return found


def _list(values: dict[str, Any], name: str) -> list[Any]:
    found = _values(values, name).get(name)
    if not isinstance(found, list) or len(found) > 50:
        raise Invalid(f"{name} must be a list of at most 50.", parameter=name)
    return found


def _choice(values: dict[str, Any], name: str, allowed: list[str]) -> str:
    found = _text(values, name)
    if found not in allowed:
        raise Invalid(f"{name} must be one of {', '.join(allowed)}.", parameter=name)
    return found


def _moment(values: dict[str, Any], name: str) -> datetime | None:
    text = _text(values, name)
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        raise Invalid(f"{name} must be a time with offset, as 2026-01-31T17:00Z.", parameter=name)
    return found
