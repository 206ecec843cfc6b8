"""Where to go next with a need: proposals, the approved plan, and what services can take."""

from dataclasses import asdict
from typing import Any

from litestar import Request, get, put
from litestar.params import FromPath, JSONBody

from api.parameters import record_id
from api.providers import database, engine, places, visitor
from api.staff.answers import Answer, answer
from core.access import staff
from core.errors import Invalid, NotFound
from directory.moving import missing
from patients.forms import parse
from referrals import next_best, routing
from referrals.capacity import CapacityGiven, capacity_of, set_capacity
from referrals.drafting import Target, partner_of
from referrals.forms import CapacityForm, PlanForm
from referrals.models import ProgramCapacity, RoutePlan
from search.candidates import reachable

LOOK = staff("coordinator", scope="referrals:read")
SEND = staff("coordinator", scope="referrals:write")
SEE_ROOM = staff("coordinator", "partner", "admin", scope="referrals:read")
SET_ROOM = staff("partner", "admin", scope="referrals:write")
Json = JSONBody[dict[str, Any]]


@get("/needs/{need_id:str}/next-best", operation_id="nextBest", opt=LOOK, sync_to_thread=True)
def propose(request: Request[Any, Any, Any], need_id: FromPath[str]) -> Answer:
    """Services to try for a need, best first, each with the reasons for its place.

    They reach the patient's ZIP, take referrals, and take part in the network; what was tried
    already is left out.
    """
    who = visitor(request).actor
    with database(request).read() as session:
        wanted = next_best.asked(session, who, record_id(need_id))
    candidates = reachable(engine(request), places(request), wanted)  # outside a transaction
    with database(request).read() as session:
        found = next_best.propose(session, wanted, candidates)
    return answer({"results": [asdict(item) for item in found]})


@get("/needs/{need_id:str}/route-plan", operation_id="routePlan", opt=LOOK, sync_to_thread=True)
def read_plan(request: Request[Any, Any, Any], need_id: FromPath[str]) -> Answer:
    """The services that are tried next by themselves, in the order the coordinator approved."""
    with database(request).read() as session:
        rows = routing.plan(session, visitor(request).actor, record_id(need_id))
    return answer({"results": [_step(row) for row in rows]})


@put("/needs/{need_id:str}/route-plan", operation_id="approveRoutePlan", opt=SEND,
     sync_to_thread=True)  # fmt: skip
def approve_plan(request: Request[Any, Any, Any], need_id: FromPath[str], data: Json) -> Answer:
    """Approve services to be tried by themselves after a decline; consent must cover each of them."""
    form = parse(PlanForm, data)
    targets = [Target(item.service_id, item.location_id) for item in form.targets]
    with database(request).write() as session:
        rows = routing.approve(session, visitor(request).actor, record_id(need_id), targets)
    return answer({"results": [_step(row) for row in rows]})


@get("/capacity/{service_id:str}", operation_id="capacity", opt=SEE_ROOM, sync_to_thread=True)
def read_capacity(request: Request[Any, Any, Any], service_id: FromPath[str]) -> Answer:
    """What a partner has said its service can take, as of `asked_on`; the ETag is its version."""
    with database(request).read() as session:
        partner_id = _partner(session, record_id(service_id))
        row = capacity_of(session, partner_id, service_id)
    if row is None:
        raise NotFound("Nothing is known of this service's capacity.")
    return answer(_room(row), version=row.version)


@put("/capacity/{service_id:str}", operation_id="setCapacity", opt=SET_ROOM, sync_to_thread=True)
def write_capacity(
    request: Request[Any, Any, Any], service_id: FromPath[str], data: Json
) -> Answer:
    """Say what your service can take. No `slots_total` means without limit; taken slots are counted."""
    form = parse(CapacityForm, data)
    given = CapacityGiven(form.slots_total, form.waitlist_open, form.expected_wait_days)
    with database(request).write() as session:
        partner_id = _partner(session, record_id(service_id))
        who = visitor(request).actor
        row = set_capacity(session, who, partner_id, service_id, given, version=form.version)
    return answer(_room(row), version=row.version)


def _partner(session: Any, service_id: str) -> str:
    try:
        return partner_of(session, service_id).id
    except Invalid as error:
        raise missing(session, service_id, error.message) from None


def _step(row: RoutePlan) -> dict[str, Any]:
    return row.model_dump(exclude={"organization_id"})


def _room(row: ProgramCapacity) -> dict[str, Any]:
    return row.model_dump(exclude={"id"})
