"""Patients: the caseload, the organization's list, finding somebody, and adding somebody new."""

import re
from typing import Any

from litestar import Response, get, post
from sqlmodel import Session

from accounts.models import Role
from accounts.queries import names_of
from core.access import staff
from core.errors import Invalid
from core.paging import Page
from patients import commands, queries
from patients.forms import ContactForm, PatientForm, parse
from patients.permissions import check_work_with_patients
from patients.views import PatientSummary
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, nothing_typed
from web.staff.fields import patient_values
from web.staff.reading import read_day, read_number
from web.staff.typed import Sent, Typed
from web.staff.wording import field_errors, options
from web.staff.working.drafts import begun, sent

COORDINATOR = staff(Role.COORDINATOR)
PATIENTS, NEW = "/staff/patients", "/staff/patients/new"
NEW_FIELDS = ("name", "preferred_name", "birth_date", "postal_code", "languages", "interpreter")
PHONE_DIGITS = 7


@get(PATIENTS, opt=COORDINATOR, sync_to_thread=True)
def list_patients(request: PageRequest) -> Response[str]:
    """One's own caseload; with `all`, everybody the organization cares for."""
    desk = desk_of(request)
    asked = dict(here(request).pairs)
    everybody = asked.get("all") == "1"
    number = read_number(asked.get("page", ""))
    with desk.database.write() as session:  # whom the list shows is noted
        found = queries.patients(
            session, desk.actor, desk.vault, desk.organization_id, mine=not everybody, page=number
        )
        return _list(session, desk, found, everybody=everybody)


@post(f"{PATIENTS}/search", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def search(request: PageRequest, typed: Sent) -> Response[Any]:
    """Finds by name, birth date or number. A form that is sent: no name stands in an address."""
    desk = desk_of(request)
    asked = typed.value("who").strip()
    if not asked:
        return go(PATIENTS, all="1")
    with desk.database.write() as session:
        found = queries.patients(
            session,
            desk.actor,
            desk.vault,
            desk.organization_id,
            per_page=50,
            **what_was_asked(asked, desk.say.code),
        )
        return _list(session, desk, found, everybody=True, asked=typed)


def what_was_asked(text: str, code: str) -> dict[str, Any]:
    """Whether that is a birth date, a number or e-mail address, or a name."""
    if born := read_day(text, code):
        return {"born": born}
    if "@" in text or len(re.sub(r"\D", "", text)) >= PHONE_DIGITS:
        return {"phone": text}
    return {"text": text}


@get(NEW, opt=COORDINATOR, sync_to_thread=True)
def new(request: PageRequest) -> Response[str]:
    """The form for a new patient."""
    desk = desk_of(request)
    check_work_with_patients(desk.actor, desk.organization_id)
    return _form(desk, begun(desk, nothing_typed()))


@post(NEW, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def create(request: PageRequest, typed: Sent) -> Response[Any]:
    """Adds a patient to one's caseload; asks first when somebody on record may be the same."""
    desk = desk_of(request)
    values, errors = patient_values(typed, NEW_FIELDS, desk.say)
    form, contact = None, None
    try:
        form = parse(PatientForm, values)
    except Invalid as refused:
        errors = field_errors(refused.errors, desk.say) | errors
    try:
        contact = _contact(typed)
    except Invalid:
        errors["phone"] = desk.say.gettext("Type a number, or leave it blank.")
    if errors or form is None:
        return _form(desk, typed.wrong(errors), 400)
    with desk.database.write() as session:
        near = _near(session, desk, form, contact)
        if near and not typed.has("anyway"):
            return _form(desk, typed, near=near)
        patient = commands.create_patient(
            session, desk.actor, desk.vault, desk.organization_id, form
        )
        if contact:
            commands.set_contacts(session, desk.actor, desk.vault, patient.id, [contact])
        sent(session, desk)
    return go(f"{PATIENTS}/{patient.id}", done="added")


def _contact(typed: Typed) -> ContactForm | None:
    if not typed.value("phone").strip():
        return None
    said = {"voicemail_ok": typed.has("voicemail"), "text_ok": typed.has("texting")}
    return parse(ContactForm, {"system": "phone", "value": typed.value("phone"), **said})


def _near(
    session: Session, desk: Desk, form: PatientForm, contact: ContactForm | None
) -> list[PatientSummary]:
    """Patients who may be the same: by sound of the name, by birth date, by number."""
    who = (session, desk.actor, desk.vault, desk.organization_id)
    found = queries.near_matches(*who, form.name, form.birth_date)
    if contact:
        found += queries.patients(*who, phone=contact.value, per_page=5).items
    return list({line.id: line for line in found}.values())


def _form(
    desk: Desk, typed: Typed, status: int = 200, *, near: list[PatientSummary] | None = None
) -> Response[str]:
    return desk.show(
        "patient_new.html",
        status,
        typed=typed,
        near=near or [],
        languages=options("language", desk.say),
    )


def _list(
    session: Session,
    desk: Desk,
    found: Page[PatientSummary],
    *,
    everybody: bool,
    asked: Typed | None = None,
) -> Response[str]:
    holders = {line.coordinator_id for line in found.items if line.coordinator_id}
    return desk.show(
        "patients.html",
        typed=asked or nothing_typed(),
        asked=asked is not None,
        everybody=everybody,
        found=found,
        coordinators=names_of(session, holders),
    )
