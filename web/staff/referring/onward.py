"""Where to go next with a need: the best services to try, and those that are tried by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from core.errors import Conflict, Invalid
from directory.queries import service_names, units_at
from patients import queries
from patients.covering import coverage
from patients.views import NeedView, PatientRecord
from referrals import next_best, routing
from referrals.drafting import Target
from referrals.models import RoutePlan
from referrals.next_best import Proposal
from referrals.preparing import preview
from search.candidates import reachable
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id, nothing_typed
from web.staff.patients import COORDINATOR
from web.staff.record import OPEN, open_record, wordings
from web.staff.referring.choosing import told_fields
from web.staff.referring.refusing import of_target
from web.staff.referring.words import reason_words
from web.staff.typed import Sent, Typed

ROUTE = "/staff/needs/{need_id:str}/route"
LONGEST = 5


@dataclass(frozen=True, slots=True)
class Next:
    """A service to try, with the reasons for its place; `unit` is what its pages are called by."""

    proposal: Proposal
    unit: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the plan: tried already, or to come."""

    row: RoutePlan
    service: str


@dataclass(frozen=True, slots=True)
class Onward:
    """What may come next."""

    best: tuple[Next, ...] = ()
    plan: tuple[Step, ...] = ()
    looked: bool = False


def onward(desk: Desk, need: NeedView) -> Onward:
    """The best services to try next, and the plan there is."""
    with desk.database.read() as session:
        wanted = next_best.asked(session, desk.actor, need.id)
    candidates = reachable(desk.site.engine, desk.site.places, wanted)  # outside a transaction
    with desk.database.read() as session:
        found = next_best.propose(session, wanted, candidates, most=LONGEST)
        places = [(item.service_id, item.location_id) for item in found]
        units = units_at(session, places)
        steps = _steps(session, desk, need.id)
    best = tuple(
        Next(item, units[place], tuple(reason_words(one, desk.say) for one in item.reasons))
        for item, place in zip(found, places, strict=True)
        if place in units
    )
    return Onward(best, steps, True)


def _steps(session: Session, desk: Desk, need_id: str) -> tuple[Step, ...]:
    rows = routing.plan(session, desk.actor, need_id)
    names = service_names(session, {row.service_id for row in rows})
    return tuple(Step(row, names.get(row.service_id, "")) for row in rows)


@get(ROUTE, opt=COORDINATOR, sync_to_thread=True)
def route(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """Which services are tried by themselves when a partner does not take it, in which order."""
    desk = desk_of(request)
    return _show(desk, *_open(desk, need_id), nothing_typed())


@post(ROUTE, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def approve(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keeps the list, in the order of the numbers that were chosen."""
    desk = desk_of(request)
    record, need = _open(desk, need_id)
    try:
        with desk.database.write() as session:
            routing.approve(session, desk.actor, need.id, _targets(typed))
    except (Conflict, Invalid) as refused:
        wrong = typed.wrong({"form": of_target(refused, desk.say)[1]})
        return _show(desk, record, need, wrong, 409)
    return go(f"/staff/needs/{need_id}", done="saved")


def _targets(typed: Typed) -> Sequence[Target]:
    """Services by the number each was given; those without one are left out."""
    chosen = []
    for name in typed.fields:
        place, number = name.removeprefix("at-"), typed.value(name)
        if name.startswith("at-") and number in _numbers():
            service, _, location = place.partition("/")
            chosen.append((number, Target(known_id(service), location or None)))
    return [target for _, target in sorted(chosen, key=lambda pair: pair[0])]


def _numbers() -> list[str]:
    return [str(number) for number in range(1, LONGEST + 1)]


def _open(desk: Desk, need_id: str) -> tuple[PatientRecord, NeedView]:
    with desk.database.write() as session:
        patient_id = queries.patient_of_need(session, desk.actor, known_id(need_id))
        record = open_record(session, desk, patient_id, "route")
    return record, next(view for view in record.needs if view.id == need_id)


def _show(
    desk: Desk, record: PatientRecord, need: NeedView, typed: Typed, status: int = 200
) -> Response[str]:
    found = onward(desk, need)
    planned = [step for step in found.plan if step.row.tried_at is None]
    lines = [
        *((_key(s.row.service_id, s.row.location_id), s.service, s.row.partner_id, ())
          for s in planned),
        *((_key(n.proposal.service_id, n.proposal.location_id), n.proposal.name,
           n.proposal.partner_id, n.reasons) for n in found.best),
    ]  # fmt: skip
    with desk.database.write() as session:  # reading it is noted
        fields = told_fields(preview(session, desk.actor, desk.vault, need.id), desk.say)
    offered = {
        key: (name, reasons, coverage(record.consents, partner, fields, restricted=need.restricted))
        for key, name, partner, reasons in lines
    }
    known = {f"at-{_key(s.row.service_id, s.row.location_id)}": str(number)
             for number, s in enumerate(planned, 1)}  # fmt: skip
    return desk.show(
        "referring/route.html",
        status,
        patient=record.summary,
        need=need,
        is_open=need.status in OPEN,
        typed=typed if typed.fields else typed.having(**known),
        tried=[step for step in found.plan if step.row.tried_at],
        offered=offered,
        numbers=[("", desk.say.gettext("not on it")), *((n, f"{n}.") for n in _numbers())],
        **wordings(desk),
    )


def _key(service_id: str, location_id: str | None) -> str:
    return f"{service_id}/{location_id or ''}"
