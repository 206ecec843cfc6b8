"""What is set aside for a need, and up to four of it side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from core.errors import Conflict, Invalid, NotFound
from patients import queries, shortlist
from patients.models import Shortlisted
from patients.views import NeedView, PatientRecord
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.patients import COORDINATOR
from web.staff.record import OPEN, open_record, wordings
from web.staff.typed import Sent
from web.staff.working.comparing import Column, Standpoint, columns, standpoint
from web.staff.working.hand import units_of
from web.units import public_views

SHORTLIST = "/staff/needs/{need_id:str}/shortlist"
SIDE_BY_SIDE = 4


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line of the shortlist; `column` is None for what is listed no longer."""

    service_id: str
    location_id: str
    column: Column | None


@dataclass(frozen=True, slots=True)
class Table:
    """A need with its shortlist, ready to be shown."""

    record: PatientRecord
    need: NeedView
    point: Standpoint
    lines: tuple[Chosen, ...]


@get(SHORTLIST, opt=COORDINATOR, sync_to_thread=True)
def show(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """What is set aside for the need."""
    desk = desk_of(request)
    return _show(desk, opened(desk, need_id))


@post(SHORTLIST, opt=COORDINATOR, sync_to_thread=True, status_code=303)
def change(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Sets one service aside, or takes it off, and leads back to where that was done."""
    desk = desk_of(request)
    unit = typed.value("unit")
    if typed.value("do") == "remove" and typed.value("service"):
        pair: tuple[str, str | None] = (typed.value("service"), typed.value("location") or None)
    else:
        views = public_views(desk.site, [unit])
        if not views:
            raise NotFound("There is no such service.")
        place = views[0].location
        pair = (views[0].service_id, place.id if place else None)
    try:
        with desk.database.write() as session:
            do = shortlist.remove if typed.value("do") == "remove" else shortlist.add
            do(session, desk.actor, known_id(need_id), *pair)
    except Conflict as refused:
        return _show(desk, opened(desk, need_id), 409, desk.say.gettext(refused.message))
    except Invalid:
        raise NotFound("There is no such service.") from None
    return _back(typed.value("back"), need_id, unit)


@get("/staff/needs/{need_id:str}/compare", opt=COORDINATOR, sync_to_thread=True)
def compare(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """Up to four side by side: those named in the address, else the first of the shortlist."""
    desk = desk_of(request)
    table = opened(desk, need_id)
    asked = [value for name, value in here(request).pairs if name == "unit"]
    found = [line.column for line in table.lines if line.column]
    chosen = [column for column in found if column.id in asked] or found
    return desk.show(
        "working/compare.html",
        table=table,
        columns=chosen[:SIDE_BY_SIDE],
        left_out=max(0, len(chosen) - SIDE_BY_SIDE),
        **wordings(desk),
    )


def opened(desk: Desk, need_id: str) -> Table:
    """The need, whose it is, and its shortlist as this patient would see it. Audited."""
    with desk.database.write() as session:
        patient_id = queries.patient_of_need(session, desk.actor, known_id(need_id))
        record = open_record(session, desk, patient_id, "need")
        held, units = _held(session, desk, need_id)
    need = next(view for view in record.needs if view.id == need_id)
    point = standpoint(record, desk)
    views = {view.id: view for view in public_views(desk.site, list(units.values()))}
    known = {view.id: column for view, column in zip(views.values(), columns(
        list(views.values()), point, desk), strict=True)}  # fmt: skip
    lines = tuple(
        Chosen(line.service_id, line.location_id or "", known.get(units.get(line.id, "")))
        for line in held
    )
    return Table(record, need, point, lines)


def _held(
    session: Session, desk: Desk, need_id: str
) -> tuple[Sequence[Shortlisted], dict[str, str]]:
    held = shortlist.shortlist(session, desk.actor, need_id)
    return held, units_of(session, held)


def _show(desk: Desk, table: Table, status: int = 200, refused: str = "") -> Response[str]:
    return desk.show(
        "working/shortlist.html",
        status,
        table=table,
        is_open=table.need.status in OPEN,
        most=SIDE_BY_SIDE,
        refused=refused,
        **wordings(desk),
    )


def _back(path: str, need_id: str, unit: str) -> Response[Any]:
    """To the list of services it was chosen from, at the same card; else to the shortlist."""
    if path.startswith(("/staff/find", "/staff/services/")) and path.isprintable():
        return go(f"{path}#s-{unit}" if unit else path)
    return go(f"/staff/needs/{need_id}/shortlist")
