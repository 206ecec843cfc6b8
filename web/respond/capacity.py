"""How many a service can take, as the partner says it on a visit."""

from typing import Any

from litestar import Response, get, post

from core.errors import Conflict, HandrailError, Invalid
from referrals import capacity
from referrals.capacity import CapacityGiven
from referrals.models import Referral
from web.i18n import N_
from web.pages import reader
from web.providers import PageRequest
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
from web.staff.typed import Sent, Typed, typed_of

CAPACITY = f"{RESPOND}/capacity"
WAITLIST = {"": None, "open": True, "closed": False}


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
                _given(typed),
                version=_number(typed.value("version"), "form"),
            )
    except Conflict as refused:
        return _show(caller, _known(caller).wrong(said(refused, reader(request))), 409)
    except HandrailError as refused:
        return _show(caller, typed.wrong(said(refused, reader(request))), 400)
    return go(own_path(request), done="capacity")


def _given(typed: Typed) -> CapacityGiven:
    return CapacityGiven(
        _number(typed.value("slots_total"), "slots_total"),
        WAITLIST.get(typed.value("waitlist_open")),
        _number(typed.value("expected_wait_days"), "expected_wait_days"),
    )


def _number(text: str, name: str) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.strip().isdecimal() and len(text) < 6):
        raise Invalid(N_("Give a whole number, or leave it empty."), parameter=name)
    return int(text)


def _known(caller: Caller) -> Typed:
    with caller.database.read() as session:
        row = session.get_one(Referral, caller.visit.referral_id)
        known = capacity.capacity_of(session, row.partner_id, row.service_id)
    if known is None:
        return typed_of({})
    names = {value: name for name, value in WAITLIST.items()}
    return typed_of(
        {
            "slots_total": known.slots_total,
            "waitlist_open": names[known.waitlist_open],
            "expected_wait_days": known.expected_wait_days,
            "version": known.version,
        }
    )


def _show(caller: Caller, typed: Typed, status: int = 200) -> Response[str]:
    return caller.show("capacity.html", status, typed=typed)
