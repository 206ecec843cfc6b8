"""Systems that are told of referrals: set up, tried out, looked at, taken away."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.models import Role
from accounts.signing_in import TooMany
from core.access import staff
from core.errors import Conflict, Invalid
from notices import deliveries, webhooks
from notices.webhooks import NEVER_TOLD, TEST
from referrals.states import EVENTS
from referrals.words import event_words
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id, nothing_typed
from web.staff.typed import Sent, Typed

ADMIN = staff(Role.ADMIN)
WEBHOOKS = "/staff/webhooks"
WEBHOOK = WEBHOOKS + "/{webhook_id:str}"


@get(WEBHOOKS, opt=ADMIN, sync_to_thread=True)
def list_webhooks(request: PageRequest) -> Response[str]:
    """All of the organization's, and a form for another."""
    return _list(desk_of(request), nothing_typed())


@post(WEBHOOKS, opt=ADMIN, sync_to_thread=True, status_code=200)
def add(request: PageRequest, typed: Sent) -> Response[str]:
    """Adds one. Its secret is in this answer, and never shown again."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            _, secret = webhooks.add(
                session,
                desk.actor,
                desk.vault,
                desk.organization_id,
                url=typed.value("url").strip(),
                events=[event for event in typed.all("events") if event in EVENTS],
                private=desk.site.settings.webhook_private,
            )
    except Invalid as refused:
        return _list(desk, typed.wrong(desk.errors(refused)), 400)
    except Conflict as refused:
        return _list(desk, typed.wrong(desk.errors(refused, {"form": "url"})), 409)
    return _list(desk, nothing_typed(), secret=secret)


@get(WEBHOOK, opt=ADMIN, sync_to_thread=True)
def one(request: PageRequest, webhook_id: FromPath[str]) -> Response[str]:
    """One: how it answers, and what was tried last."""
    return _one(desk_of(request), webhook_id)


@post(WEBHOOK + "/test", opt=ADMIN, sync_to_thread=True, status_code=200)
def test(request: PageRequest, webhook_id: FromPath[str]) -> Response[Any]:
    """Calls it now, signed as always, about nothing."""
    desk = desk_of(request)
    private = desk.site.settings.webhook_private
    try:
        error = deliveries.try_out(
            desk.database, desk.vault, desk.actor, known_id(webhook_id), private=private
        )
    except TooMany:
        words = desk.say.gettext("That were many tests. Wait an hour, then try again.")
        return _one(desk, webhook_id, words, 429)
    if error:
        words = desk.say.gettext("It did not take the test: %(why)s.", why=desk.say.gettext(error))
        return _one(desk, webhook_id, words, 200)
    return go(f"{WEBHOOKS}/{webhook_id}", done="taken")


@post(WEBHOOK + "/on", opt=ADMIN, sync_to_thread=True, status_code=303)
def switch_on(request: PageRequest, webhook_id: FromPath[str]) -> Response[Any]:
    """Tries it again, after it was switched off."""
    desk = desk_of(request)
    with desk.database.write() as session:
        webhooks.switch_on(session, desk.actor, known_id(webhook_id))
    return go(f"{WEBHOOKS}/{webhook_id}", done="saved")


@post(WEBHOOK + "/remove", opt=ADMIN, sync_to_thread=True, status_code=303)
def remove(request: PageRequest, webhook_id: FromPath[str]) -> Response[Any]:
    """Tells it nothing any more."""
    desk = desk_of(request)
    with desk.database.write() as session:
        webhooks.remove(session, desk.actor, known_id(webhook_id))
    return go(WEBHOOKS, done="removed")


def _list(desk: Desk, typed: Typed, status: int = 200, *, secret: str = "") -> Response[str]:
    with desk.database.read() as session:
        found = webhooks.listed(session, desk.actor, desk.organization_id)
    return desk.show(
        "webhooks.html",
        status,
        typed=typed,
        found=found,
        secret=secret,
        events=[(event, _event(desk, event)) for event in EVENTS if event not in NEVER_TOLD],
    )


def _one(desk: Desk, webhook_id: str, failed: str = "", status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        found, latest = webhooks.looked_at(session, desk.actor, known_id(webhook_id))
    return desk.show(
        "webhook.html",
        status,
        webhook=found,
        events=[_event(desk, event) for event in found.events],
        latest=[(row, _event(desk, row.event)) for row in latest],
        failed=failed,
    )


def _event(desk: Desk, event: str) -> str:
    return desk.say.gettext("test") if event == TEST else desk.say.gettext(event_words(event))
