"""A record changed section by section; two people at once lose nothing."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from core.errors import Conflict, Invalid, NotFound
from patients import commands
from patients.forms import PatientForm, parse
from patients.views import PatientRecord
from web.i18n import N_
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go
from web.staff.fields import LANGUAGE_ROWS, as_typed, known_values, patient_values
from web.staff.patients import COORDINATOR
from web.staff.reading import read_number
from web.staff.record import open_record
from web.staff.typed import Sent, Typed
from web.staff.wording import Options, field_errors, options, word
from web.staff.working.drafts import begun, sent

SECTION = "/staff/patients/{patient_id:str}/edit/{section:str}"
SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "identity": (N_("Name and birth date"), ("name", "preferred_name", "pronouns", "birth_date")),
    "place": (N_("Where they live"), ("address", "postal_code", "pin")),
    "language": (N_("Language and communication"), ("languages", "interpreter", "communication")),
    "means": (
        N_("Getting around, insurance, papers"),
        ("mobility", "insurance", "income_band", "documents_held"),
    ),
    "notes": (N_("Notes"), ("notes",)),
}
"""Name in the address → heading, and the fields in it."""


@get(SECTION, opt=COORDINATOR, sync_to_thread=True)
def edit(request: PageRequest, patient_id: FromPath[str], section: FromPath[str]) -> Response[str]:
    """The form of one section."""
    desk = desk_of(request)
    found = _open(desk, patient_id, section)
    known = as_typed(known_values(found), desk.say)
    return _show(desk, found, section, begun(desk, known, found.version))


@post(SECTION, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def save(
    request: PageRequest, patient_id: FromPath[str], section: FromPath[str], typed: Sent
) -> Response[Any]:
    """Keeps one section; the others stay as they are."""
    desk = desk_of(request)
    found = _open(desk, patient_id, section)
    values, errors = patient_values(typed, SECTIONS[section][1], desk.say)
    try:
        form = parse(PatientForm, known_values(found) | values)
    except Invalid as refused:
        errors = field_errors(refused.errors, desk.say) | errors
    if errors:
        return _show(desk, found, section, typed.wrong(errors), 400)
    try:
        with desk.database.write() as session:
            commands.update_patient(
                session,
                desk.actor,
                desk.vault,
                patient_id,
                form,
                version=read_number(typed.value("version"), 0),
            )
            sent(session, desk)
    except Conflict:
        words = desk.say.gettext(
            "Somebody changed this record while you were writing. What you typed is still here:"
            " look at the record, then save again."
        )
        return _show(desk, found, section, typed.wrong({"form": words}), 409)
    return go(f"/staff/patients/{patient_id}", done="saved")


def _open(desk: Desk, patient_id: str, section: str) -> PatientRecord:
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "edit")
    if section not in SECTIONS:
        raise NotFound("There is no such section.")
    return found


def _show(
    desk: Desk, found: PatientRecord, section: str, typed: Typed, status: int = 200
) -> Response[str]:
    return desk.show(
        "edit.html",
        status,
        patient=found.summary,
        version=found.version,
        section=section,
        heading=desk.say.gettext(SECTIONS[section][0]),
        typed=typed,
        options=lambda name: options(name, desk.say),
        languages=_languages(found, desk),
        rows=max(LANGUAGE_ROWS, len(found.summary.languages) + 1),
    )


def _languages(found: PatientRecord, desk: Desk) -> Options:
    """Those offered, and those this record has already."""
    offered = options("language", desk.say)
    known = {tag for tag, _ in offered}
    more = [tag for tag in found.summary.languages if tag not in known]
    return offered + [(tag, word("language", tag, desk.say)) for tag in more]
