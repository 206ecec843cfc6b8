"""Writes of patient records. Each is audited; sealed columns never leave their row."""

from collections.abc import Iterable

from sqlmodel import Session, col, delete, select

from core.actor import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.scope import scoped
from patients import names
from patients.forms import ContactForm, PatientForm, RelatedPersonForm, TimeForm
from patients.models import (
    Assignment,
    AssignmentKind,
    Consent,
    Need,
    Patient,
    PatientContact,
    PatientNameToken,
    PatientTime,
    RelatedPerson,
)
from patients.permissions import check_patient, check_work_with_patients
from patients.recording import record
from patients.sealing import Vault

SEALED = ("name", "preferred_name", "pronouns", "address", "notes")
PLAIN = (
    "postal_code",
    "languages",
    "interpreter",
    "insurance",
    "mobility",
    "communication",
    "documents_held",
    "income_band",
)


def create_patient(
    session: Session, actor: Actor, vault: Vault, organization_id: str, form: PatientForm
) -> Patient:
    """A new patient on the actor's own caseload.

    Near matches are a warning for the caller to show first (queries.near_matches), not a refusal.
    """
    check_work_with_patients(actor, organization_id)
    patient = Patient(organization_id=organization_id, created_by=actor.id)
    _write(vault, patient, form)
    session.add(patient)
    session.flush()
    _index_name(session, vault, patient, form)
    session.add(Assignment(patient_id=patient.id, user_id=actor.id, kind=AssignmentKind.PRIMARY))
    session.flush()
    record(session, actor, "patient.create", patient, fields=form.model_fields_set)
    return patient


def update_patient(
    session: Session,
    actor: Actor,
    vault: Vault,
    patient_id: str,
    form: PatientForm,
    *,
    version: int,
) -> Patient:
    """Replace what is known of the patient. Conflict when somebody changed it since `version`."""
    patient = patient_for_update(session, actor, patient_id)
    if patient.version != version:
        raise Conflict("Somebody changed this record meanwhile. Load it again; yours is kept here.")
    changed = _changed(vault, patient, form)
    if not changed:
        return patient
    _write(vault, patient, form)
    patient.version += 1
    patient.updated_at = now()
    session.add(patient)
    _index_name(session, vault, patient, form)
    record(session, actor, "patient.update", patient, fields=changed)
    return patient


def set_contacts(
    session: Session, actor: Actor, vault: Vault, patient_id: str, forms: Iterable[ContactForm]
) -> list[PatientContact]:
    """Replace the ways to reach the patient."""
    patient = patient_for_update(session, actor, patient_id)
    session.connection().execute(
        delete(PatientContact).where(col(PatientContact.patient_id) == patient.id)
    )
    rows = []
    for form in forms:
        row = PatientContact(
            patient_id=patient.id,
            value_sealed="",
            value_blind=vault.blind("contact", names.contact_key(form.value)),
            **form.model_dump(exclude={"value"}),
        )
        vault.put(row, "value", form.value)
        session.add(row)
        rows.append(row)
    session.flush()
    record(session, actor, "patient.update", patient, fields=["contacts"])
    return rows


def set_times(
    session: Session, actor: Actor, vault: Vault, patient_id: str, forms: Iterable[TimeForm]
) -> list[PatientTime]:
    """Replace the weekly windows in which the patient is free or blocked."""
    patient = patient_for_update(session, actor, patient_id)
    session.connection().execute(
        delete(PatientTime).where(col(PatientTime.patient_id) == patient.id)
    )
    rows = []
    for form in forms:
        row = PatientTime(patient_id=patient.id, **form.model_dump(exclude={"reason"}))
        vault.put(row, "reason", form.reason)
        session.add(row)
        rows.append(row)
    session.flush()
    record(session, actor, "patient.update", patient, fields=["times"])
    return rows


