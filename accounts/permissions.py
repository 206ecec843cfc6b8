"""Who may manage people. Each rule is a pair: check_x raises with the reason, can_x says whether."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from accounts.models import Role
from core.actor import Actor
from core.errors import Forbidden, HandrailError, NotFound

P = ParamSpec("P")


def asking(check: Callable[P, None]) -> Callable[P, bool]:
    """The can_x of a check_x."""

    @wraps(check)
    def can(*args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            check(*args, **kwargs)
        except HandrailError:
            return False
        return True

    return can


def check_belongs(actor: Actor, organization_id: str) -> None:
    """The actor acts for the organization; across organizations it is as if it were not there."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")


def check_see_members(actor: Actor, organization_id: str) -> None:
    """Anybody in the organization may see who else is."""
    check_belongs(actor, organization_id)


def check_manage_members(actor: Actor, organization_id: str) -> None:
    """Only its admins may invite, change roles and deactivate."""
    check_belongs(actor, organization_id)
    if not actor.holds(Role.ADMIN, organization_id):
        raise Forbidden("Only an admin of your organization may manage its members.")


def check_read_audit(actor: Actor, organization_id: str) -> None:
    """Only its admins may read the audit trail."""
    check_belongs(actor, organization_id)
    if not actor.holds(Role.ADMIN, organization_id):
        raise Forbidden("Only an admin of your organization may read the audit trail.")


can_see_members = asking(check_see_members)
can_manage_members = asking(check_manage_members)
can_read_audit = asking(check_read_audit)
