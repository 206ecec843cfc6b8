"""The long life of a record: its history, merging, taking along, erasing."""

from typing import Any

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from msgspec import json as encoder

from accounts.queries import names_of
from core.clock import now
from core.errors import Conflict, Invalid
from patients import lifecycle, names, queries
from patients.history import history as history_of
from patients.views import PatientRecord, PatientSummary
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import NO_STORE, Desk, desk_of, go, known_id, nothing_typed
from web.staff.events import lines_of
from web.staff.patients import COORDINATOR, what_was_asked
from web.staff.reading import read_number
from web.staff.record import open_record
from web.staff.typed import Sent, Typed

RECORD = "/staff/patients/{patient_id:str}"


@get(f"{RECORD}/history", opt=COORDINATOR, sync_to_thread=True)
def history(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """What was done to the record; with `reads`, who looked at it, too."""
    desk = desk_of(request)
    asked = dict(here(request).pairs)
    number = read_number(asked.get("page", ""))
    reads = asked.get("reads") == "1"
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "history")
        page = history_of(session, desk.actor, patient_id, reads=reads, page=number)
        people = names_of(session, {event.actor_id for event in page.items})
    return desk.show(
        "history.html",
        patient=found.summary,
        page=page,
        lines=lines_of(page.items, people, desk.say, desk.site.zone),
        reads=reads,
    )


@get(f"{RECORD}/merge", opt=COORDINATOR, sync_to_thread=True)
def choose(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """Records that may be of the same person, to choose the one that stays."""
    return _merging(desk_of(request), patient_id, nothing_typed())


@post(f"{RECORD}/merge", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def merge(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Merges this record into the one chosen, or looks for others to choose from."""
    desk = desk_of(request)
    into = typed.value("into")
    if typed.has("look"):
        return _merging(desk, patient_id, typed)
    if not into or not typed.has("sure"):
        words = desk.say.gettext("Choose the record that stays, and say that you compared them.")
        return _merging(desk, patient_id, typed.wrong({"into": words}), 400)
    try:
        with desk.database.write() as session:
            lifecycle.merge(session, desk.actor, known_id(patient_id), known_id(into))
    except (Invalid, Conflict) as refused:
        wrong = typed.wrong({"into": desk.say.gettext(refused.message)})
        return _merging(desk, patient_id, wrong, 400)
    return go(f"/staff/patients/{into}", done="merged")


@post(f"{RECORD}/export", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def export(request: PageRequest, patient_id: FromPath[str]) -> Response[bytes]:
    """The whole record as a file, for the patient. Noted as an export."""
    desk = desk_of(request)
    with desk.database.write() as session:
        found = lifecycle.export(session, desk.actor, desk.vault, known_id(patient_id))
    name = f"record-{now():%Y-%m-%d}.json"
    return Response(
        encoder.format(encoder.encode(found), indent=2),
        media_type=MediaType.JSON,
        headers={**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'},
    )


@get(f"{RECORD}/erase", opt=COORDINATOR, sync_to_thread=True)
def ask(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """What erasing means, before it is done."""
    desk = desk_of(request)
    return _erasing(desk, _open(desk, patient_id), nothing_typed())


@post(f"{RECORD}/erase", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def erase(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Forgets who the patient is, once the name was typed."""
    desk = desk_of(request)
    found = _open(desk, patient_id)
    if names.fold(typed.value("name")) != names.fold(found.summary.name):
        words = desk.say.gettext("Type the name as it stands above.")
        return _erasing(desk, found, typed.wrong({"name": words}), 400)
    with desk.database.write() as session:
        lifecycle.erase(session, desk.actor, patient_id)
    return go("/staff/patients", done="erased")


def _open(desk: Desk, patient_id: str) -> PatientRecord:
    with desk.database.write() as session:
        return open_record(session, desk, patient_id, "erase")


def _erasing(desk: Desk, found: PatientRecord, typed: Typed, status: int = 200) -> Response[str]:
    return desk.show("erase.html", status, patient=found.summary, record=found, typed=typed)


def _merging(desk: Desk, patient_id: str, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "merge")
        who = (session, desk.actor, desk.vault, found.summary.organization_id)
        if text := typed.value("who").strip():
            others = queries.patients(*who, **what_was_asked(text, desk.say.code)).items
        else:
            near = queries.near_matches(*who, found.summary.name, found.summary.birth_date)
            others = tuple(near)
    shown: list[PatientSummary] = [line for line in others if line.id != found.summary.id]
    return desk.show(
        "merge.html", status, patient=found.summary, record=found, others=shown, typed=typed
    )
