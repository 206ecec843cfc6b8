"""The referral on a visit by a mailed link: what was shared, and what can be done."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from referrals import links
from web.pages import here, reader
from web.providers import PageRequest
from web.respond import answering
from web.respond.answering import Seat
from web.respond.visit import (
    LINK,
    RESPOND,
    Caller,
    Proof,
    caller_of,
    checked_caller,
    cookie,
    over,
    own_path,
)
from web.staff.typed import Sent

ACT = f"{RESPOND}/act/{{event:str}}"


@get(RESPOND, opt=LINK, sync_to_thread=True)
def overview(request: PageRequest) -> Response[str]:
    """The referral, and what can be done now."""
    caller = caller_of(request)
    if caller is None:
        return over(request)
    done = dict(here(request).pairs).get("done", "")
    return answering.overview(_seat(caller), done=done)


@get(ACT, opt=LINK, sync_to_thread=True)
def ask(request: PageRequest, event: FromPath[str]) -> Response[str]:
    """Asks what has to come with an event."""
    caller = caller_of(request)
    return answering.ask(_seat(caller), event) if caller else over(request)


@post(ACT, opt=LINK, sync_to_thread=True, status_code=200)
def act(request: PageRequest, event: FromPath[str], typed: Sent, proof: Proof) -> Response[Any]:
    """Causes the event."""
    caller = checked_caller(request, proof)
    return answering.act(_seat(caller), event, typed) if caller else over(request)


@post(f"{RESPOND}/leave", opt=LINK, sync_to_thread=True, status_code=200)
def leave(request: PageRequest, proof: Proof) -> Response[str]:
    """Ends the visit."""
    if caller := checked_caller(request, proof):
        with caller.database.write() as session:
            links.end_visit(session, caller.visit)
    shown = over(request, left=True)
    shown.cookies.append(cookie(request, ""))
    return shown


def _seat(caller: Caller) -> Seat:
    request, visit = caller.request, caller.visit
    return Seat(
        database=caller.database,
        vault=caller.vault,
        actor=visit.actor,
        partner_id=visit.actor.organization_id or "",
        referral_id=visit.referral_id,
        say=reader(request),
        base=own_path(request),
        capacity=own_path(request, "/capacity"),
        show=caller.show,
    )
