"""Addresses that refuse our mail: what their servers said, and a button for when they work again."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.models import Role
from core.access import staff
from notices import bounces
from web.providers import PageRequest
from web.staff.desk import desk_of, go, known_id

ADMIN = staff(Role.ADMIN)
BOUNCES = "/staff/bounces"


@get(BOUNCES, opt=ADMIN, sync_to_thread=True)
def list_returned(request: PageRequest) -> Response[str]:
    """The organization's addresses that get no mail at the moment."""
    desk = desk_of(request)
    with desk.database.read() as session:
        found = bounces.listed(session, desk.actor, desk.organization_id)
    return desk.show("bounces.html", found=found)


@post(BOUNCES + "/{bounce_id:str}/clear", opt=ADMIN, sync_to_thread=True, status_code=303)
def clear(request: PageRequest, bounce_id: FromPath[str]) -> Response[Any]:
    """It works again: write to it."""
    desk = desk_of(request)
    with desk.database.write() as session:
        bounces.clear(session, desk.actor, known_id(bounce_id))
    return go(BOUNCES, done="cleared")
