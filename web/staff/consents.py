"""Consents: recorded as they were given, ended when they are taken back."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.queries import partners
from core.errors import Invalid
from patients import caring, queries
from patients.forms import ConsentForm, parse
from patients.views import PatientRecord
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.patients import COORDINATOR
from web.staff.record import local_today, open_record, wordings
from web.staff.typed import Sent, Typed, typed_of
from web.staff.wording import field_errors, options
from web.staff.working.drafts import begun, sent

NEW = "/staff/patients/{patient_id:str}/consents/new"
REVOKE = "/staff/consents/{consent_id:str}/revoke"
USUAL = ("name", "contact", "languages", "need")
FIELDS = {"related_person_id": "person", "data_categories": "shared"}


@get(NEW, opt=COORDINATOR, sync_to_thread=True)
def new(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """The form for a consent."""
    desk = desk_of(request)
    usual = {"shared": USUAL, "valid_from": local_today(desk), "given_by": "patient"}
    return _form(desk, _open(desk, patient_id), begun(desk, typed_of(usual)))


@post(NEW, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def give(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Records what the patient allows to be shared."""
    desk = desk_of(request)
    found = _open(desk, patient_id)
    try:
        with desk.database.write() as session:
            form = parse(ConsentForm, _values(typed))
            caring.give_consent(session, desk.actor, desk.vault, patient_id, form)
            sent(session, desk)
    except Invalid as refused:
        errors = _about_the_whole(field_errors(refused.errors, desk.say), typed, desk)
        wrong = {FIELDS.get(name, name): words for name, words in errors.items()}
        return _form(desk, found, typed.wrong(wrong), 400)
    return go(f"/staff/patients/{patient_id}", done="added")


@get(REVOKE, opt=COORDINATOR, sync_to_thread=True)
def ask(request: PageRequest, consent_id: FromPath[str]) -> Response[str]:
    """What ending a consent means, before it is done."""
    desk = desk_of(request)
    with desk.database.write() as session:
        patient_id = queries.patient_of_consent(session, desk.actor, known_id(consent_id))
        found = open_record(session, desk, patient_id, "consent")
        names = {partner.id: partner.name for partner in partners(session)}
    consent = next(view for view in found.consents if view.id == consent_id)
    return desk.show(
        "consent_revoke.html",
        patient=found.summary,
        consent=consent,
        partner_names=names,
        **wordings(desk),
    )


@post(REVOKE, opt=COORDINATOR, sync_to_thread=True, status_code=303)
def revoke(request: PageRequest, consent_id: FromPath[str]) -> Response[Any]:
    """Ends a consent at once."""
    desk = desk_of(request)
    with desk.database.write() as session:
        row = caring.revoke_consent(session, desk.actor, known_id(consent_id))
        patient_id = row.patient_id
    return go(f"/staff/patients/{patient_id}", done="ended")


def _open(desk: Desk, patient_id: str) -> PatientRecord:
    with desk.database.write() as session:
        return open_record(session, desk, patient_id, "consent")


def _values(typed: Typed) -> dict[str, Any]:
    by = typed.value("given_by") or "patient"
    return {
        "partners": list(typed.all("partners")),
        "data_categories": list(typed.all("shared")),
        "purpose": typed.value("purpose") or "referral",
        "restricted": typed.value("restricted"),
        "given_how": typed.value("given_how"),
        "given_by": by,
        "related_person_id": typed.value("person") if by != "patient" else None,
        "evidence": typed.value("evidence"),
        "valid_from": typed.value("valid_from"),
        "valid_until": typed.value("valid_until"),
    }


def _about_the_whole(errors: dict[str, str], typed: Typed, desk: Desk) -> dict[str, str]:
    """What is wrong with dates together, or with who gave it, beside the field to change."""
    if "form" not in errors:
        return errors
    last = typed.value("valid_until")
    if last and last < typed.value("valid_from"):
        return {"valid_until": desk.say.gettext("Choose a last day that is not before the first.")}
    return {"person": desk.say.gettext("Choose who gave it.")}


def _form(desk: Desk, found: PatientRecord, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        known = [(partner.id, partner.name) for partner in partners(session)]
    proxies = [(p.id, p.name) for p in found.related_people if p.is_proxy]
    return desk.show(
        "consent_form.html",
        status,
        patient=found.summary,
        typed=typed,
        partners=known,
        proxies=proxies,
        options=lambda name: options(name, desk.say),
    )
