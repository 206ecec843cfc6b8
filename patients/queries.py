"""Reads of patient records: scoped to the actor's organizations, opened, and audited."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.actor import Actor
from core.clock import now
from core.errors import NotFound
from core.paging import Page, check_paging, offset
from core.saying import N_
from core.scope import scoped
from patients import names
from patients.models import (
    Assignment,
    AssignmentKind,
    Consent,
    ConsentPartner,
    Need,
    NeedStatus,
    Patient,
    PatientContact,
    PatientNameToken,
    PatientTime,
    RelatedPerson,
)
from patients.opening import (
    ERASED,
    consent_view,
    contact_view,
    need_view,
    person_view,
    point,
    summary,
    time_view,
)
from patients.permissions import check_patient, check_work_with_patients
from patients.recording import record, record_list
from patients.sealing import Vault
from patients.views import PatientRecord, PatientSummary

OPEN = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)
NEAR_MATCHES = 5


def patient_record(
    session: Session, actor: Actor, vault: Vault, patient_id: str, *, purpose: str = "care"
) -> PatientRecord:
    """The whole record. Reading it is audited with the purpose."""
    patient = session.get(Patient, patient_id)
    check_patient(actor, patient)
    assert patient is not None
    people = {p.id: person_view(vault, p) for p in _of(session, RelatedPerson, patient_id)}
    consents = _of(session, Consent, patient_id)
    partners = _partners(session, consents)
    record(session, actor, "patient.read", patient, fields=[purpose])
    return PatientRecord(
        summary=_summaries(session, vault, [patient])[0],
        version=patient.version,
        pronouns=vault.get(patient, "pronouns"),
        address=vault.get(patient, "address"),
        pin=point(vault.get(patient, "pin")),
        interpreter=patient.interpreter,
        insurance=tuple(patient.insurance),
        mobility=tuple(patient.mobility),
        communication=tuple(patient.communication),
        documents_held=tuple(patient.documents_held),
        income_band=patient.income_band,
        notes=vault.get(patient, "notes"),
        created_at=patient.created_at,
        updated_at=patient.updated_at,
        contacts=tuple(contact_view(vault, c) for c in _of(session, PatientContact, patient_id)),
        related_people=tuple(people.values()),
        times=tuple(time_view(vault, row) for row in _of(session, PatientTime, patient_id)),
        needs=tuple(need_view(vault, n, people) for n in _of(session, Need, patient_id)),
        consents=tuple(consent_view(vault, c, partners.get(c.id, ())) for c in consents),
    )


def patients(
    session: Session,
    actor: Actor,
    vault: Vault,
    organization_id: str,
    *,
    text: str = "",
    born: date | None = None,
    phone: str = "",
    mine: bool = False,
    page: int = 1,
    per_page: int = 20,
) -> Page[PatientSummary]:
    """The organization's patients, newest first; `text` finds names by word and by sound.

    Each word of `text` must match; a birth date and a number (or e-mail address) match as a whole.
    `mine` narrows to the actor's caseload, covers included. Whom the list shows is audited: it
    needs a session that writes.
    """
    check_work_with_patients(actor, organization_id)
    check_paging(page, per_page)
    statement = scoped(select(Patient), Patient, actor).where(
        Patient.organization_id == organization_id,
        col(Patient.erased_at).is_(None),
        col(Patient.merged_into_id).is_(None),
    )
    for word in names.words(text):
        statement = statement.where(col(Patient.id).in_(_named(vault, word)))
    if born:
        day = vault.blind("birth_date", born.isoformat())
        statement = statement.where(col(Patient.birth_date_blind) == day)
    if phone:
        statement = statement.where(col(Patient.id).in_(_reached(vault, phone)))
    if mine:
        statement = statement.where(col(Patient.id).in_(on_caseload(actor.id)))
    total = session.exec(select(func.count()).select_from(statement.subquery())).one()
    ordered = statement.order_by(col(Patient.created_at).desc(), Patient.id)
    rows = session.exec(ordered.offset(offset(page, per_page)).limit(per_page)).all()
    record_list(session, actor, organization_id, rows)
    return Page(tuple(_summaries(session, vault, rows)), total, page, per_page)


def near_matches(
    session: Session,
    actor: Actor,
    vault: Vault,
    organization_id: str,
    name: str,
    birth_date: date | None,
) -> list[PatientSummary]:
    """Patients who may be the same person: names that sound alike, or the same birth date.

    With a birth date, one shared sounding word is enough if the dates are the same; without,
    two words must sound alike. Best first.
    """
    check_work_with_patients(actor, organization_id)
    heard = {names.sound(word) for word in names.words(name)}
    blinds = [vault.blind("name.sound", sound) for sound in heard if sound]
    shared = (
        select(PatientNameToken.patient_id, func.count().label("shared"))
        .where(col(PatientNameToken.kind) == "sound", col(PatientNameToken.token_blind).in_(blinds))
        .group_by(col(PatientNameToken.patient_id))
        .subquery()
    )
    born = vault.blind("birth_date", birth_date.isoformat()) if birth_date else None
    same_day = col(Patient.birth_date_blind) == born if born else col(Patient.id).is_(None)
    enough = min(2, len(blinds)) or 1
    statement = (
        scoped(select(Patient), Patient, actor)
        .join(shared, shared.c.patient_id == col(Patient.id))
        .where(Patient.organization_id == organization_id)
        .where(col(Patient.erased_at).is_(None), col(Patient.merged_into_id).is_(None))
        .where((shared.c.shared >= enough) | same_day)
        .order_by(same_day.desc(), shared.c.shared.desc(), Patient.id)
        .limit(NEAR_MATCHES)
    )
    rows = session.exec(statement).all()
    record_list(session, actor, organization_id, rows)
    return _summaries(session, vault, rows)


def names_of(
    session: Session, actor: Actor, vault: Vault, organization_id: str, ids: Collection[str]
) -> dict[str, str]:
    """Names of the organization's patients, by id, for a list that is about something else. Audited."""
    check_work_with_patients(actor, organization_id)
    found = scoped(select(Patient), Patient, actor).where(
        Patient.organization_id == organization_id, col(Patient.id).in_(ids)
    )
    rows = session.exec(found).all()
    record_list(session, actor, organization_id, rows)
    return {row.id: vault.get(row, "name") or ERASED for row in rows}


