"""Needs: opened, changed, moved on, confirmed. Each has a page of its own."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from core.errors import Conflict, Invalid
from patients import caring, coming_back, queries
from patients.forms import NeedForm, parse
from patients.models import LoopConfirmation, NeedStatus
from patients.views import NeedView, PatientRecord
from referrals.confirming import confirm as confirm_end
from referrals.models import ReferralEvent
from referrals.queries import attempts
from referrals.views import ReferralLine
from web.loop_line import Station, drawing, loop_line
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id, nothing_typed
from web.staff.patients import COORDINATOR
from web.staff.reading import read_number
from web.staff.record import OPEN, open_record, wordings
from web.staff.typed import Sent, Typed, typed_of
from web.staff.wording import field_errors, options
from web.staff.working.drafts import begun, sent

NEW = "/staff/patients/{patient_id:str}/needs/new"
NEED = "/staff/needs/{need_id:str}"
FIELDS = {"related_person_id": "subject"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One referral for a need: to whom, and how far it has come, in words and drawn (HTML)."""

    id: str
    service: str
    partner: str
    stations: tuple[Station, ...]
    drawing: str


@get(NEW, opt=COORDINATOR, sync_to_thread=True)
def new(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """The form for a new need."""
    desk = desk_of(request)
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "need")
    return _form(desk, found, begun(desk, nothing_typed()))


