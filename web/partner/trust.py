"""Whom the network trusts with its own listing: admins of coordinating organizations say so."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts import listings
from accounts.models import Role
from core.access import staff
from web.curator.desk import curating
from web.providers import PageRequest
from web.staff.desk import go, known_id
from web.staff.typed import Sent

PARTNERS = "/staff/partners"
ADMIN = staff(Role.ADMIN)


@get(PARTNERS, opt=ADMIN, sync_to_thread=True)
def partners(request: PageRequest) -> Response[str]:
    """Every partner, and whether its corrections hold at once."""
    desk = curating(request)
    with desk.database.read() as session:
        found = listings.trusting(session, desk.actor)
    return desk.show("partner/partners.html", found=found)


@post(f"{PARTNERS}/{{organization_id:str}}/trust", opt=ADMIN, sync_to_thread=True, status_code=303)
def trust(request: PageRequest, organization_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Trusts it from now on, or has a curator decide again."""
    desk = curating(request)
    with desk.database.write() as session:
        trusted = typed.value("trusted") == "yes"
        listings.set_trust(session, desk.actor, known_id(organization_id), trusted=trusted)
    return go(PARTNERS, done="saved")
