"""Who looks after whom: the people caring for one patient, and the caseloads of an organization."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from accounts.models import Membership, Role, User
from core.actor import Actor
from core.clock import now
from core.scope import scoped
from patients.models import Assignment, AssignmentKind, Patient
from patients.permissions import check_caseload, check_patient


@dataclass(frozen=True, slots=True)
class Carer:
    """Somebody who has a patient now: for good, or standing in until a time (UTC)."""

    user_id: str
    name: str
    kind: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Caseload:
    """A coordinator, and how many patients are theirs. `here` is False once they have left."""

    user_id: str
    name: str
    patients: int
    here: bool


def carers(session: Session, actor: Actor, patient_id: str) -> list[Carer]:
    """Who has the patient now, the primary coordinator first."""
    patient = session.get(Patient, patient_id)
    check_patient(actor, patient)
    statement = (
        select(Assignment, User.name)
        .join(User, col(User.id) == col(Assignment.user_id))
        .where(Assignment.patient_id == patient_id, _holds())
        .order_by(col(Assignment.kind).desc(), col(Assignment.started_at))
    )
    return [
        Carer(row.user_id, name, row.kind.value, row.until) for row, name in session.exec(statement)
    ]


def coordinators(session: Session, actor: Actor, organization_id: str) -> list[tuple[str, str]]:
    """(id, name) of the organization's coordinators now, by name."""
    check_caseload(actor, organization_id)
    statement = (
        select(User.id, User.name)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None))
        .where(Membership.role == Role.COORDINATOR)
        .order_by(User.name, User.id)
    )
    return [(user_id, name) for user_id, name in session.exec(statement)]


def caseloads(session: Session, actor: Actor, organization_id: str) -> list[Caseload]:
    """Every coordinator of the organization and whoever still has patients, by name.

    Numbers only: supervisors see these, and no patient.
    """
    check_caseload(actor, organization_id)
    counted = (
        select(Assignment.user_id, func.count())
        .join(Patient, col(Patient.id) == col(Assignment.patient_id))
        .where(Patient.organization_id == organization_id, col(Assignment.ended_at).is_(None))
        .where(col(Assignment.kind) == AssignmentKind.PRIMARY)
        .group_by(col(Assignment.user_id))
    )
    held = dict(session.exec(scoped(counted, Patient, actor)).all())
    here = dict(coordinators(session, actor, organization_id))
    gone = session.exec(select(User.id, User.name).where(col(User.id).in_(held.keys() - here)))
    names = here | dict(gone.all())
    found = [Caseload(key, name, held.get(key, 0), key in here) for key, name in names.items()]
    return sorted(found, key=lambda load: (load.name, load.user_id))


def _holds() -> Any:
    in_time = col(Assignment.until).is_(None) | (col(Assignment.until) > now())
    return col(Assignment.ended_at).is_(None) & in_time
