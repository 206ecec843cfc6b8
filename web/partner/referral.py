"""One referral of the inbox: what was shared, and everything a partner can do, each on one screen."""

from contextlib import suppress
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from core.errors import Conflict
from referrals import inbox as boxes
from referrals.commands import acknowledge as note_acknowledged
from web.pages import here
from web.partner.inbox import INBOX, PARTNER
from web.providers import PageRequest
from web.respond import answering
from web.respond.answering import Seat
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.typed import Sent

ONE = f"{INBOX}/{{referral_id:str}}"
ACT = f"{ONE}/act/{{event:str}}"


@post(f"{ONE}/open", opt=PARTNER, sync_to_thread=True, status_code=303)
def open_one(request: PageRequest, referral_id: FromPath[str]) -> Response[Any]:
    """Notes that a new one was seen, and shows it; if somebody acted just now, it was seen anyway."""
    desk = desk_of(request)
    with suppress(Conflict), desk.database.write() as session:
        boxes.open_one(session, desk.actor, desk.organization_id, known_id(referral_id))
    return go(f"{INBOX}/{referral_id}")


@get(ONE, opt=PARTNER, sync_to_thread=True)
def overview(request: PageRequest, referral_id: FromPath[str]) -> Response[str]:
    """The referral, and what can be done now. Looking changes nothing."""
    done = dict(here(request).pairs).get("done", "")
    return answering.overview(_seat(request, referral_id), done=done)


@get(ACT, opt=PARTNER, sync_to_thread=True)
def ask(request: PageRequest, referral_id: FromPath[str], event: FromPath[str]) -> Response[str]:
    """Asks what has to come with an event."""
    return answering.ask(_seat(request, referral_id), event)


@post(ACT, opt=PARTNER, sync_to_thread=True, status_code=200)
def act(
    request: PageRequest, referral_id: FromPath[str], event: FromPath[str], typed: Sent
) -> Response[Any]:
    """Causes the event."""
    return answering.act(_seat(request, referral_id), event, typed)


@post(f"{ONE}/acknowledge", opt=PARTNER, sync_to_thread=True, status_code=303)
def acknowledge(request: PageRequest, referral_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Notes that the partner has seen that it was withdrawn."""
    seat = _seat(request, referral_id)
    with seat.database.write() as session:
        note_acknowledged(session, seat.actor, seat.referral_id)
    return go(seat.base, done="acknowledge")


def _seat(request: PageRequest, referral_id: str) -> Seat:
    """At the desk of whoever is signed in. Raises NotFound for what is not in their inbox."""
    desk = desk_of(request)
    with desk.database.read() as session:
        row = boxes.check_own(session, desk.actor, desk.organization_id, known_id(referral_id))
        service_id = row.service_id
    return Seat(
        database=desk.database,
        vault=desk.vault,
        actor=desk.actor,
        partner_id=desk.organization_id,
        referral_id=referral_id,
        say=desk.say,
        base=f"{INBOX}/{referral_id}",
        capacity=f"/staff/listings/{service_id}",
        show=partial(_show, desk),
    )


def _show(desk: Desk, template: str, status: int = 200, **context: Any) -> Response[str]:
    return desk.show(f"partner/{template}", status, **context)