def add_related_person(
    session: Session, actor: Actor, vault: Vault, patient_id: str, form: RelatedPersonForm
) -> RelatedPerson:
    """A caregiver or proxy."""
    patient = patient_for_update(session, actor, patient_id)
    row = RelatedPerson(
        patient_id=patient.id, name_sealed="", **form.model_dump(exclude={"name", "phone"})
    )
    vault.put(row, "name", form.name)
    vault.put(row, "phone", form.phone)
    session.add(row)
    session.flush()
    entity = ("related_person", row.id)
    record(session, actor, "related_person.create", patient, entity=entity)
    return row


def update_related_person(
    session: Session, actor: Actor, vault: Vault, person_id: str, form: RelatedPersonForm
) -> RelatedPerson:
    """Replace what is known of a caregiver or proxy."""
    row, patient = _person_for_update(session, actor, person_id)
    for name, value in form.model_dump(exclude={"name", "phone"}).items():
        setattr(row, name, value)
    vault.put(row, "name", form.name)
    vault.put(row, "phone", form.phone)
    session.add(row)
    session.flush()
    entity = ("related_person", row.id)
    record(session, actor, "related_person.update", patient, entity=entity)
    return row


def remove_related_person(session: Session, actor: Actor, person_id: str) -> None:
    """Take somebody out of the record, unless a need or a consent is theirs."""
    row, patient = _person_for_update(session, actor, person_id)
    of_need = scoped(select(Need.id), Need, actor).where(Need.related_person_id == row.id)
    of_consent = scoped(select(Consent.id), Consent, actor).where(
        Consent.related_person_id == row.id
    )
    if session.exec(of_need).first() or session.exec(of_consent).first():
        raise Conflict("A need or a consent of this person is on record; they have to stay.")
    session.delete(row)
    session.flush()
    record(session, actor, "related_person.remove", patient, entity=("related_person", person_id))


def _person_for_update(
    session: Session, actor: Actor, person_id: str
) -> tuple[RelatedPerson, Patient]:
    row = session.get(RelatedPerson, person_id)
    if row is None:
        raise NotFound("There is no such person.")
    return row, patient_for_update(session, actor, row.patient_id)


def patient_for_update(session: Session, actor: Actor, patient_id: str) -> Patient:
    """The locked patient, if the actor may change it. NotFound also when merged or erased."""
    statement = scoped(select(Patient), Patient, actor).where(Patient.id == patient_id)
    patient = session.exec(statement.with_for_update()).one_or_none()
    check_patient(actor, patient)
    if patient.erased_at or patient.merged_into_id:
        raise NotFound("This record was closed: the patient was erased or merged into another.")
    found: Patient = patient
    return found


def _write(vault: Vault, patient: Patient, form: PatientForm) -> None:
    for name in SEALED:
        vault.put(patient, name, getattr(form, name))
    born = form.birth_date.isoformat() if form.birth_date else None
    vault.put(patient, "birth_date", born)
    patient.birth_date_blind = vault.blind("birth_date", born) if born else None
    vault.put(patient, "pin", f"{form.pin[0]},{form.pin[1]}" if form.pin else None)
    for name in PLAIN:
        setattr(patient, name, getattr(form, name))


def _changed(vault: Vault, patient: Patient, form: PatientForm) -> list[str]:
    old = {name: vault.get(patient, name) for name in (*SEALED, "birth_date", "pin")}
    new = {name: getattr(form, name) for name in SEALED}
    new["birth_date"] = form.birth_date.isoformat() if form.birth_date else None
    new["pin"] = f"{form.pin[0]},{form.pin[1]}" if form.pin else None
    plain = [name for name in PLAIN if getattr(patient, name) != getattr(form, name)]
    return [name for name, value in new.items() if (value or None) != old[name]] + plain


def _index_name(session: Session, vault: Vault, patient: Patient, form: PatientForm) -> None:
    session.connection().execute(
        delete(PatientNameToken).where(col(PatientNameToken.patient_id) == patient.id)
    )
    texts = [text for text in (form.name, form.preferred_name) if text]
    session.add_all(vault.name_tokens(patient, *texts))
    session.flush()