@post(NEW, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def open_need(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Records an unmet need."""
    desk = desk_of(request)
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "need")
    try:
        with desk.database.write() as session:
            form = parse(NeedForm, _values(typed))
            need = caring.open_need(session, desk.actor, desk.vault, patient_id, form)
            sent(session, desk)
    except Invalid as refused:
        return _form(desk, found, typed.wrong(_errors(refused, desk)), status=400)
    return go(f"/staff/needs/{need.id}", done="added")


@get(NEED, opt=COORDINATOR, sync_to_thread=True)
def need(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """One need: what it is, where it stands, what was tried."""
    desk = desk_of(request)
    found, view = _open(desk, need_id)
    return _show(desk, found, view, nothing_typed())


@get(f"{NEED}/edit", opt=COORDINATOR, sync_to_thread=True)
def edit(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """The form of a need."""
    desk = desk_of(request)
    found, view = _open(desk, need_id)
    known = {
        "category": view.category,
        "words": view.words,
        "urgency": view.urgency,
        "restricted": view.restricted,
        "subject": view.subject.id if view.subject else "",
        "opened_on": view.opened_on,
        "screened_on": view.screened_on,
    }
    return _form(desk, found, begun(desk, typed_of(known), view.version), view)


@post(f"{NEED}/edit", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def save(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keeps what a need is about."""
    desk = desk_of(request)
    found, view = _open(desk, need_id)
    try:
        with desk.database.write() as session:
            form = parse(NeedForm, _values(typed))
            caring.update_need(
                session, desk.actor, desk.vault, need_id, form, version=_version(typed)
            )
            sent(session, desk)
    except Invalid as refused:
        return _form(desk, found, typed.wrong(_errors(refused, desk)), view, 400)
    except Conflict as refused:
        wrong = typed.wrong({"form": desk.say.gettext(refused.message)})
        return _form(desk, found, wrong, view, 409)
    return go(f"/staff/needs/{need_id}", done="saved")


@post(f"{NEED}/status", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def set_status(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Says where a need stands."""
    desk = desk_of(request)
    found, view = _open(desk, need_id)
    if typed.value("status") not in set(NeedStatus):
        words = desk.say.gettext("Choose where the need stands.")
        return _show(desk, found, view, typed.wrong({"status": words}), 400)
    try:
        with desk.database.write() as session:
            status = NeedStatus(typed.value("status"))
            version = _version(typed)
            caring.set_need_status(session, desk.actor, need_id, status, version=version)
    except Conflict as refused:
        wrong = typed.wrong({"status": desk.say.gettext(refused.message)})
        return _show(desk, found, view, wrong, 409)
    return go(f"/staff/needs/{need_id}", done="saved")


@post(f"{NEED}/confirm", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def confirm(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Says who confirmed how it ended, or that they say otherwise."""
    desk = desk_of(request)
    found, view = _open(desk, need_id)
    said = set(LoopConfirmation) - {LoopConfirmation.UNCONFIRMED}
    if typed.value("by") not in said:
        words = desk.say.gettext("Choose who confirmed it.")
        return _show(desk, found, view, typed.wrong({"by": words}), 400)
    try:
        with desk.database.write() as session:
            by, version = LoopConfirmation(typed.value("by")), _version(typed)
            met = by is not LoopConfirmation.DISPUTED
            confirm_end(session, desk.actor, need_id, met=met, version=version,
                        words_of=by if met else None)  # fmt: skip
    except Conflict as refused:
        wrong = typed.wrong({"by": desk.say.gettext(refused.message)})
        return _show(desk, found, view, wrong, 409)
    return go(f"/staff/needs/{need_id}", done="saved")


def show_need(desk: Desk, need_id: str, typed: Typed, status: int) -> Response[str]:
    """The need with what was typed into one of its other forms."""
    return _show(desk, *_open(desk, need_id), typed, status)


def _open(desk: Desk, need_id: str) -> tuple[PatientRecord, NeedView]:
    """The record of whoever has the need, and the need. Raises NotFound."""
    with desk.database.write() as session:
        patient_id = queries.patient_of_need(session, desk.actor, known_id(need_id))
        found = open_record(session, desk, patient_id, "need")
    return found, next(view for view in found.needs if view.id == need_id)


def _attempt(
    line: ReferralLine, events: list[ReferralEvent], need: NeedView, desk: Desk
) -> Attempt:
    confirmation = need.loop_confirmation if line.outcome else "unconfirmed"
    stations = loop_line(events, desk.say, desk.site.zone, confirmation=confirmation)
    return Attempt(line.id, line.service, line.partner, stations, drawing(stations))


def _values(typed: Typed) -> dict[str, Any]:
    return {
        "category": typed.value("category"),
        "words": typed.value("words"),
        "urgency": typed.value("urgency") or "routine",
        "restricted": typed.value("restricted"),
        "related_person_id": typed.value("subject"),
        "opened_on": typed.value("opened_on"),
        "screened_on": typed.value("screened_on"),
    }


def _version(typed: Typed) -> int:
    return read_number(typed.value("version"), 0)


def _errors(refused: Invalid, desk: Desk) -> dict[str, str]:
    found = field_errors(refused.errors, desk.say)
    return {FIELDS.get(name, name): words for name, words in found.items()}


def _form(
    desk: Desk,
    found: PatientRecord,
    typed: Typed,
    view: NeedView | None = None,
    status: int = 200,
) -> Response[str]:
    people = [(person.id, person.name) for person in found.related_people]
    return desk.show(
        "need_form.html",
        status,
        patient=found.summary,
        need=view,
        typed=typed,
        options=lambda name: options(name, desk.say),
        people=people,
    )


def _show(
    desk: Desk, found: PatientRecord, view: NeedView, typed: Typed, status: int = 200
) -> Response[str]:
    with desk.database.read() as session:
        tried = [_attempt(*pair, view, desk) for pair in attempts(session, desk.actor, view.id)]
        watching = coming_back.watches(session, desk.actor, view.id)
    ends = [pair for pair in options("status", desk.say) if pair[0] != view.status]
    said = [pair for pair in options("loop", desk.say) if pair[0] != "unconfirmed"]
    return desk.show(
        "need.html",
        status,
        patient=found.summary,
        need=view,
        typed=typed,
        is_open=view.status in OPEN,
        tried=tried,
        watching=watching,
        statuses=ends,
        confirmations=said,
        **wordings(desk),
    )
