"""Whether the need was met, in the words of those who know: confirmed, or disputed."""

from contextlib import suppress

from sqlmodel import Session, col, select

from accounts.models import Role
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from patients import caring
from patients.models import LoopConfirmation, Need
from referrals.drafting import Target, add_draft
from referrals.models import Referral
from referrals.permissions import CAREGIVER_ROLE, PATIENT_ROLE
from referrals.states import Status

DISPUTED = LoopConfirmation.DISPUTED
BY = {
    PATIENT_ROLE: LoopConfirmation.BY_PATIENT,
    CAREGIVER_ROLE: LoopConfirmation.BY_CAREGIVER,
    Role.COORDINATOR: LoopConfirmation.BY_COORDINATOR,
}


def confirm(
    session: Session,
    actor: Actor,
    need_id: str,
    *,
    met: bool,
    version: int | None = None,
    words_of: LoopConfirmation | None = None,
) -> Need:
    """Confirm how a closed need ended, or dispute it.

    The patient or caregiver comes by the status link. A coordinator speaks on their own account, or
    says whose words they pass on (`words_of`). A dispute opens the need again, with a draft of a new
    attempt at the last service.
    """
    if session.get(Need, need_id) is None:
        raise NotFound("There is no such need.")
    need = caring.locked_need(session, need_id)
    by = _by(actor, need)
    if by is LoopConfirmation.BY_COORDINATOR and words_of is not None:
        by = words_of
    if version is not None and need.version != version:
        raise Conflict("Somebody changed this need meanwhile. Load it again.")
    caring.confirm_end(session, actor, need, by if met else DISPUTED)
    if not met:
        _try_again(session, actor, need)
    return need


def _by(actor: Actor, need: Need) -> LoopConfirmation:
    if actor.via == "link" and actor.id == need.patient_id:
        role = next((role for role in (PATIENT_ROLE, CAREGIVER_ROLE) if role in actor.roles), None)
        if role:
            return BY[role]
    if need.organization_id not in actor.organization_ids:
        raise NotFound("There is no such need.")
    if not actor.holds(Role.COORDINATOR, need.organization_id):
        raise Forbidden("Only the patient, a caregiver or a coordinator confirms this.")
    return BY[Role.COORDINATOR]


def _try_again(session: Session, actor: Actor, need: Need) -> None:
    """A draft at the service of the last attempt; the coordinator sends it, or chooses another."""
    last = session.exec(
        select(Referral)
        .where(Referral.need_id == need.id, Referral.status == Status.COMPLETED)
        .order_by(col(Referral.closed_at).desc())
    ).first()
    if last is None:
        return
    target = Target(last.service_id, last.location_id)
    with suppress(Invalid):  # the partner may have left the network since
        add_draft(session, actor, need, target, fields=last.fields, replaces=last)
