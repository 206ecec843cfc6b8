"""The way in: sign-in, the second step, and back to what somebody wanted, with what they typed."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Response, get, post
from litestar.datastructures import Cookie

from accounts import sessions
from accounts.browser import CSRF_FIELD, Visitor, cookie, cookie_name, csrf_token
from accounts.own import sign_out_everywhere
from accounts.signing_in import TooMany, give_second_factor, sign_in
from accounts.tokens import digest
from core.access import PENDING, PUBLIC, PUBLIC_SIGN_IN
from core.clock import now
from core.errors import HandrailError, Invalid
from core.settings import Settings
from web.i18n import LANGUAGES, Language
from web.pages import here, page, reader
from web.providers import PageRequest, settings_of, site_of
from web.rendering import Here
from web.staff.desk import DONE, NO_STORE, desk_of, go, said, visitor_of
from web.staff.typed import SECRET, Sent, Typed, typed_from

HOME = "/staff"
SIGN_IN = "/staff/sign-in"
SECOND = "/staff/second-factor"
INSIDE = re.compile(r"/staff(?:[/?][!-\[\]-~]*)?")
DOORS = (SIGN_IN, SECOND, "/staff/sign-out", "/staff/join", "/staff/reset", "/staff/forgotten")
KEPT_MAX = 100_000


def wanted(text: str) -> str:
    """Where to go after signing in: a page for staff of this site, or the first of them."""
    if not INSIDE.fullmatch(text) or text.startswith(DOORS):
        return HOME
    return text


@get(SIGN_IN, opt=PUBLIC, sync_to_thread=True)
def door(request: PageRequest) -> Response[str]:
    """Asks for e-mail address and password."""
    query = dict(here(request).pairs)
    typed = typed_from([("next", wanted(query.get("next", "")))])
    done = DONE.get(query.get("done", ""), "")
    return show_door(request, typed, said_first=reader(request).gettext(done) if done else "")


@post(SIGN_IN, opt=PUBLIC_SIGN_IN, sync_to_thread=True, status_code=200)
def enter(request: PageRequest, typed: Sent) -> Response[Any]:
    """Signs in, and leads on to the second step or to the page that was wanted."""
    try:
        welcome = sign_in(
            site_of(request).database,
            typed.value("email"),
            typed.value("password"),
            address=request.state.get("address", ""),
            ask_second=not settings_of(request).demo,
        )
    except Invalid as refused:
        return show_door(request, _refused(typed, refused, reader(request)), _status(refused))
    kept = session_cookie(request, welcome.token)
    if not welcome.pending:
        return _inside(request, typed, welcome.token)
    if typed.value("kept"):
        shown = show_second(request, typed.wrong({}), csrf=_csrf(request, welcome.token))
        shown.cookies.append(kept)
        return shown
    return go(SECOND, cookies=[kept], next=typed.value("next"))


@get(SECOND, opt=PENDING, sync_to_thread=True)
def second_step(request: PageRequest) -> Response[Any]:
    """Asks for a one-time code."""
    target = wanted(dict(here(request).pairs).get("next", ""))
    if not visitor_of(request).pending:
        return go(target)
    return show_second(request, typed_from([("next", target)]))


@post(SECOND, opt=PENDING, sync_to_thread=True, status_code=200)
def give_code(request: PageRequest, typed: Sent) -> Response[Any]:
    """Finishes signing in with a one-time or a recovery code."""
    site = site_of(request)
    try:
        token = give_second_factor(
            site.database,
            request.app.state.keyring,
            visitor_of(request).session_hash,
            typed.value("code"),
            address=request.state.get("address", ""),
        )
    except Invalid as refused:
        wrong = _refused(typed, refused, _reader(request), "code")
        return show_second(request, wrong, _status(refused))
    return _inside(request, typed, token)


@post("/staff/sign-out", opt=PENDING, sync_to_thread=True, status_code=303)
def leave(request: PageRequest, typed: Sent) -> Response[Any]:
    """Signs this browser out, or all of them."""
    visitor = visitor_of(request)
    with site_of(request).database.write() as session:
        if typed.value("where") == "everywhere":
            sign_out_everywhere(session, visitor.actor)
        else:
            sessions.end(session, visitor.session_hash)
    gone = Cookie(**cookie(None, https=settings_of(request).https))
    return go(SIGN_IN, cookies=[gone], done="out")


def ask_to_sign_in(request: PageRequest) -> Response[str]:
    """The door in place of a page that needs a sign-in; 401. A form that was sent is kept."""
    at = here(request)
    sent = request.state.get("typed")
    fields = [("next", wanted(at.in_language(at.code)))]
    if sent:
        public = [pair for pair in typed_from(sent).pairs() if pair[0] not in SECRET]
        kept = urlencode(public)
        fields += [("kept", kept)] if len(kept) <= KEPT_MAX else []
    typed, say = typed_from(fields), _reader(request)
    if visitor_of(request).pending:
        return show_second(request, typed, 401)
    words = ""
    if typed.value("kept"):
        words = say.gettext(
            "You were signed out meanwhile. Sign in, and what you typed is still here."
        )
    elif cookie_name(https=settings_of(request).https) in request.cookies:
        words = say.gettext("You were signed out, after 15 minutes without a click. Sign in again.")
    return show_door(request, typed, 401, said_first=words)


def offer_again(request: PageRequest) -> Response[str]:
    """A form from before the last sign-in: what was typed is shown, to be sent anew; 403."""
    desk = desk_of(request)
    typed = typed_from(request.state.typed)
    path = wanted(here(request).path)
    return desk.show("again.html", 403, action=path, pairs=typed.pairs())


def show_door(
    request: PageRequest, typed: Typed, status: int = 200, *, said_first: str = ""
) -> Response[str]:
    """The sign-in form. Its address is always its own, whatever page it stands in for."""
    at = here(request)
    query = [("next", typed.value("next"))] if typed.value("next") != HOME else []
    own = Here(SIGN_IN, tuple(query), at.code, at.default)
    return page(
        request,
        "staff/sign_in.html",
        status,
        NO_STORE,
        own,
        typed=typed,
        said_first=said_first,
        elsewhere=provider_name(settings_of(request)),
    )


def provider_name(settings: Settings) -> str:
    """Whom people may sign in with besides us; blank for nobody."""
    return settings.oidc_name or urlsplit(settings.oidc_issuer or "").hostname or ""


def show_second(
    request: PageRequest, typed: Typed, status: int = 200, *, csrf: str = ""
) -> Response[str]:
    """The form for a one-time code, in the language of the account."""
    visitor = visitor_of(request)
    at = here(request)
    code = visitor.locale if visitor.locale in LANGUAGES else at.code
    own = Here(SECOND, (), code, at.default)
    return page(
        request,
        "staff/second_factor.html",
        status,
        NO_STORE,
        own,
        typed=typed,
        csrf=csrf or visitor.csrf,
        csrf_field=CSRF_FIELD,
    )


def _inside(request: PageRequest, typed: Typed, token: str) -> Response[Any]:
    """Signed in: on to the page, or once more to the form that was being sent."""
    kept, target = typed.value("kept"), wanted(typed.value("next"))
    cookies = [session_cookie(request, token)]
    if not kept:
        return go(target, cookies=cookies)
    csrf = _csrf(request, token)
    request.state.visitor = _signed_in(request, token, csrf)
    shown = desk_of(request).show(
        "again.html", action=target, pairs=parse_qsl(kept, keep_blank_values=True)
    )
    shown.cookies.extend(cookies)
    return shown


def _signed_in(request: PageRequest, token: str, csrf: str) -> Visitor:
    with site_of(request).database.read() as session:
        found = sessions.find(session, token)
    assert found is not None
    return Visitor(found.actor, session_hash=found.token_hash, csrf=csrf, locale=found.locale)


def _csrf(request: PageRequest, token: str) -> str:
    return csrf_token(settings_of(request).secret_key, digest(token))


def session_cookie(request: PageRequest, token: str) -> Cookie:
    """The cookie of a session that just began."""
    return Cookie(**cookie(token, https=settings_of(request).https))


def _reader(request: PageRequest) -> Language:
    return reader(request)


def _status(refused: HandrailError) -> int:
    return 429 if isinstance(refused, TooMany) else 400


def _refused(typed: Typed, refused: Invalid, say: Language, field: str = "email") -> Typed:
    """What was wrong, beside one field: which of two was wrong is nobody's business."""
    if isinstance(refused, TooMany):
        minutes = max(1, round((refused.until - now()).total_seconds() / 60))
        words = say.ngettext(
            "Too many tries. Wait %(num)s minute, or set a new password.",
            "Too many tries. Wait %(num)s minutes, or set a new password.",
            minutes,
        )
        return typed.wrong({field: words})
    return typed.wrong({field: next(iter(said(refused, say).values()))})
