"""Mailed links: joining by invitation, and a new password for somebody locked out."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts import commands, links
from accounts.models import LinkPurpose
from accounts.own import ask_for_reset
from accounts.signing_in import TooMany
from core.access import PUBLIC, PUBLIC_SIGN_IN
from core.errors import Conflict, Invalid, NotFound
from web.pages import here, page, reader
from web.providers import PageRequest, site_of
from web.staff.desk import NO_STORE, go, nothing_typed, said
from web.staff.doors import SIGN_IN
from web.staff.typed import Sent, Typed

JOIN, RESET = "/staff/join/{token:str}", "/staff/reset/{token:str}"
FORGOTTEN = "/staff/forgotten"


@get(JOIN, opt=PUBLIC, sync_to_thread=True)
def invitation(request: PageRequest, token: FromPath[str]) -> Response[str]:
    """The form of somebody invited. Looking at it uses nothing up."""
    return _link(request, LinkPurpose.INVITATION, token, nothing_typed())


@post(JOIN, opt=PUBLIC_SIGN_IN, sync_to_thread=True, status_code=200)
def join(request: PageRequest, token: FromPath[str], typed: Sent) -> Response[Any]:
    """Joins the organization that invited, and leads to the sign-in."""
    say = reader(request)
    try:
        with site_of(request).database.write() as session:
            commands.accept_invitation(
                session, token, name=typed.value("name"), password=typed.value("password")
            )
    except (Invalid, Conflict) as refused:
        return _link(request, LinkPurpose.INVITATION, token, typed.wrong(said(refused, say)), 400)
    except NotFound:
        return _over(request)
    return go(here(request).href(SIGN_IN), done="added")


@get(RESET, opt=PUBLIC, sync_to_thread=True)
def reset(request: PageRequest, token: FromPath[str]) -> Response[str]:
    """The form for a new password."""
    return _link(request, LinkPurpose.PASSWORD_RESET, token, nothing_typed())


@post(RESET, opt=PUBLIC_SIGN_IN, sync_to_thread=True, status_code=200)
def set_password(request: PageRequest, token: FromPath[str], typed: Sent) -> Response[Any]:
    """Sets the new password, signs out everywhere, and leads to the sign-in."""
    say = reader(request)
    try:
        with site_of(request).database.write() as session:
            commands.reset_password(session, token, typed.value("password"))
    except Invalid as refused:
        wrong = typed.wrong(said(refused, say))
        return _link(request, LinkPurpose.PASSWORD_RESET, token, wrong, 400)
    except NotFound:
        return _over(request)
    return go(here(request).href(SIGN_IN), done="password")


@get(FORGOTTEN, opt=PUBLIC, sync_to_thread=True)
def forgotten(request: PageRequest) -> Response[str]:
    """Asks for the e-mail address of somebody who forgot the password."""
    return _asked(request, nothing_typed())


@post(FORGOTTEN, opt=PUBLIC_SIGN_IN, sync_to_thread=True, status_code=200)
def ask(request: PageRequest, typed: Sent) -> Response[str]:
    """Has a link mailed; says the same whether there is such an account or not."""
    say = reader(request)
    try:
        address = request.state.get("address", "")
        ask_for_reset(site_of(request).database, typed.value("email"), address=address)
    except TooMany:
        words = say.gettext("You asked several times already. Wait an hour, then ask again.")
        return _asked(request, typed.wrong({"email": words}), 429)
    except Invalid as refused:
        return _asked(request, typed.wrong(said(refused, say)), 400)
    return _asked(request, typed, sent=True)


def _asked(
    request: PageRequest, typed: Typed, status: int = 200, *, sent: bool = False
) -> Response[str]:
    return page(request, "staff/forgotten.html", status, NO_STORE, typed=typed, sent=sent)


def _link(
    request: PageRequest, purpose: LinkPurpose, token: str, typed: Typed, status: int = 200
) -> Response[str]:
    """The form behind a link; who it was sent to is said so that a wrong person notices."""
    try:
        with site_of(request).database.read() as session:
            link = links.find(session, purpose, token)
            known = commands.is_known(session, link.email)
    except NotFound:
        return _over(request)
    return page(
        request,
        "staff/link.html",
        status,
        NO_STORE,
        typed=typed,
        email=link.email,
        joining=purpose is LinkPurpose.INVITATION,
        known=known,
    )


def _over(request: PageRequest) -> Response[str]:
    return page(request, "staff/link_over.html", 404, NO_STORE)
