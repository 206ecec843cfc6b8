"""Needs, consents, caseloads: what is done for a patient, by whom, and with whose leave."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from accounts.commands import leave_organization
from accounts.models import Membership, NetworkOrganization, OrganizationKind, Role
from accounts.permissions import check_manage_members
from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.scope import check_owned, scoped
from patients.commands import patient_for_update
from patients.following import HANDING_OVER, WITHDRAWING
from patients.forms import ConsentForm, NeedForm
from patients.models import (
    Assignment,
    AssignmentKind,
    Consent,
    ConsentPartner,
    LoopConfirmation,
    Need,
    NeedStatus,
    Patient,
    RelatedPerson,
)
from patients.opening import is_active
from patients.permissions import check_caseload
from patients.recording import record
from patients.sealing import Vault

CLOSED = frozenset(NeedStatus) - {NeedStatus.OPEN, NeedStatus.IN_PROGRESS}


def open_need(
    session: Session, actor: Actor, vault: Vault, patient_id: str, form: NeedForm
) -> Need:
    """Record an unmet need. The subject is the patient, or the caregiver named."""
    patient = patient_for_update(session, actor, patient_id)
    _check_person(session, patient.id, form.related_person_id)
    values = form.model_dump(exclude={"words", "opened_on"})
    need = Need(
        patient_id=patient.id,
        organization_id=patient.organization_id,
        created_by=actor.id,
        opened_on=form.opened_on or now().date(),
        **values,
    )
    vault.put(need, "words", form.words)
    session.add(need)
    session.flush()
    record(session, actor, "need.open", patient, entity=("need", need.id))
    return need


def update_need(
    session: Session, actor: Actor, vault: Vault, need_id: str, form: NeedForm, *, version: int
) -> Need:
    """Replace what is known of a need; where it stands stays as it is."""
    need = _need_for_update(session, actor, need_id, version)
    _check_person(session, need.patient_id, form.related_person_id)
    for name, value in form.model_dump(exclude={"words", "opened_on"}).items():
        setattr(need, name, value)
    need.opened_on = form.opened_on or need.opened_on
    vault.put(need, "words", form.words)
    return _saved(session, actor, need, "need.update")


def set_need_status(
    session: Session, actor: Actor, need_id: str, status: NeedStatus, *, version: int
) -> Need:
    """Say where a need stands. Closing it leaves the loop unconfirmed."""
    return move_need(session, actor, _need_for_update(session, actor, need_id, version), status)


def move_need(session: Session, actor: Actor, need: Need, status: NeedStatus) -> Need:
    """`set_need_status` of a locked need, for whoever has checked that this actor may."""
    if need.status is status:
        return need
    need.status = status
    need.closed_at = now() if status in CLOSED else None
    need.loop_confirmation = LoopConfirmation.UNCONFIRMED
    return _saved(session, actor, need, f"need.{status.value}")


def confirm_need(
    session: Session, actor: Actor, need_id: str, by: LoopConfirmation, *, version: int
) -> Need:
    """Confirm how a closed need ended; disputing it opens it again."""
    return confirm_end(session, actor, _need_for_update(session, actor, need_id, version), by)


def confirm_end(session: Session, actor: Actor, need: Need, by: LoopConfirmation) -> Need:
    """`confirm_need` of a locked need, for whoever has checked that this actor may."""
    if need.status not in CLOSED:
        raise Conflict("The need is still open; close it before its end is confirmed.")
    need.loop_confirmation = by
    if by is LoopConfirmation.DISPUTED:
        need.status, need.closed_at = NeedStatus.OPEN, None
    return _saved(session, actor, need, f"need.{by.value}")


def locked_need(session: Session, need_id: str) -> Need:
    """The need as it is now, held until the transaction ends. The caller checks who may."""
    statement = select(Need).where(Need.id == need_id).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).one()


def give_consent(
    session: Session, actor: Actor, vault: Vault, patient_id: str, form: ConsentForm
) -> Consent:
    """Record a consent for named partners."""
    patient = patient_for_update(session, actor, patient_id)
    _check_person(session, patient.id, form.related_person_id, proxy=True)
    _check_partners(session, form.partners)
    values = form.model_dump(exclude={"partners", "evidence", "valid_from"})
    consent = Consent(
        patient_id=patient.id,
        organization_id=patient.organization_id,
        recorded_by=actor.id,
        valid_from=form.valid_from or now().date(),
        **values,
    )
    vault.put(consent, "evidence", form.evidence)
    session.add(consent)
    session.flush()
    for partner in dict.fromkeys(form.partners):
        session.add(ConsentPartner(consent_id=consent.id, organization_id=partner))
    session.flush()
    entity = ("consent", consent.id)
    record(session, actor, "consent.give", patient, fields=form.data_categories, entity=entity)
    return consent


def revoke_consent(session: Session, actor: Actor, consent_id: str) -> Consent:
    """End a consent from now on; what rests on it is withdrawn with it."""
    consent = session.get(Consent, consent_id)
    check_owned(actor, consent, "consent")
    assert consent is not None
    if consent.revoked_at is None:
        for withdraw in WITHDRAWING:
            withdraw(session, actor, consent.id)
    patient = patient_for_update(session, actor, consent.patient_id)
    if consent.revoked_at is None:
        consent.revoked_at, consent.revoked_by = now(), actor.id
        session.add(consent)
        session.flush()
        record(session, actor, "consent.revoke", patient, entity=("consent", consent.id))
    return consent


def covering_consent(
    session: Session,
    patient_id: str,
    partner_id: str,
    data_categories: Collection[str],
    *,
    restricted: str | None = None,
) -> Consent | None:
    """A consent that holds today for this partner and all of these fields; the newest such."""
    statement = (
        select(Consent)
        .join(ConsentPartner, col(ConsentPartner.consent_id) == col(Consent.id))
        .where(Consent.patient_id == patient_id, ConsentPartner.organization_id == partner_id)
        .where(col(Consent.revoked_at).is_(None))
        .where(
            col(Consent.restricted) == restricted
            if restricted
            else col(Consent.restricted).is_(None)
        )
        .order_by(col(Consent.recorded_at).desc())
    )
    today, wanted = now().date(), set(data_categories)
    held = (row for row in session.exec(statement) if is_active(row, today))
    return next((row for row in held if wanted <= set(row.data_categories)), None)


def assign(
    session: Session,
    actor: Actor,
    patient_id: str,
    user_id: str,
    kind: AssignmentKind,
    *,
    until: datetime | None = None,
) -> Assignment:
    """Give the patient to a coordinator: for good (primary), or to stand in (cover, `until`)."""
    statement = scoped(select(Patient), Patient, actor).where(Patient.id == patient_id)
    patient = session.exec(statement.with_for_update()).one_or_none()
    check_owned(actor, patient, "patient")
    check_caseload(actor, patient.organization_id)
    _check_coordinator(session, patient.organization_id, user_id)
    if kind is AssignmentKind.PRIMARY:
        _end(session, patient.id, AssignmentKind.PRIMARY)
    elif until is None or until <= now():
        raise Invalid("Say until when the cover lasts.", parameter="until")
    row = Assignment(patient_id=patient.id, user_id=user_id, kind=kind, until=until)
    session.add(row)
    session.flush()
    if kind is AssignmentKind.PRIMARY:
        for follow in HANDING_OVER:
            follow(session, patient.id, user_id)
    record(session, actor, f"patient.{kind.value}", patient, entity=("assignment", row.id))
    return row


def hand_over(
    session: Session, actor: Actor, organization_id: str, from_user: str, to_user: str
) -> int:
    """Move a whole caseload to another coordinator; returns how many patients."""
    check_caseload(actor, organization_id)
    if actor.id != from_user and not any(
        actor.holds(role, organization_id) for role in (Role.SUPERVISOR, Role.ADMIN)
    ):
        raise Forbidden("You may hand over your own caseload; a supervisor anybody's.")
    held = held_by(session, organization_id, from_user)
    for patient_id in held:
        assign(session, actor, patient_id, to_user, AssignmentKind.PRIMARY)
    return len(held)


def leave(
    session: Session, actor: Actor, organization_id: str, user_id: str, to_user: str | None
) -> None:
    """End somebody's membership, their patients handed over to another coordinator first.

    Raises Conflict while they have patients and nobody is named to take them.
    """
    check_manage_members(actor, organization_id)
    if held_by(session, organization_id, user_id):
        if not to_user:
            raise Conflict("They still have patients. Say who takes them over.")
        hand_over(session, actor, organization_id, user_id, to_user)
    leave_organization(session, actor, organization_id=organization_id, user_id=user_id)


def held_by(session: Session, organization_id: str, user_id: str) -> Sequence[str]:
    """Ids of the patients somebody is the primary coordinator of; the caller checks who may ask."""
    return session.exec(
        select(Assignment.patient_id)
        .join(Patient, col(Patient.id) == col(Assignment.patient_id))
        .where(Assignment.user_id == user_id, col(Assignment.ended_at).is_(None))
        .where(Assignment.kind == AssignmentKind.PRIMARY)
        .where(Patient.organization_id == organization_id)
    ).all()


def _end(session: Session, patient_id: str, kind: AssignmentKind) -> None:
    statement = (
        update(Assignment)
        .where(col(Assignment.patient_id) == patient_id, col(Assignment.kind) == kind)
        .where(col(Assignment.ended_at).is_(None))
    )
    session.connection().execute(statement.values(ended_at=now()))


def _need_for_update(session: Session, actor: Actor, need_id: str, version: int) -> Need:
    statement = scoped(select(Need), Need, actor).where(Need.id == need_id)
    need: Need | None = session.exec(statement.with_for_update()).one_or_none()
    check_owned(actor, need, "need")
    assert need is not None
    patient_for_update(session, actor, need.patient_id)
    if need.version != version:
        raise Conflict("Somebody changed this need meanwhile. Load it again.")
    return need


def _saved(session: Session, actor: Actor, need: Need, action: str) -> Need:
    need.version += 1
    session.add(need)
    session.flush()
    patient = session.get_one(Patient, need.patient_id)
    record(session, actor, action, patient, entity=("need", need.id))
    return need


def _check_person(
    session: Session, patient_id: str, person_id: str | None, *, proxy: bool = False
) -> None:
    if person_id is None:
        return
    person = session.get(RelatedPerson, person_id)
    if person is None or person.patient_id != patient_id:
        raise Invalid("This is not a person around the patient.", parameter="related_person_id")
    if proxy and not person.is_proxy:
        raise Invalid("Only a proxy or guardian can consent.", parameter="related_person_id")


def _check_partners(session: Session, partners: Collection[str]) -> None:
    statement = select(NetworkOrganization.id).where(
        col(NetworkOrganization.id).in_(partners),
        NetworkOrganization.kind == OrganizationKind.PARTNER,
        col(NetworkOrganization.active),
    )
    known = session.exec(statement).all()
    if not set(partners) <= set(known):
        raise Invalid("Name partner organizations of the network.", parameter="partners")


def _check_coordinator(session: Session, organization_id: str, user_id: str) -> None:
    statement = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.organization_id == organization_id,
        Membership.role == Role.COORDINATOR,
        col(Membership.ended_at).is_(None),
    )
    if session.exec(statement).first() is None:
        raise NotFound("There is no such coordinator here.")
