"""The long life of a record: merged, exported, erased."""

from dataclasses import asdict
from typing import Any

from sqlmodel import Session, col, delete, select, update

from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from patients.commands import patient_for_update
from patients.following import ERASING, FOLLOWING
from patients.models import (
    Assignment,
    Consent,
    FormDraft,
    Need,
    Packet,
    Patient,
    PatientContact,
    PatientNameToken,
    PatientTime,
    RelatedPerson,
    Shortlisted,
    Watched,
)
from patients.queries import patient_record
from patients.recording import record
from patients.sealing import Vault

# Every table with sealed columns, and the columns.
SEALED: dict[Any, tuple[str, ...]] = {
    Patient: ("name", "preferred_name", "pronouns", "birth_date", "address", "pin", "notes"),
    PatientContact: ("value",),
    RelatedPerson: ("name", "phone"),
    PatientTime: ("reason",),
    Need: ("words",),
    Consent: ("evidence",),
}
# What is kept for the work on a need, and goes with whose need it was.
_WORK: tuple[Any, ...] = (Shortlisted, Watched, Packet)
# What moves to the other record in a merge.
_MOVING: tuple[Any, ...] = (PatientContact, RelatedPerson, PatientTime, Need, Consent)


def merge(session: Session, actor: Actor, duplicate_id: str, into_id: str) -> Patient:
    """Move everything that hangs on the duplicate to the other record, and close it.

    The duplicate keeps its own identity fields, so that the history of the merge can be read.
    """
    if duplicate_id == into_id:
        raise Invalid("A record cannot be merged into itself.", parameter="into")
    first, second = sorted(
        (duplicate_id, into_id)
    )  # one order, so two merges cannot lock crosswise
    locked = {key: patient_for_update(session, actor, key) for key in (first, second)}
    duplicate, into = locked[duplicate_id], locked[into_id]
    if duplicate.organization_id != into.organization_id:
        raise Conflict("Only records of the same organization can be merged.")
    for table in _MOVING:
        statement = update(table).where(col(table.patient_id) == duplicate.id)
        session.connection().execute(statement.values(patient_id=into.id))
    for following in FOLLOWING:
        if following.moves:
            moving = update(following.table).where(following.of_patient(duplicate.id))
            session.connection().execute(moving.values(patient_id=into.id))
    _end_assignments(session, duplicate.id)
    duplicate.merged_into_id, duplicate.updated_at = into.id, now()
    into.version, into.updated_at = into.version + 1, now()
    session.add_all([duplicate, into])
    session.flush()
    record(session, actor, "patient.merge", into, entity=("patient", duplicate.id))
    return into


def export(session: Session, actor: Actor, vault: Vault, patient_id: str) -> dict[str, Any]:
    """The patient's whole record as plain values, for the patient. Audited as an export."""
    found = patient_record(session, actor, vault, patient_id, purpose="export")
    patient = session.get_one(Patient, patient_id)
    record(session, actor, "patient.export", patient)
    return asdict(found)


def erase(session: Session, actor: Actor, patient_id: str) -> None:
    """Forget who the patient is. Needs and their ends stay, for the numbers; so does the audit.

    What is under way for them ends first (following.py).
    """
    for ending in ERASING:
        ending(session, actor, patient_id)
    forget(session, actor, patient_for_update(session, actor, patient_id))


def forget(session: Session, actor: Actor, patient: Patient) -> None:
    """Erase a locked record, whoever may; asking whether is the caller's."""
    for table in (PatientContact, PatientTime, PatientNameToken, FormDraft):
        session.connection().execute(delete(table).where(col(table.patient_id) == patient.id))
    for table, columns in SEALED.items():
        if table in (PatientContact, PatientTime, RelatedPerson):
            continue
        match = table.id if table is Patient else table.patient_id
        statement = update(table).where(col(match) == patient.id)
        emptied: dict[str, Any] = {f"{column}_sealed": None for column in columns}
        if table is Patient:
            emptied |= {"birth_date_blind": None, "erased_at": now()}
        session.connection().execute(statement.values(**emptied))
    for following in FOLLOWING:
        if following.columns:
            emptying = update(following.table).where(following.of_patient(patient.id))
            nothing = {f"{column}_sealed": None for column in following.columns}
            session.connection().execute(emptying.values(**nothing))
    _forget_work(session, patient.id)
    _forget_people(session, patient.id)
    _end_assignments(session, patient.id)
    session.refresh(patient)
    record(session, actor, "patient.erase", patient)


def _forget_work(session: Session, patient_id: str) -> None:
    needs = select(Need.id).where(Need.patient_id == patient_id)
    for table in _WORK:
        session.connection().execute(delete(table).where(col(table.need_id).in_(needs)))


def _forget_people(session: Session, patient_id: str) -> None:
    """People around the patient go; a need or consent that named one no longer says whom."""
    people = select(RelatedPerson.id).where(RelatedPerson.patient_id == patient_id)
    for need in session.exec(select(Need).where(col(Need.related_person_id).in_(people))):
        need.related_person_id = None
        session.add(need)
    given = select(Consent).where(col(Consent.related_person_id).in_(people))
    for consent in session.exec(given):
        session.delete(consent)
    session.flush()
    session.connection().execute(
        delete(RelatedPerson).where(col(RelatedPerson.patient_id) == patient_id)
    )


def _end_assignments(session: Session, patient_id: str) -> None:
    statement = update(Assignment).where(
        col(Assignment.patient_id) == patient_id, col(Assignment.ended_at).is_(None)
    )
    session.connection().execute(statement.values(ended_at=now()))
