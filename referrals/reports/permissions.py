"""Who may read reports, and who may see the referrals behind a number."""

from accounts.models import Role
from accounts.permissions import asking
from core.actor import Actor
from core.errors import Forbidden, NotFound


def check_report(actor: Actor, organization_id: str) -> None:
    """Supervisors and admins read the numbers of their own organization."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    if not any(actor.holds(role, organization_id) for role in (Role.SUPERVISOR, Role.ADMIN)):
        raise Forbidden("Only supervisors and admins read reports.")


def check_behind(actor: Actor, organization_id: str) -> None:
    """Coordinators see single referrals; whoever only supervises sees numbers."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    if not actor.holds(Role.COORDINATOR, organization_id):
        raise Forbidden("Only coordinators see the referrals behind a number.")


can_report = asking(check_report)
can_see_behind = asking(check_behind)
