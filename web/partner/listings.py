"""The partner's own services: what they can take now, each switch one tap, and what was proposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts import listings as own
from accounts.models import NetworkOrganization
from core.errors import Conflict, Invalid
from directory.models import ProposalStatus, Service, ServiceStatus
from directory.proposals import ProposalView
from referrals import capacity
from referrals.models import ProgramCapacity
from web.i18n import N_
from web.partner.inbox import PARTNER
from web.providers import PageRequest
from web.respond import room
from web.staff.desk import Desk, desk_of, go, known_id, nothing_typed, said
from web.staff.typed import Sent, Typed

LISTINGS = "/staff/listings"
ONE = f"{LISTINGS}/{{service_id:str}}"
TOLD = 6
"""So many of the newest proposals are listed."""
BECAME: Mapping[ProposalStatus, str] = {
    ProposalStatus.OPEN: N_("A curator looks at it"),
    ProposalStatus.ACCEPTED: N_("Put right"),
    ProposalStatus.DECLINED: N_("Left as it is"),
    ProposalStatus.DIRECT: N_("Put right at once"),
}


@dataclass(frozen=True, slots=True)
class Own:
    """A service of the list. `fields` are those of its switches, `full` that all places are taken."""

    id: str
    name: str
    takes: bool
    closed: bool
    asked: str
    taken: int
    total: int | None
    waitlist: bool | None
    wait_days: int | None
    fields: Typed

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self.total is not None and self.taken >= self.total


@dataclass(frozen=True, slots=True)
class Proposed:
    """A correction that was proposed, and what became of it."""

    service: str
    on: str
    became: str
    decision: str


@get(LISTINGS, opt=PARTNER, sync_to_thread=True)
def listings(request: PageRequest) -> Response[str]:
    """Every service, with its switches."""
    return _show(desk_of(request))


@get(ONE, opt=PARTNER, sync_to_thread=True)
def ask_capacity(request: PageRequest, service_id: FromPath[str]) -> Response[str]:
    """Asks how many the service can take."""
    desk, key = desk_of(request), known_id(service_id)
    return _ask(desk, key, None)


@post(ONE, opt=PARTNER, sync_to_thread=True, status_code=303)
def set_capacity(request: PageRequest, service_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keeps what was said: the whole form, or one switch."""
    desk, key = desk_of(request), known_id(service_id)
    try:
        with desk.database.write() as session:
            own.own_service(session, desk.actor, desk.organization_id, key)
            capacity.set_capacity(
                session,
                desk.actor,
                desk.organization_id,
                key,
                room.given(typed),
                version=room.number(typed.value("version"), "form"),
            )
    except Conflict as refused:
        if typed.has("switch"):
            return _show(desk, said(refused, desk.say), 409)
        return _ask(desk, key, said(refused, desk.say), 409)
    except Invalid as refused:
        return _ask(desk, key, said(refused, desk.say), 400, typed)
    return go(LISTINGS, done="saved")


@post(f"{ONE}/referrals", opt=PARTNER, sync_to_thread=True, status_code=303)
def switch(request: PageRequest, service_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Takes referrals from now on, or none."""
    desk, key = desk_of(request), known_id(service_id)
    with desk.database.write() as session:
        takes = typed.value("takes") == "yes"
        capacity.switch_referrals(session, desk.actor, desk.organization_id, key, takes=takes)
    return go(LISTINGS, done="saved")


def _show(desk: Desk, errors: Mapping[str, str] | None = None, status: int = 200) -> Response[str]:
    actor, of = desk.actor, desk.organization_id
    with desk.database.read() as session:
        services = own.own_services(session, actor, of)
        known = capacity.capacities_of(session, actor, of)
        told = own.own_proposals(session, actor, of, [one.id for one in services])
        trusted = session.get_one(NetworkOrganization, of).trusted
    return desk.show(
        "partner/listings.html",
        status,
        typed=nothing_typed().wrong(errors or {}),
        services=[_own(desk, one, known.get(one.id)) for one in services],
        told=[_proposed(desk, one) for one in told[:TOLD]],
        trusted=trusted,
    )


def _own(desk: Desk, service: Service, known: ProgramCapacity | None) -> Own:
    return Own(
        id=service.id,
        name=service.name,
        takes=service.accepts_referrals,
        closed=service.status is not ServiceStatus.ACTIVE,
        asked=desk.say.day(known.asked_on) if known else "",
        taken=known.slots_taken if known else 0,
        total=known.slots_total if known else None,
        waitlist=known.waitlist_open if known else None,
        wait_days=known.expected_wait_days if known else None,
        fields=room.fields(known),
    )


def _proposed(desk: Desk, one: ProposalView) -> Proposed:
    day = one.proposed_at.astimezone(desk.site.zone).date()
    return Proposed(
        one.service_name, desk.say.day(day), desk.say.gettext(BECAME[one.status]), one.decision
    )


def _ask(
    desk: Desk,
    key: str,
    errors: Mapping[str, str] | None,
    status: int = 200,
    typed: Typed | None = None,
) -> Response[str]:
    with desk.database.read() as session:
        service = own.own_service(session, desk.actor, desk.organization_id, key)
        known = capacity.capacity_of(session, desk.organization_id, key)
    form = typed or room.fields(known)
    return desk.show(
        "partner/capacity.html",
        status,
        service=service,
        typed=form.wrong(errors) if errors else form,
        action=f"{LISTINGS}/{key}",
        back=LISTINGS,
    )
