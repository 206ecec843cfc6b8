"""Packets: what somebody takes home from a shortlist, on paper and behind an address of its own."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from core.access import LIMIT, PUBLIC
from core.clock import now
from core.errors import Invalid, NotFound
from directory.queries import units_at
from patients import packets
from patients.models import Packet
from web.i18n import LANGUAGES, language
from web.listing import Listing, listing
from web.pages import UNKEPT, here, page
from web.providers import PageRequest, Site, site_of
from web.qr import qr
from web.rendering import Here
from web.sensitive import any_sensitive
from web.staff.desk import NO_STORE, Desk, desk_of, go, known_id
from web.staff.patients import COORDINATOR
from web.staff.record import wordings
from web.staff.typed import Sent, Typed, typed_of
from web.staff.working.choosing import Table, opened
from web.units import public_views

LINK: dict[str, Any] = {**PUBLIC, LIMIT: "link"}
PACKETS = "/staff/needs/{need_id:str}/packets"
PACKET = "/staff/packets/{packet_id:str}"


@dataclass(frozen=True, slots=True)
class Made:
    """A packet that was made, as a line."""

    id: str
    on: str
    until: str
    language: str
    services: int
    over: bool


@get(PACKETS, opt=COORDINATOR, sync_to_thread=True)
def show(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """The packets of a need, and what a new one would have in it."""
    desk = desk_of(request)
    table = opened(desk, need_id)
    units = [line.column.id for line in table.lines if line.column]
    code = _spoken(table, desk)
    return _show(desk, table, typed_of({"unit": units[: packets.LONGEST], "language": code}))


@post(PACKETS, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def make(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Makes a packet of what is ticked, and leads to the sheet to print."""
    desk = desk_of(request)
    table = opened(desk, need_id)
    known = {line.column.id: line for line in table.lines if line.column}
    chosen = [known[unit] for unit in typed.all("unit") if unit in known]
    code = typed.value("language")
    try:
        with desk.database.write() as session:
            made = packets.make(
                session,
                desk.actor,
                known_id(need_id),
                [(line.service_id, line.location_id or None) for line in chosen],
                language=code if code in LANGUAGES else desk.site.settings.language,
                secret=desk.site.settings.secret_key,
            )
    except Invalid as refused:
        return _show(desk, table, typed.wrong(desk.errors(refused, {"services": "unit"})), 400)
    return go(f"/staff/packets/{made.id}")


@get(PACKET, opt=COORDINATOR, sync_to_thread=True)
def sheet(request: PageRequest, packet_id: FromPath[str]) -> Response[str]:
    """The packet on paper, in the patient's language, with the square that leads to its page."""
    desk = desk_of(request)
    with desk.database.read() as session:
        row = packets.packet(session, desk.actor, known_id(packet_id))
    if packets.is_over(row):
        raise NotFound(packets.OVER)
    settings = desk.site.settings
    at = Here("/", (), row.language, settings.language)
    path = f"/p/{packets.token_of(settings.secret_key, row.id)}"
    address = settings.base_url + at.href(path)
    back = f"/staff/needs/{row.need_id}/packets"
    return _paper(request, at, row, back=back, address=address)


@post(f"{PACKET}/revoke", opt=COORDINATOR, sync_to_thread=True, status_code=303)
def revoke(request: PageRequest, packet_id: FromPath[str]) -> Response[Any]:
    """Takes the page of a packet back."""
    desk = desk_of(request)
    with desk.database.write() as session:
        row = packets.revoke(session, desk.actor, known_id(packet_id))
        need_id = row.need_id
    return go(f"/staff/needs/{need_id}/packets", done="ended")


@get("/p/{token:str}", opt=LINK, sync_to_thread=True)
def packet(request: PageRequest, token: FromPath[str]) -> Response[str]:
    """The same services on a telephone: whoever has the address sees these and nothing of anybody."""
    try:
        with site_of(request).database.read() as session:
            row = packets.shown(session, token)
    except NotFound:
        return page(request, "status/over.html", 404, UNKEPT)
    return _paper(request, here(request), row)


def handed_out(path: str) -> Router:
    """The page of a packet, below the address of a language."""
    return Router(path, route_handlers=[packet])


def _paper(
    request: PageRequest, at: Here, row: Packet, *, back: str = "", address: str = ""
) -> Response[str]:
    site, say = site_of(request), language(at.code)
    views = _listings(site, row, at.code)
    gone = len(row.services) - len(views)
    return page(
        request,
        "staff/working/packet.html",
        200,
        {**NO_STORE, "X-Robots-Tag": "noindex, nofollow"},
        at,
        sensitive=any_sensitive(found for found, _ in views) and not back,
        views=[shown for _, shown in views],
        gone=gone,
        back=back,
        address=address,
        qr=qr(address) if address else "",
        until=say.day(row.expires_at.astimezone(site.zone).date()),
        printed=say.gettext(
            "Printed %(date)s. Hours change: call before you go.",
            date=say.day(now().astimezone(site.zone).date()),
        ),
    )


def _listings(site: Site, row: Packet, code: str) -> list[tuple[Any, Listing]]:
    """What is still listed of the packet, in its order."""
    pairs = [(service, place) for service, place in row.services if service]
    with site.database.read() as session:
        units = units_at(session, pairs)
    views = public_views(site, [units[pair] for pair in pairs if pair in units])
    at, say = now(), language(code)
    return [(view, listing(view, at, say)) for view in views]


def _spoken(table: Table, desk: Desk) -> str:
    """The first of the patient's languages that pages are in; else that of this installation."""
    spoken = (tag.split("-")[0] for tag in table.record.summary.languages)
    return next((tag for tag in spoken if tag in LANGUAGES), desk.site.settings.language)


def _show(desk: Desk, table: Table, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        rows = packets.packets(session, desk.actor, table.need.id)
    return desk.show(
        "working/packets.html",
        status,
        table=table,
        typed=typed,
        made=[_made(row, desk) for row in rows],
        languages=[(code, desk.say.language_name(code)) for code in LANGUAGES],
        **wordings(desk),
    )


def _made(row: Packet, desk: Desk) -> Made:
    zone, say = desk.site.zone, desk.say
    return Made(
        row.id,
        say.day(row.made_at.astimezone(zone).date()),
        say.day(row.expires_at.astimezone(zone).date()),
        say.language_name(row.language),
        len(row.services),
        packets.is_over(row),
    )
