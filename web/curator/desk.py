"""Who looks after the directory: curators, and admins of organizations that send people to it."""

from datetime import date

from accounts.models import OrganizationKind, Role
from core.clock import now
from core.errors import NotFound
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of


def curating(request: PageRequest) -> Desk:
    """The desk of somebody whose organization coordinates. A partner tends its own listings only:
    its admins find nothing here.
    """
    desk = desk_of(request)
    if desk.organization is None:
        raise NotFound("Choose the organization you work for first.")
    if desk.organization.kind != OrganizationKind.COORDINATING:
        raise NotFound("There is no such page.")
    return desk


def may_change(desk: Desk) -> bool:
    """Whether they may change the directory, not only look."""
    return desk.holds(Role.CURATOR, Role.ADMIN)


def today(desk: Desk) -> date:
    """The day it is where this installation is."""
    return now().astimezone(desk.site.zone).date()
