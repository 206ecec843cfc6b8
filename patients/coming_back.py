"""What somebody wants to come back to: the day to get in touch again, and needs they watch."""

from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from core.actor import Actor
from core.clock import now
from core.errors import Conflict
from core.scope import check_owned, scoped
from patients.commands import patient_for_update
from patients.models import Need, NeedStatus, Patient, Watched
from patients.permissions import check_work_with_patients
from patients.recording import record

OPEN = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)


def set_contact_day(session: Session, actor: Actor, need_id: str, on: date | None) -> Need:
    """Say when to get in touch again about an open need; until then little of it is due."""
    need = _need(session, actor, need_id)
    patient = patient_for_update(session, actor, need.patient_id)
    if on is not None and need.status not in OPEN:
        raise Conflict("The need is closed. Open it again, or record a new one.")
    if need.contact_on != on:
        need.contact_on = on
        session.add(need)
        session.flush()
        record(session, actor, "need.contact_day", patient, entity=("need", need.id))
    return need


def watch(session: Session, actor: Actor, need_id: str) -> None:
    """Be told of what changes about a need from now on; watching it again means: seen."""
    need = _need(session, actor, need_id)
    row: Watched | None = session.exec(_watch_of(actor, need)).one_or_none()
    if row is None:
        session.add(Watched(need_id=need.id, user_id=actor.id, seen_at=now()))
        _record(session, actor, "need.watch", need)
    else:
        row.seen_at = now()
        session.add(row)
    session.flush()


def unwatch(session: Session, actor: Actor, need_id: str) -> None:
    """No longer be told of it."""
    need = _need(session, actor, need_id)
    row: Watched | None = session.exec(_watch_of(actor, need)).one_or_none()
    if row is not None:
        session.delete(row)
        _record(session, actor, "need.unwatch", need)
        session.flush()


def watches(session: Session, actor: Actor, need_id: str) -> bool:
    """Whether the actor watches the need."""
    return session.exec(_watch_of(actor, _need(session, actor, need_id))).first() is not None


def _watch_of(actor: Actor, need: Need) -> Any:
    return select(Watched).where(col(Watched.user_id) == actor.id, col(Watched.need_id) == need.id)


def _need(session: Session, actor: Actor, need_id: str) -> Need:
    statement = scoped(select(Need), Need, actor).where(Need.id == need_id)
    need: Need | None = session.exec(statement.with_for_update()).one_or_none()
    check_owned(actor, need, "need")
    assert need is not None
    check_work_with_patients(actor, need.organization_id)
    return need


def _record(session: Session, actor: Actor, action: str, need: Need) -> None:
    patient = session.get_one(Patient, need.patient_id)
    record(session, actor, action, patient, entity=("need", need.id))
