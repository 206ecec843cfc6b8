"""API keys of one's own: made, shown once, ended."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts import keys
from accounts.queries import own_keys
from core.access import staff
from core.clock import now
from core.errors import Invalid
from web.i18n import N_
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.reading import day_of
from web.staff.typed import Sent, Typed, typed_of

ANY = staff()
KEYS = "/staff/account/keys"
LIFETIME = timedelta(days=90)
SCOPES = {
    "directory:read": N_("Read the directory"),
    "patients:read": N_("Read patient records"),
    "patients:write": N_("Change patient records"),
    "referrals:read": N_("Read referrals"),
    "referrals:write": N_("Send and answer referrals"),
    "prices:write": N_("Record cash prices"),
    "reports:read": N_("Read reports"),
    "audit:read": N_("Read the audit trail"),
}


@get(KEYS, opt=ANY, sync_to_thread=True)
def list_keys(request: PageRequest) -> Response[str]:
    """The keys, without their texts, and a form for a new one."""
    return _show(desk_of(request), _fresh())


@post(KEYS, opt=ANY, sync_to_thread=True, status_code=200)
def make(request: PageRequest, typed: Sent) -> Response[str]:
    """Makes a key. Its text is in this answer, and never shown again."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            _, text = keys.create(
                session,
                desk.actor,
                organization_id=desk.organization_id,
                name=typed.value("name"),
                scopes=list(typed.all("scopes")),
                expires_on=day_of(typed, "expires_on", desk.say) or now().date(),
            )
    except Invalid as refused:
        return _show(desk, typed.wrong(desk.errors(refused)), status=400)
    return _show(desk, _fresh(), made=text)


@post(KEYS + "/{key_id:str}/end", opt=ANY, sync_to_thread=True, status_code=303)
def revoke(request: PageRequest, key_id: FromPath[str]) -> Response[Any]:
    """Ends a key at once."""
    desk = desk_of(request)
    with desk.database.write() as session:
        keys.revoke(session, desk.actor, known_id(key_id))
    return go(KEYS, done="ended")


def _fresh() -> Typed:
    return typed_of({"expires_on": now().date() + LIFETIME})


def _show(desk: Desk, typed: Typed, status: int = 200, *, made: str = "") -> Response[str]:
    with desk.database.read() as session:
        found = own_keys(session, desk.actor)
    scopes = {code: desk.say.gettext(words) for code, words in SCOPES.items()}
    return desk.show(
        "keys.html", status, typed=typed, keys=found, made=made, scopes=scopes, today=now().date()
    )
