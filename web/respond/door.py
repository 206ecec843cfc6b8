"""The door of a mailed link. Opening the address shows nothing about anybody and changes nothing.

A press of a button has a code sent to the organization's known mailbox; the code opens the referral. Mail
filters that open every address, and even press nothing, therefore cause nothing.
"""

from contextlib import suppress
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.models import NetworkOrganization
from accounts.signing_in import TooMany
from core.clock import now
from core.errors import HandrailError, Invalid, NotFound
from referrals import links
from referrals.commands import apply
from referrals.links import LinkKind
from referrals.models import Referral
from referrals.states import Status
from web.pages import here, page, reader
from web.providers import PageRequest, settings_of, site_of
from web.respond.visit import LINK, RESPOND, cookie, note_link, over, own_path
from web.staff.desk import NO_STORE, go, nothing_typed
from web.staff.typed import Sent, Typed

DOOR = f"{RESPOND}/{{token:str}}"


@get(DOOR, opt=LINK, sync_to_thread=True)
def door(request: PageRequest, token: FromPath[str]) -> Response[str]:
    """Says what the link is for, and offers a code."""
    return _show(request, token, nothing_typed())


@post(f"{DOOR}/code", opt=LINK, sync_to_thread=True, status_code=200)
def ask_code(request: PageRequest, token: FromPath[str]) -> Response[Any]:
    """Has a code sent to the organization's mailbox."""
    try:
        links.ask_code(site_of(request).database, token, address=_address(request))
    except TooMany:
        note_link(request, token)
        words = reader(request).gettext(
            "Several codes were sent already. Wait an hour, then ask again."
        )
        return _show(request, token, nothing_typed().wrong({"form": words}), 429)
    except NotFound:
        return over(request, token)
    return go(here(request).href(f"{RESPOND}/{token}"), sent="1")


@post(DOOR, opt=LINK, sync_to_thread=True, status_code=200)
def give_code(request: PageRequest, token: FromPath[str], typed: Sent) -> Response[Any]:
    """Opens the referral to whoever has the code; that it was seen is noted."""
    site, say, secret = site_of(request), reader(request), settings_of(request).secret_key
    try:
        visit = links.give_code(
            site.database, secret, token, typed.value("code"), address=_address(request)
        )
    except TooMany:
        note_link(request, token)
        words = say.gettext("Too many tries. Wait an hour, then ask for a new code.")
        return _show(request, token, typed.wrong({"code": words}), 429)
    except Invalid:
        words = say.gettext("That code is not right, or too old. Ask for a new one.")
        return _show(request, token, typed.wrong({"code": words}), 400)
    except NotFound:
        return over(request, token)
    _note_seen(request, visit)
    return go(own_path(request), cookies=[cookie(request, visit)])


def _note_seen(request: PageRequest, token: str) -> None:
    """A new referral was seen; if somebody acted just now, it was seen anyway."""
    with suppress(HandrailError), site_of(request).database.write() as session:
        visit = links.find_visit(session, token, address=_address(request))
        row = session.get(Referral, visit.referral_id) if visit else None
        if visit and row and row.status is Status.SENT:
            apply(session, visit.actor, row.id, "view", version=row.version)


def _show(request: PageRequest, token: str, typed: Typed, status: int = 200) -> Response[str]:
    try:
        with site_of(request).database.read() as session:
            link = links.find(session, LinkKind.RESPOND, token)
            organization = session.get_one(NetworkOrganization, link.organization_id)
    except NotFound:
        return over(request, token)
    return page(
        request,
        "respond/door.html",
        status,
        NO_STORE,
        typed=typed,
        action=here(request).href(f"{RESPOND}/{token}"),
        mailbox=masked(organization.notify_email or ""),
        waiting=link.code_until is not None and link.code_until > now(),
        sent=dict(here(request).pairs).get("sent") == "1",
    )


def masked(email: str) -> str:
    """Enough of an address for its owner to know it: "d…@pantry.example.org"."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}" if host else ""


def _address(request: PageRequest) -> str:
    address: str = request.state.get("address", "")
    return address
