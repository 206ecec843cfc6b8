"""The first page after signing in, and the choice of an organization to work for."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from sqlmodel import Session

from accounts import sessions
from accounts.models import Role, User
from core.access import staff
from web.i18n import N_
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go
from web.staff.typed import Sent
from web.staff.working.worklist import worklist

ANY = staff()
HOME = "/staff"
ABOUT: Mapping[str, str] = {
    "/staff/patients": N_("Your caseload, and every patient of your organization"),
    "/staff/inbox": N_("What people are asked of you, by when it is due"),
    "/staff/listings": N_("What the directory says of your services, and how many you can take"),
    "/staff/verify": N_("Listings that somebody should check, the longest unchecked first"),
    "/staff/problems": N_("What the public says is wrong"),
    "/staff/translations": N_("Translations that are older than the text they translate"),
    "/staff/duplicates": N_("Listings that may be the same one twice"),
    "/staff/imports": N_("Lists of services from a file"),
    "/staff/reports": N_("How requests come to an end, and where needs stay unmet"),
    "/staff/caseloads": N_("Who has how many patients, and handing them over"),
    "/staff/members": N_("Who works here, and in which roles"),
    "/staff/audit": N_("Who read and changed what"),
    "/staff/bounces": N_("Addresses that refuse mail"),
    "/staff/webhooks": N_("Systems of your own that are told of requests"),
}
"""What there is behind an entry of the navigation."""


@get(HOME, opt=ANY, sync_to_thread=True)
def start(request: PageRequest) -> Response[Any]:
    """What there is for this person, by role; or the choice of an organization."""
    desk = desk_of(request)
    if desk.organization is None:
        return desk.show("organizations.html")
    if desk.holds(Role.PARTNER):
        return go("/staff/inbox")
    cares = desk.holds(Role.COORDINATOR)
    with desk.database.write() as session:  # names are read: the audit says so
        context = _context(session, desk) | (worklist(session, desk) if cares else {})
    return desk.show("working/worklist.html" if cares else "start.html", **context)


@get("/staff/organizations", opt=ANY, sync_to_thread=True)
def organizations(request: PageRequest) -> Response[str]:
    """The organizations somebody works for."""
    return desk_of(request).show("organizations.html")


@post("/staff/organizations", opt=ANY, sync_to_thread=True, status_code=303)
def choose(request: PageRequest, typed: Sent) -> Response[Any]:
    """Works for another one from now on, in this browser."""
    desk = desk_of(request)
    with desk.database.write() as session:
        here = desk.visitor.session_hash
        sessions.choose_organization(session, desk.actor, here, typed.value("organization"))
    return go(HOME)


def _context(session: Session, desk: Desk) -> dict[str, Any]:
    user = session.get_one(User, desk.actor.id)
    return {
        "factor_missing": user.totp_confirmed_at is None and not desk.site.settings.demo,
        "places": [
            (place.href, place.words, desk.say.gettext(ABOUT.get(place.href, "")))
            for place in desk.places()
            if place.href != HOME
        ],
    }
