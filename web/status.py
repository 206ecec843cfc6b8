"""The page behind a patient's own link: how far the request is, and whether it helped.

Whoever looks over a shoulder learns nothing: no name, no need, no place, and a way out of the page.
"""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, Router, get, post
from litestar.di import Provide
from litestar.params import FromPath

from core.access import LIMIT, PUBLIC
from core.errors import Conflict, NotFound
from referrals import status_links
from web.loop_line import BROKEN, drawing, loop_line
from web.pages import here, page, reader
from web.providers import PageRequest, site_of
from web.respond.visit import note_link
from web.staff.desk import NO_STORE, go
from web.staff.typed import Sent, read_typed

LINK: dict[str, Any] = {**PUBLIC, LIMIT: "link"}
STATUS = "/status/{token:str}"


@get(STATUS, opt=LINK, sync_to_thread=True)
def status(request: PageRequest, token: FromPath[str]) -> Response[str]:
    """Shows how far it is. Looking changes nothing."""
    return _show(request, token)


@post(STATUS, opt=LINK, sync_to_thread=True, status_code=200)
def confirm(request: PageRequest, token: FromPath[str], typed: Sent) -> Response[Any]:
    """Keeps whether it helped."""
    answer = typed.value("helped")
    note_link(request, token)
    if answer not in ("yes", "no"):
        return _show(request, token, 400)
    try:
        with site_of(request).database.write() as session:
            address = request.state.get("address", "")
            status_links.confirm(session, token, met=answer == "yes", address=address)
    except NotFound:
        return _over(request, token)
    except Conflict:
        return _show(request, token, 409)
    return go(here(request).href(f"/status/{token}"), thanks=answer)


def _show(request: PageRequest, token: str, code: int = 200) -> Response[str]:
    site, say = site_of(request), reader(request)
    try:
        with site.database.read() as session:
            found = status_links.standing(session, token)
    except NotFound:
        return _over(request, token)
    zone = ZoneInfo(site.settings.time_zone)
    stations = loop_line(found.events, say, zone, confirmation=found.confirmation)
    return page(
        request,
        "status/status.html",
        code,
        NO_STORE,
        sensitive=True,
        stations=stations,
        drawing=drawing(stations),
        broken=found.status.value in BROKEN,
        disputed=found.confirmation == "disputed",
        asks=found.asks,
        action=here(request).href(f"/status/{token}"),
        thanks=dict(here(request).pairs).get("thanks", ""),
    )


def _over(request: PageRequest, token: str) -> Response[str]:
    note_link(request, token)
    return page(request, "status/over.html", 404, NO_STORE, sensitive=True)


def statuses(path: str) -> Router:
    """The page below the address of a language."""
    return Router(
        path, route_handlers=[status, confirm], dependencies={"typed": Provide(read_typed)}
    )
