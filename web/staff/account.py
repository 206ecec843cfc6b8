"""One's own account: name, language, shortcuts, password, second step, signed-in browsers."""

from typing import Any

import segno
from jinja2.filters import do_mark_safe as ready
from litestar import Response, get, post

from accounts import own, second_factor, sessions
from accounts.commands import change_password, set_preferences
from accounts.models import User
from core.access import staff
from core.errors import Invalid
from core.settings import LANGUAGES
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, nothing_typed
from web.staff.typed import Sent, Typed, typed_of

ANY = staff()
ACCOUNT, FACTOR = "/staff/account", "/staff/account/second-factor"


@get(ACCOUNT, opt=ANY, sync_to_thread=True)
def account(request: PageRequest) -> Response[str]:
    """Everything about the account on one page."""
    return _show(desk_of(request))


@post(ACCOUNT, opt=ANY, sync_to_thread=True, status_code=200)
def save(request: PageRequest, typed: Sent) -> Response[Any]:
    """Keeps name, language and shortcuts."""
    desk = desk_of(request)
    locale = typed.value("locale")
    try:
        with desk.database.write() as session:
            own.rename(session, desk.actor, typed.value("name"))
            set_preferences(
                session,
                desk.actor,
                locale=locale if locale in LANGUAGES else desk.say.code,
                keyboard_shortcuts=typed.has("shortcuts"),
            )
    except Invalid as refused:
        return _show(desk, typed.wrong(desk.errors(refused)), status=400)
    return go(ACCOUNT, done="saved")


@post("/staff/account/password", opt=ANY, sync_to_thread=True, status_code=200)
def password(request: PageRequest, typed: Sent) -> Response[Any]:
    """Changes the password and signs out everywhere."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            change_password(
                session, desk.actor, typed.value("old_password"), typed.value("password")
            )
    except Invalid as refused:
        return _show(desk, wrong=typed.wrong(desk.errors(refused)), status=400)
    return go("/staff/sign-in", done="password")


@post("/staff/account/sessions", opt=ANY, sync_to_thread=True, status_code=303)
def end_session(request: PageRequest, typed: Sent) -> Response[Any]:
    """Signs another browser of one's own out."""
    desk = desk_of(request)
    with desk.database.write() as session:
        sessions.end_one(session, desk.actor.id, typed.value("session"))
    return go(ACCOUNT, done="ended")


@get(FACTOR, opt=ANY, sync_to_thread=True)
def factor(request: PageRequest) -> Response[str]:
    """The second step: how it stands, and the code to scan while it is being set up."""
    return _show_factor(desk_of(request), nothing_typed())


@post(FACTOR, opt=ANY, sync_to_thread=True, status_code=200)
def begin_factor(request: PageRequest, typed: Sent) -> Response[Any]:
    """Makes a secret to scan, after the password was given once more."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            own.begin_second_factor(session, desk.actor, desk.keyring, typed.value("password"))
    except Invalid as refused:
        return _show_factor(desk, typed.wrong(desk.errors(refused)), 400)
    return go(FACTOR)


@post(f"{FACTOR}/confirm", opt=ANY, sync_to_thread=True, status_code=200)
def confirm_factor(request: PageRequest, typed: Sent) -> Response[str]:
    """Switches it on with a first code. The recovery codes are in this answer and in no other."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            code = typed.value("code")
            codes = own.confirm_second_factor(session, desk.actor, desk.keyring, code)
    except Invalid as refused:
        return _show_factor(desk, typed.wrong(desk.errors(refused)), 400)
    return desk.show("recovery_codes.html", codes=codes)


def _show(
    desk: Desk, typed: Typed | None = None, wrong: Typed | None = None, status: int = 200
) -> Response[str]:
    """`typed` is the first form, `wrong` the one of the password."""
    with desk.database.read() as session:
        user = session.get_one(User, desk.actor.id)
        browsers = sessions.open_sessions(session, user.id)
        left = second_factor.recovery_codes_left(session, user)
    known = {"name": user.name, "locale": user.locale, "shortcuts": user.keyboard_shortcuts}
    return desk.show(
        "account.html",
        status,
        typed=typed or typed_of(known),
        new_password=wrong or nothing_typed(),
        email=user.email,
        factor_on=user.totp_confirmed_at is not None,
        codes_left=left,
        browsers=browsers,
    )


def _show_factor(desk: Desk, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        user = session.get_one(User, desk.actor.id)
    address = second_factor.set_up_address(desk.keyring, user)
    return desk.show(
        "set_up_factor.html",
        status,
        typed=typed,
        on=user.totp_confirmed_at is not None,
        picture=_picture(address) if address else "",
        secret=_secret(address) if address else "",
    )


def _picture(address: str) -> Any:
    """The address as a QR code to scan."""
    drawn = segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=False, svgclass="qr", lineclass=None
    )
    return ready(drawn)


def _secret(address: str) -> str:
    """The secret in groups of four letters, for typing."""
    text = address.split("secret=")[1].split("&")[0]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
