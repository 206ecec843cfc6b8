"""Who may see and change patients. Across organizations a patient is as if not there."""

from accounts.models import Role
from accounts.permissions import asking
from core.actor import Actor
from core.errors import Forbidden, NotFound
from core.scope import check_owned
from patients.models import Patient


def check_work_with_patients(actor: Actor, organization_id: str) -> None:
    """Coordinators of the organization work with its patients; supervisors see numbers only."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    if not actor.holds(Role.COORDINATOR, organization_id):
        raise Forbidden("Only coordinators work with patient records.")


def check_patient(actor: Actor, patient: Patient | None) -> None:
    """The actor may open and change this record."""
    check_owned(actor, patient, "patient")
    assert patient is not None
    check_work_with_patients(actor, patient.organization_id)


def check_caseload(actor: Actor, organization_id: str) -> None:
    """Coordinators hand over their own patients; supervisors and admins anybody's."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    roles = (Role.COORDINATOR, Role.SUPERVISOR, Role.ADMIN)
    if not any(actor.holds(role, organization_id) for role in roles):
        raise Forbidden("Only coordinators and supervisors hand over caseloads.")


can_work_with_patients = asking(check_work_with_patients)
can_open_patient = asking(check_patient)
can_hand_over = asking(check_caseload)
