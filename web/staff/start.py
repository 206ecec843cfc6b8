"""The first page after signing in, and the choice of an organization to work for."""

from typing import Any

from litestar import Response, get, post
from sqlmodel import Session

from accounts import sessions
from accounts.models import Role, User
from accounts.queries import members
from core.access import staff
from patients.queries import patients
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go
from web.staff.typed import Sent

ANY = staff()
SHOWN = 6


@get("/staff", opt=ANY, sync_to_thread=True)
def start(request: PageRequest) -> Response[str]:
    """What there is for this person, by role; or the choice of an organization."""
    desk = desk_of(request)
    if desk.organization is None:
        return desk.show("organizations.html")
    with desk.database.write() as session:  # names are read: the audit says so
        context = _context(session, desk)
    return desk.show("start.html", **context)


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
    return go("/staff")


def _context(session: Session, desk: Desk) -> dict[str, Any]:
    user = session.get_one(User, desk.actor.id)
    cares = desk.holds(Role.COORDINATOR)
    found: dict[str, Any] = {
        "factor_missing": user.totp_confirmed_at is None and not desk.site.settings.demo,
        "caseload": None,
        "members": len(members(session, desk.actor, desk.organization_id)),
        "manages": desk.holds(Role.ADMIN),
        "hands_over": desk.holds(Role.SUPERVISOR, Role.ADMIN),
    }
    if cares:
        found["caseload"] = patients(
            session, desk.actor, desk.vault, desk.organization_id, mine=True, per_page=SHOWN
        )
    return found
