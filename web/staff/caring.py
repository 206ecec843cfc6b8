"""Whose patient it is: given to another coordinator, or covered for a while; whole caseloads too."""

from datetime import datetime, time, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.models import Role
from core.access import staff
from core.errors import Forbidden, Invalid, NotFound
from patients import caring, caseloads
from patients.models import AssignmentKind
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, nothing_typed
from web.staff.patients import COORDINATOR
from web.staff.reading import read_day
from web.staff.record import open_record, wordings
from web.staff.typed import Sent, Typed
from web.staff.wording import options

CASELOAD = "/staff/patients/{patient_id:str}/caseload"
CASELOADS = "/staff/caseloads"
HANDS_OVER = staff(Role.COORDINATOR, Role.SUPERVISOR, Role.ADMIN)


@get(CASELOAD, opt=COORDINATOR, sync_to_thread=True)
def who(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """Who has the patient, and to whom they can be given."""
    return _show(desk_of(request), patient_id, nothing_typed())


@post(CASELOAD, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def assign(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Gives the patient to somebody for good, or until the end of a day."""
    desk = desk_of(request)
    kind, user = typed.value("kind"), typed.value("user")
    try:
        with desk.database.write() as session:
            found = open_record(session, desk, patient_id, "caseload")
            of = found.summary.organization_id
            if user not in dict(caseloads.coordinators(session, desk.actor, of)):
                raise Invalid(desk.say.gettext("Choose a coordinator."), parameter="user")
            if kind not in set(AssignmentKind):
                raise Invalid(desk.say.gettext("Choose for good or for a while."), parameter="kind")
            until = _end_of(typed, desk) if kind == AssignmentKind.COVER else None
            caring.assign(session, desk.actor, patient_id, user, AssignmentKind(kind), until=until)
    except Invalid as refused:
        return _show(desk, patient_id, typed.wrong(desk.errors(refused)), 400)
    return go(f"/staff/patients/{patient_id}", done="saved")


@get(CASELOADS, opt=HANDS_OVER, sync_to_thread=True)
def loads(request: PageRequest) -> Response[str]:
    """How many patients each coordinator has, and the form to hand a caseload over."""
    return _loads(desk_of(request), nothing_typed())


@post(CASELOADS, opt=HANDS_OVER, sync_to_thread=True, status_code=200)
def hand_over(request: PageRequest, typed: Sent) -> Response[Any]:
    """Moves a whole caseload."""
    desk = desk_of(request)
    chosen = {name: typed.value(name) for name in ("from", "to")}
    words = desk.say.gettext("Choose two different people.")
    if not all(chosen.values()) or chosen["from"] == chosen["to"]:
        return _loads(desk, typed.wrong({"to": words}), 400)
    try:
        with desk.database.write() as session:
            caring.hand_over(
                session, desk.actor, desk.organization_id, chosen["from"], chosen["to"]
            )
    except (Forbidden, NotFound) as refused:
        return _loads(desk, typed.wrong({"from": desk.say.gettext(refused.message)}), 400)
    return go(CASELOADS, done="moved")


def _end_of(typed: Typed, desk: Desk) -> datetime | None:
    """The end of the day chosen, where this installation is; None when none is."""
    day = read_day(typed.value("until"), desk.say.code)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time.min, desk.site.zone)


def _show(desk: Desk, patient_id: str, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "caseload")
        people = caseloads.coordinators(session, desk.actor, found.summary.organization_id)
        carers = caseloads.carers(session, desk.actor, patient_id)
    return desk.show(
        "caseload.html",
        status,
        patient=found.summary,
        typed=typed,
        people=people,
        carers=carers,
        kinds=options("kind", desk.say),
        **wordings(desk),
    )


def _loads(desk: Desk, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        found = caseloads.caseloads(session, desk.actor, desk.organization_id)
    anybodys = desk.holds(Role.SUPERVISOR, Role.ADMIN)
    mine = desk.actor.id
    givers = [load for load in found if load.patients and (anybodys or load.user_id == mine)]
    return desk.show(
        "caseloads.html",
        status,
        typed=typed,
        found=found,
        givers=[(load.user_id, load.name) for load in givers],
        takers=[(load.user_id, load.name) for load in found if load.here],
    )
