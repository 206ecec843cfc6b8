"""Ways to reach a patient, and when each is safe: all of them on one form."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from core.errors import Invalid
from patients import commands
from patients.forms import ContactForm, parse
from patients.views import ContactView, PatientRecord
from web.i18n import Language
from web.providers import PageRequest
from web.staff import rows
from web.staff.desk import Desk, desk_of
from web.staff.patients import COORDINATOR
from web.staff.typed import Sent, Typed, typed_of
from web.staff.week import day_options, read_window, window_fields
from web.staff.wording import options
from web.staff.working.drafts import begun, sent, stamp

CONTACTS = "/staff/patients/{patient_id:str}/contacts"
ROWS_MAX = 12
Forms = list[ContactForm]


@get(CONTACTS, opt=COORDINATOR, sync_to_thread=True)
def edit(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """Every way to reach the patient, and room for one more."""
    desk = desk_of(request)
    found = rows.opened(desk, patient_id)
    known = _filled(found)
    return _show(desk, found, begun(desk, known, stamp(known)))


@post(CONTACTS, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def save(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Replaces the ways to reach the patient."""
    desk = desk_of(request)
    found = rows.opened(desk, patient_id)
    forms, errors = read_contacts(typed, desk.say)
    if errors:
        return _show(desk, found, typed.wrong(errors), 400)
    with desk.database.write() as session:
        commands.set_contacts(session, desk.actor, desk.vault, patient_id, forms)
        sent(session, desk)
    return rows.after(desk, patient_id, typed)


def read_contacts(typed: Typed, say: Language) -> tuple[Forms, dict[str, str]]:
    """The rows that say something, in their order; and what is wrong, by field."""
    forms: Forms = []
    errors: dict[str, str] = {}
    for at in range(ROWS_MAX):
        row = f"c{at}"
        if not typed.value(f"{row}-value").strip() or typed.has(f"{row}-remove"):
            continue
        hours, wrong = _hours(typed, row, say)
        values = {
            "system": typed.value(f"{row}-system"),
            "value": typed.value(f"{row}-value"),
            "safe": not typed.has(f"{row}-unsafe"),
            "voicemail_ok": typed.has(f"{row}-voicemail"),
            "text_ok": typed.has(f"{row}-text"),
            "safe_hours": hours,
            "language": typed.value(f"{row}-language") or None,
            "rank": min(len(forms) + 1, 9),
        }
        try:
            forms.append(parse(ContactForm, values if not wrong else values | {"safe_hours": []}))
        except Invalid:
            wrong[f"{row}-value"] = say.gettext("Type a number or an address.")
        errors |= wrong
    return forms, errors


def _hours(typed: Typed, row: str, say: Language) -> tuple[list[str], dict[str, str]]:
    hours: list[str] = []
    errors: dict[str, str] = {}
    for number in range(ROWS_MAX):
        text, wrong = read_window(typed, f"{row}-h{number}", say)
        errors |= wrong
        hours += [text] if text and not wrong else []
    return hours, errors


def _filled(found: PatientRecord) -> Typed:
    fields: dict[str, object] = {}
    for at, contact in enumerate(sorted(found.contacts, key=lambda contact: contact.rank)):
        fields |= _row(f"c{at}", contact)
    return typed_of(fields)


def _row(row: str, contact: ContactView) -> dict[str, object]:
    fields: dict[str, object] = {
        f"{row}-system": contact.system,
        f"{row}-value": contact.value,
        f"{row}-unsafe": not contact.safe,
        f"{row}-voicemail": contact.voicemail_ok,
        f"{row}-text": contact.text_ok,
        f"{row}-language": contact.language,
    }
    for number, hours in enumerate(contact.safe_hours):
        fields |= window_fields(f"{row}-h{number}", hours)
    return fields


def _show(desk: Desk, found: PatientRecord, typed: Typed, status: int = 200) -> Response[str]:
    used = [at for at in range(ROWS_MAX) if typed.value(f"c{at}-value")]
    return desk.show(
        "contacts.html",
        status,
        patient=found.summary,
        typed=typed,
        version=stamp(_filled(found)),
        rows=[(f"c{at}", _windows(typed, f"c{at}")) for at in range(rows.shown(used, ROWS_MAX))],
        systems=options("system", desk.say),
        languages=[("", ""), *options("language", desk.say)],
        days=day_options(desk.say),
    )


def _windows(typed: Typed, row: str) -> list[str]:
    """Prefixes of the windows of a row: those filled in, or one blank."""
    used = [n for n in range(ROWS_MAX) if typed.all(f"{row}-h{n}-days")]
    return [f"{row}-h{number}" for number in range(max(used) + 1 if used else 1)]