def merged_into(session: Session, actor: Actor, patient_id: str) -> str | None:
    """The record that this one was merged into; None when it was not."""
    patient = session.get(Patient, patient_id)
    check_patient(actor, patient)
    return patient.merged_into_id if patient else None


def patient_of_need(session: Session, actor: Actor, need_id: str) -> str:
    """Whose need it is: the id of the patient."""
    statement = scoped(select(Need.patient_id), Need, actor).where(Need.id == need_id)
    return _found(session.exec(statement).one_or_none(), N_("There is no such need."))


def patient_of_consent(session: Session, actor: Actor, consent_id: str) -> str:
    """Whose consent it is: the id of the patient."""
    statement = scoped(select(Consent.patient_id), Consent, actor).where(Consent.id == consent_id)
    return _found(session.exec(statement).one_or_none(), N_("There is no such consent."))


def _found(patient_id: str | None, missing: str) -> str:
    if patient_id is None:
        raise NotFound(missing)
    return patient_id


def _summaries(session: Session, vault: Vault, rows: Sequence[Patient]) -> list[PatientSummary]:
    ids = [row.id for row in rows]
    open_needs = dict(
        session.exec(
            select(Need.patient_id, func.count())
            .where(col(Need.patient_id).in_(ids), col(Need.status).in_(OPEN))
            .group_by(col(Need.patient_id))
        ).all()
    )
    holders = dict(
        session.exec(
            select(Assignment.patient_id, Assignment.user_id).where(
                col(Assignment.patient_id).in_(ids),
                col(Assignment.kind) == AssignmentKind.PRIMARY,
                col(Assignment.ended_at).is_(None),
            )
        ).all()
    )
    return [summary(vault, row, holders.get(row.id), open_needs.get(row.id, 0)) for row in rows]


def _named(vault: Vault, word: str) -> Any:
    blinds = [vault.blind("name.word", word), vault.blind("name.sound", names.sound(word))]
    return select(PatientNameToken.patient_id).where(col(PatientNameToken.token_blind).in_(blinds))


def _reached(vault: Vault, value: str) -> Any:
    blind = vault.blind("contact", names.contact_key(value))
    return select(PatientContact.patient_id).where(col(PatientContact.value_blind) == blind)


def on_caseload(user_id: str) -> Any:
    """Ids of the patients somebody has now, covers included; for a narrower search."""
    return select(Assignment.patient_id).where(
        Assignment.user_id == user_id,
        col(Assignment.ended_at).is_(None),
        (col(Assignment.until).is_(None)) | (col(Assignment.until) > now()),
    )


def _of(session: Session, table: Any, patient_id: str) -> list[Any]:
    statement = select(table).where(col(table.patient_id) == patient_id)
    return list(session.exec(statement.order_by(table.id)))


def _partners(session: Session, consents: Iterable[Consent]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    ids = [consent.id for consent in consents]
    rows = session.exec(select(ConsentPartner).where(col(ConsentPartner.consent_id).in_(ids)))
    for row in rows:
        found.setdefault(row.consent_id, []).append(row.organization_id)
    return found
