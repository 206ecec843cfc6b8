"""Caregivers and proxies around a patient."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from core.errors import Conflict, Invalid, NotFound
from patients import commands
from patients.forms import RelatedPersonForm, parse
from patients.views import PatientRecord, RelatedPersonView
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, nothing_typed
from web.staff.patients import COORDINATOR
from web.staff.rows import opened
from web.staff.typed import Sent, Typed, typed_of
from web.staff.wording import field_errors, options
from web.staff.working.drafts import begun, sent, stamp

PEOPLE = "/staff/patients/{patient_id:str}/people"
PERSON = PEOPLE + "/{person_id:str}"


@get(f"{PEOPLE}/new", opt=COORDINATOR, sync_to_thread=True)
def new(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """The form for somebody new."""
    desk = desk_of(request)
    return _show(desk, opened(desk, patient_id), begun(desk, nothing_typed()))


@post(f"{PEOPLE}/new", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def add(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Adds a caregiver or proxy."""
    desk = desk_of(request)
    found = opened(desk, patient_id)
    try:
        form = parse(RelatedPersonForm, _values(typed))
    except Invalid as refused:
        return _show(desk, found, typed.wrong(field_errors(refused.errors, desk.say)), status=400)
    with desk.database.write() as session:
        commands.add_related_person(session, desk.actor, desk.vault, patient_id, form)
        sent(session, desk)
    return go(f"/staff/patients/{patient_id}", done="added")


@get(PERSON, opt=COORDINATOR, sync_to_thread=True)
def edit(
    request: PageRequest, patient_id: FromPath[str], person_id: FromPath[str]
) -> Response[str]:
    """What is known of somebody."""
    desk = desk_of(request)
    found = opened(desk, patient_id)
    person = _person(found, person_id)
    return _show(desk, found, begun(desk, _known(person), stamp(_known(person))), person)


@post(PERSON, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def save(
    request: PageRequest, patient_id: FromPath[str], person_id: FromPath[str], typed: Sent
) -> Response[Any]:
    """Keeps what is known of somebody, or takes them out of the record."""
    desk = desk_of(request)
    found = opened(desk, patient_id)
    person = _person(found, person_id)
    try:
        with desk.database.write() as session:
            if typed.has("remove"):
                commands.remove_related_person(session, desk.actor, person.id)
            else:
                form = parse(RelatedPersonForm, _values(typed))
                commands.update_related_person(session, desk.actor, desk.vault, person.id, form)
            sent(session, desk)
    except Conflict as refused:
        wrong = typed.wrong({"form": desk.say.gettext(refused.message)})
        return _show(desk, found, wrong, person, 409)
    except Invalid as refused:
        wrong = typed.wrong(field_errors(refused.errors, desk.say))
        return _show(desk, found, wrong, person, 400)
    return go(f"/staff/patients/{patient_id}", done="removed" if typed.has("remove") else "saved")


def _known(person: RelatedPersonView) -> Typed:
    return typed_of(
        {
            "name": person.name,
            "relationship": person.relationship,
            "phone": person.phone,
            "language": person.language,
            "caregiver": person.is_caregiver,
            "proxy": person.is_proxy,
        }
    )


def _values(typed: Typed) -> dict[str, Any]:
    return {
        "name": typed.value("name"),
        "relationship": typed.value("relationship"),
        "phone": typed.value("phone"),
        "language": typed.value("language") or None,
        "is_caregiver": typed.has("caregiver"),
        "is_proxy": typed.has("proxy"),
    }


def _person(found: PatientRecord, person_id: str) -> RelatedPersonView:
    for person in found.related_people:
        if person.id == person_id:
            return person
    raise NotFound("There is no such person.")


def _show(
    desk: Desk,
    found: PatientRecord,
    typed: Typed,
    person: RelatedPersonView | None = None,
    status: int = 200,
) -> Response[str]:
    said = options("relationship", desk.say)
    if person and person.relationship not in dict(said):
        said.append((person.relationship, person.relationship))
    return desk.show(
        "person.html",
        status,
        relationships=[("", ""), *said],
        patient=found.summary,
        typed=typed,
        person=person,
        version=stamp(_known(person)) if person else "",
        languages=[("", ""), *options("language", desk.say)],
    )
