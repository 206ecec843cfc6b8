"""How many a service can take, as the partner says it on a visit."""

from typing import Any

from litestar import Response, get, post

from core.errors import Conflict, HandrailError
from referrals import capacity
from referrals.models import Referral
from web.pages import reader
from web.providers import PageRequest
from web.respond import room
from web.respond.visit import (
    LINK,
    RESPOND,
    Caller,
    Proof,
    caller_of,
    checked_caller,
    over,
    own_path,
)
from web.staff.desk import go, said
from web.staff.typed import Sent, Typed

CAPACITY = f"{RESPOND}/capacity"


@get(CAPACITY, opt=LINK, sync_to_thread=True)
def ask_capacity(request: PageRequest) -> Response[str]:
    """Asks how many the service can take."""
    caller = caller_of(request)
    return _show(caller, _known(caller)) if caller else over(request)


@post(CAPACITY, opt=LINK, sync_to_thread=True, status_code=200)
def set_capacity(request: PageRequest, typed: Sent, proof: Proof) -> Response[Any]:
    """Keeps what was said."""
    caller = checked_caller(request, proof)
    if caller is None:
        return over(request)
    try:
        with caller.database.write() as session:
            row = session.get_one(Referral, caller.visit.referral_id)
            capacity.set_capacity(
                session,
                caller.visit.actor,
                row.partner_id,
                row.service_id,
                room.given(typed),
                version=room.number(typed.value("version"), "form"),
            )
    except Conflict as refused:
        return _show(caller, _known(caller).wrong(said(refused, reader(request))), 409)
    except HandrailError as refused:
        return _show(caller, typed.wrong(said(refused, reader(request))), 400)
    return go(own_path(request), done="capacity")


def _known(caller: Caller) -> Typed:
    with caller.database.read() as session:
        row = session.get_one(Referral, caller.visit.referral_id)
        return room.fields(capacity.capacity_of(session, row.partner_id, row.service_id))


def _show(caller: Caller, typed: Typed, status: int = 200) -> Response[str]:
    back = own_path(caller.request)
    return caller.show("capacity.html", status, typed=typed, action=f"{back}/capacity", back=back)
