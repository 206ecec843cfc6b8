"""The services somebody set aside for a need, before one of them is asked."""

from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.scope import check_owned, scoped
from directory.queries import service_detail
from patients.commands import patient_for_update
from patients.models import Need, NeedStatus, Shortlisted
from patients.permissions import check_work_with_patients
from patients.recording import record

OPEN = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)
LONGEST = 20


def add(
    session: Session,
    actor: Actor,
    need_id: str,
    service_id: str,
    location_id: str | None = None,
) -> Shortlisted:
    """Set a service aside for an open need, at one of its places or wherever; once is enough."""
    need = _need(session, actor, need_id)
    patient = patient_for_update(session, actor, need.patient_id)
    held: Shortlisted | None = session.exec(_same(need.id, service_id, location_id)).first()
    if held is not None:
        return held
    if need.status not in OPEN:
        raise Conflict("The need is closed. Open it again, or record a new one.")
    _check_offered(session, service_id, location_id)
    length = select(func.count()).where(Shortlisted.need_id == need.id)
    if session.exec(length).one() >= LONGEST:
        raise Conflict("The shortlist is full. Take one off before another goes on it.")
    row = Shortlisted(
        need_id=need.id, service_id=service_id, location_id=location_id, added_by=actor.id
    )
    session.add(row)
    session.flush()
    record(session, actor, "need.shortlist", patient, entity=("need", need.id))
    return row


def remove(
    session: Session,
    actor: Actor,
    need_id: str,
    service_id: str,
    location_id: str | None = None,
) -> None:
    """Take a service off the shortlist; it is no mistake when it is not on it."""
    need = _need(session, actor, need_id)
    patient = patient_for_update(session, actor, need.patient_id)
    found = session.exec(_same(need.id, service_id, location_id)).first()
    if found is not None:
        session.delete(found)
        session.flush()
        record(session, actor, "need.unshortlist", patient, entity=("need", need.id))


def shortlist(session: Session, actor: Actor, need_id: str) -> list[Shortlisted]:
    """What is set aside for the need, first come first."""
    need = _need(session, actor, need_id)
    statement = select(Shortlisted).where(Shortlisted.need_id == need.id)
    return list(session.exec(statement.order_by(col(Shortlisted.added_at), Shortlisted.id)))


def _need(session: Session, actor: Actor, need_id: str) -> Need:
    need: Need | None = session.exec(
        scoped(select(Need), Need, actor).where(Need.id == need_id)
    ).one_or_none()
    check_owned(actor, need, "need")
    assert need is not None
    check_work_with_patients(actor, need.organization_id)
    return need


def _same(need_id: str, service_id: str, location_id: str | None) -> Any:
    return select(Shortlisted).where(
        Shortlisted.need_id == need_id,
        Shortlisted.service_id == service_id,
        col(Shortlisted.location_id).is_(None)
        if location_id is None
        else Shortlisted.location_id == location_id,
    )


def _check_offered(session: Session, service_id: str, location_id: str | None) -> None:
    """Only what may be shown: a confidential place is not one to be named here."""
    try:
        views = service_detail(session, service_id)
    except NotFound as none:
        raise Invalid("There is no such service.", parameter="service_id") from none
    places = {view.location.id for view in views if view.location}
    if location_id is not None and location_id not in places:
        raise Invalid("The service is not offered at this place.", parameter="location_id")
