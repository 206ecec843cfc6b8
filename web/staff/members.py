"""Members of the organization: who is in it, and for admins inviting, roles and leaving."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from accounts import commands
from accounts.models import Role
from accounts.permissions import check_manage_members
from accounts.queries import Member, members
from core.access import staff
from core.errors import Conflict, Forbidden, Invalid, NotFound
from patients import caring, caseloads
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id, nothing_typed
from web.staff.record import wordings
from web.staff.typed import Sent, Typed, typed_of
from web.staff.wording import Options, options

MEMBERS, INVITE = "/staff/members", "/staff/members/invite"
MEMBER = "/staff/members/{user_id:str}"
ADMIN = staff(Role.ADMIN)


@get(MEMBERS, opt=staff(), sync_to_thread=True)
def list_members(request: PageRequest) -> Response[str]:
    """Who is in the organization."""
    desk = desk_of(request)
    with desk.database.read() as session:
        found = members(session, desk.actor, desk.organization_id)
    manages = desk.holds(Role.ADMIN)
    return desk.show("members.html", found=found, manages=manages, **wordings(desk))


@get(INVITE, opt=ADMIN, sync_to_thread=True)
def invitation(request: PageRequest) -> Response[str]:
    """The form to invite somebody."""
    desk = desk_of(request)
    check_manage_members(desk.actor, desk.organization_id)
    return _invitation(desk, nothing_typed())


@post(INVITE, opt=ADMIN, sync_to_thread=True, status_code=200)
def invite(request: PageRequest, typed: Sent) -> Response[str]:
    """Makes the link for somebody invited. It is in this answer and in no other."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            token = commands.invite(
                session,
                desk.actor,
                organization_id=desk.organization_id,
                email=typed.value("email"),
                role=_role(typed, desk),
            )
    except Invalid as refused:
        return _invitation(desk, typed.wrong(desk.errors(refused)), 400)
    link = f"{desk.site.settings.base_url}/staff/join/{token}"
    return _invitation(desk, typed, link=link)


@get(MEMBER, opt=ADMIN, sync_to_thread=True)
def member(request: PageRequest, user_id: FromPath[str]) -> Response[str]:
    """One member: roles, and what has to be done before they leave."""
    return _member(desk_of(request), user_id, None)


@post(MEMBER, opt=ADMIN, sync_to_thread=True, status_code=200)
def set_roles(request: PageRequest, user_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Gives and takes roles until they are those ticked."""
    desk = desk_of(request)
    wanted = {Role(code) for code in typed.all("roles") if code in set(Role)}
    with desk.database.read() as session:
        held = {Role(code) for code in _find(session, desk, user_id).roles}
    if not wanted:
        words = desk.say.gettext("Tick at least one role, or end the membership below.")
        return _member(desk, user_id, typed.wrong({"roles": words}), 400)
    try:
        with desk.database.write() as session:
            who = {"organization_id": desk.organization_id, "user_id": user_id}
            for role in sorted(wanted - held):
                commands.give_role(session, desk.actor, role=role, **who)
            for role in sorted(held - wanted):
                commands.take_role(session, desk.actor, role=role, **who)
    except (Conflict, Invalid) as refused:
        words = desk.say.gettext(refused.message)
        return _member(desk, user_id, typed.wrong({"roles": words}), 409)
    return go(MEMBERS, done="saved")


@post(f"{MEMBER}/end", opt=ADMIN, sync_to_thread=True, status_code=200)
def end(request: PageRequest, user_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Hands the caseload over and ends the membership, both or neither."""
    desk = desk_of(request)
    to_user = typed.value("to")
    with desk.database.read() as session:
        held = _held(session, desk, _find(session, desk, user_id))
    if held and not to_user:
        words = desk.say.gettext("Choose who takes their patients over.")
        return _member(desk, user_id, typed.wrong({"to": words}), 400)
    try:
        with desk.database.write() as session:
            caring.leave(session, desk.actor, desk.organization_id, user_id, to_user)
    except (Conflict, Forbidden, NotFound) as refused:
        words = desk.say.gettext(refused.message)
        return _member(desk, user_id, typed.wrong({"to": words}), 409)
    return go(MEMBERS, done="ended")


def _role(typed: Typed, desk: Desk) -> Role:
    if typed.value("role") not in set(Role):
        raise Invalid(desk.say.gettext("Choose a role."), parameter="role")
    return Role(typed.value("role"))


def _roles(desk: Desk) -> Options:
    """The roles there are in this kind of organization."""
    kind = desk.organization.kind if desk.organization else ""
    allowed = commands.ROLES.get(kind, frozenset())  # type: ignore[call-overload]
    return [pair for pair in options("role", desk.say) if pair[0] in allowed]


def _invitation(desk: Desk, typed: Typed, status: int = 200, *, link: str = "") -> Response[str]:
    return desk.show("invite.html", status, typed=typed, roles=_roles(desk), link=link)


def _find(session: Session, desk: Desk, user_id: str) -> Member:
    check_manage_members(desk.actor, desk.organization_id)
    for found in members(session, desk.actor, desk.organization_id):
        if found.user_id == known_id(user_id):
            return found
    raise NotFound("There is no such member.")


def _held(session: Session, desk: Desk, who: Member) -> int:
    loads = caseloads.caseloads(session, desk.actor, desk.organization_id)
    return next((load.patients for load in loads if load.user_id == who.user_id), 0)


def _member(desk: Desk, user_id: str, typed: Typed | None, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        found = _find(session, desk, user_id)
        others = caseloads.coordinators(session, desk.actor, desk.organization_id)
        held = _held(session, desk, found)
    return desk.show(
        "member.html",
        status,
        member=found,
        typed=typed or typed_of({"roles": found.roles}),
        roles=_roles(desk),
        held=held,
        others=[pair for pair in others if pair[0] != user_id],
    )
