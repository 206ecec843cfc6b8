"""Free and blocked hours of a patient's week: all of them on one form."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from core.errors import Invalid
from patients import commands
from patients.forms import TimeForm, parse
from patients.views import PatientRecord
from web.i18n import Language
from web.providers import PageRequest
from web.staff import rows
from web.staff.desk import Desk, desk_of
from web.staff.patients import COORDINATOR
from web.staff.record import local_today
from web.staff.typed import Sent, Typed, typed_of
from web.staff.week import day_options, read_window, week_of, window_fields
from web.staff.wording import options
from web.staff.working.drafts import begun, sent, stamp

TIMES = "/staff/patients/{patient_id:str}/times"
ROWS_MAX = 20


@get(TIMES, opt=COORDINATOR, sync_to_thread=True)
def edit(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """The hours known, and room for two more."""
    desk = desk_of(request)
    found = rows.opened(desk, patient_id)
    known = _filled(found)
    return _show(desk, found, begun(desk, known, stamp(known)))


@post(TIMES, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def save(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Replaces the hours."""
    desk = desk_of(request)
    found = rows.opened(desk, patient_id)
    forms, errors = read_times(typed, desk.say)
    if errors:
        return _show(desk, found, typed.wrong(errors), 400)
    with desk.database.write() as session:
        commands.set_times(session, desk.actor, desk.vault, patient_id, forms)
        sent(session, desk)
    return rows.after(desk, patient_id, typed)


def read_times(typed: Typed, say: Language) -> tuple[list[TimeForm], dict[str, str]]:
    """The rows that say something; and what is wrong, by field."""
    forms: list[TimeForm] = []
    errors: dict[str, str] = {}
    for at in range(ROWS_MAX):
        row = f"t{at}"
        window, wrong = read_window(typed, row, say)
        if not window or typed.has(f"{row}-remove"):
            continue
        values = {
            "kind": typed.value(f"{row}-kind"),
            "window": window,
            "reason": typed.value(f"{row}-reason"),
            "valid_from": typed.value(f"{row}-first"),
            "valid_to": typed.value(f"{row}-last"),
        }
        if not wrong:
            try:
                forms.append(parse(TimeForm, values))
            except Invalid:
                wrong[f"{row}-last"] = say.gettext(
                    "Choose a last day that is not before the first."
                )
        errors |= wrong
    return forms, errors


def _filled(found: PatientRecord) -> Typed:
    fields: dict[str, object] = {}
    for at, time in enumerate(found.times):
        fields |= window_fields(f"t{at}", time.window)
        fields |= {
            f"t{at}-kind": time.kind,
            f"t{at}-reason": time.reason,
            f"t{at}-first": time.valid_from,
            f"t{at}-last": time.valid_to,
        }
    return typed_of(fields)


def _show(desk: Desk, found: PatientRecord, typed: Typed, status: int = 200) -> Response[str]:
    used = [at for at in range(ROWS_MAX) if typed.all(f"t{at}-days") or typed.value(f"t{at}-from")]
    return desk.show(
        "times.html",
        status,
        patient=found.summary,
        typed=typed,
        version=stamp(_filled(found)),
        rows=[f"t{at}" for at in range(rows.shown(used, ROWS_MAX))],
        kinds=options("time", desk.say)[::-1],
        days=day_options(desk.say),
        week=week_of(found.times, local_today(desk), desk.say),
    )
