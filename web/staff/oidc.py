"""Signing in with an OpenID Connect provider: away to it, and back. Addresses are fixed, as providers
want them registered; both only begin or end a sign-in, and carry what they need in a sealed cookie."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.response import Redirect

from accounts.oidc import LIFETIME, Attempt, Provider
from accounts.oidc_people import sign_in
from core.access import PUBLIC_SIGN_IN
from core.crypto import KeyMissing, Tampered
from core.errors import HandrailError, Invalid, NotFound, Unavailable
from core.settings import Settings
from web.i18n import N_
from web.pages import here, reader
from web.providers import PageRequest, settings_of, site_of
from web.staff.desk import NO_STORE, go, said
from web.staff.doors import SECOND, provider_name, session_cookie, show_door, wanted
from web.staff.typed import typed_from

if TYPE_CHECKING:
    from accounts.oidc_client import Client

BEGIN, CALLBACK = "/staff/oidc", "/staff/oidc/callback"
PLACE = "cookie.oidc_attempt"


@get(BEGIN, opt=PUBLIC_SIGN_IN, sync_to_thread=True)
def begin(request: PageRequest) -> Response[Any]:
    """Leads to the provider, with a cookie that only this browser brings back."""
    target = wanted(dict(here(request).pairs).get("next", ""))
    try:
        address, attempt = _client(request).begin(target)
    except Unavailable as refused:
        return _refused(request, refused, 503)
    sealed = request.app.state.keyring.seal(msgspec.json.encode(attempt).decode(), PLACE)
    kept = _cookie(settings_of(request), sealed)
    return Redirect(address, status_code=303, cookies=[kept], headers=NO_STORE)


@get(CALLBACK, opt=PUBLIC_SIGN_IN, sync_to_thread=True)
def finish(request: PageRequest) -> Response[Any]:
    """Signs in whoever the provider says it is."""
    chosen = settings_of(request)
    try:
        attempt = _attempt(request)
        identity = _client(request).finish(attempt, dict(here(request).pairs))
        welcome = sign_in(
            site_of(request).database,
            identity,
            address=request.state.get("address", ""),
            ask_second=not chosen.demo,
        )
    except (Invalid, Unavailable) as refused:
        return _refused(request, refused, 503 if isinstance(refused, Unavailable) else 400)
    cookies = [session_cookie(request, welcome.token), _cookie(chosen, "")]
    if welcome.pending:
        return go(SECOND, cookies=cookies, next=attempt.next)
    return go(attempt.next, cookies=cookies)


def _attempt(request: PageRequest) -> Attempt:
    sealed = request.cookies.get(_cookie_name(settings_of(request)), "")
    try:
        text = request.app.state.keyring.open(sealed, PLACE)
        return msgspec.json.decode(text, type=Attempt)
    except (KeyMissing, Tampered, msgspec.MsgspecError):
        raise Invalid(
            N_("This sign-in was begun in another browser, or too long ago. Try again.")
        ) from None


def _refused(request: PageRequest, refused: HandrailError, status: int) -> Response[Any]:
    """The sign-in page, with what was wrong; the attempt is over."""
    words = next(iter(said(refused, reader(request)).values()), "")
    shown = show_door(request, typed_from([]).wrong({"email": words}), status)
    shown.cookies.append(_cookie(settings_of(request), ""))
    return shown


def _client(request: PageRequest) -> "Client":
    chosen = settings_of(request)
    if not provider_name(chosen) or chosen.oidc_issuer is None:
        raise NotFound("Nobody signs in here with a provider.")
    callback = f"{chosen.base_url}{CALLBACK}"
    return _client_of(
        Provider(chosen.oidc_issuer, chosen.oidc_client_id, chosen.oidc_client_secret, callback)
    )


@lru_cache(maxsize=4)
def _client_of(provider: Provider) -> "Client":
    from accounts.oidc_client import Client  # slow to import, and seldom needed

    return Client(provider)


def _cookie_name(chosen: Settings) -> str:
    return "__Host-handrail-oidc" if chosen.https else "handrail-oidc"


def _cookie(chosen: Settings, value: str) -> Cookie:
    return Cookie(
        key=_cookie_name(chosen),
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=chosen.https,
        max_age=int(LIFETIME.total_seconds()) if value else 0,
    )
