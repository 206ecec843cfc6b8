"""Drafts: a need, and the partner's service that shall meet it. Nothing is shared yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization, OrganizationKind
from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.saying import Saying
from core.scope import check_owned, scoped
from directory.moving import kept_for
from directory.queries import service_summary
from patients.commands import patient_for_update
from patients.models import Need, NeedStatus
from referrals import idempotency, recording, snapshot
from referrals.clocks import limit_for
from referrals.models import Referral, ReferralEvent
from referrals.permissions import check_send
from referrals.states import TABLE, TERMINAL, ActorKind, Clock, Status

UNFINISHED = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Target:
    """A service to refer to, at one of its places when that matters."""

    service_id: str
    location_id: str | None = None


def draft(
    session: Session,
    actor: Actor,
    *,
    need_id: str,
    target: Target,
    fields: Sequence[str] | None = None,
    replaces_id: str | None = None,
    key: str | None = None,
) -> Referral:
    """A draft for an open need. `fields` (default: all its category allows) is what to share.

    `replaces_id` names the ended referral of the same need that this one takes the place of.
    """
    if key is not None:
        body = idempotency.body_hash("draft", need_id, repr(target), fields, replaces_id)
        if answered := idempotency.claim(session, actor, key, body):
            return session.get_one(Referral, answered["id"])
    need = open_need(session, actor, need_id)
    replaces = replaced_one(session, need, replaces_id) if replaces_id else None
    row = add_draft(session, actor, need, target, fields=fields, replaces=replaces)
    if key is not None:
        idempotency.answer(session, actor, key, {"id": row.id})
    return row


def open_need(session: Session, actor: Actor, need_id: str) -> Need:
    """The need, held, if the actor may make referrals for it and it is still open."""
    statement = scoped(select(Need), Need, actor).where(Need.id == need_id)
    need: Need | None = session.exec(statement.with_for_update()).one_or_none()
    check_owned(actor, need, "need")
    assert need is not None
    check_send(actor, need.organization_id)
    patient_for_update(session, actor, need.patient_id)
    if need.status not in UNFINISHED:
        raise Conflict("The need is closed. Open it again, or record a new one.")
    return need


def partner_of(session: Session, service_id: str) -> NetworkOrganization:
    """The partner of the network that offers the service. Raises Invalid when there is none."""
    service = service_summary(session, service_id)
    if service is None:
        kept = kept_for(session, service_id)
        gone = Saying("This service is part of another now: %(id)s.", id=kept) if kept else None
        raise Invalid(gone or "There is no such service.", parameter="service_id")
    partner = session.exec(
        select(NetworkOrganization).where(
            NetworkOrganization.directory_organization_id == service.organization_id,
            NetworkOrganization.kind == OrganizationKind.PARTNER,
            col(NetworkOrganization.active),
        )
    ).first()
    if partner is None:
        raise Invalid(
            "Whoever offers this service does not take part in the network. Call them.",
            parameter="service_id",
        )
    return partner


def add_draft(
    session: Session,
    actor: Actor,
    need: Need,
    target: Target,
    *,
    fields: Sequence[str] | None,
    replaces: Referral | None = None,
) -> Referral:
    """The draft itself, for whoever has checked that this actor may and the need is open."""
    partner = partner_of(session, target.service_id)
    limit = limit_for(session, Clock.DRAFT, need.category, need.urgency)
    row = Referral(
        need_id=need.id,
        patient_id=need.patient_id,
        organization_id=need.organization_id,
        partner_id=partner.id,
        service_id=target.service_id,
        location_id=target.location_id,
        category=need.category,
        restricted=need.restricted,
        urgency=need.urgency,
        fields=_fields(need, fields),
        created_by=actor.id,
        assigned_to=replaces.assigned_to if replaces else actor.id,
        created_at=now(),
        clock_started_at=now(),
        due_at=now() + timedelta(days=limit.amount),
        due_event=TABLE.states[Status.DRAFT].due_event,
        replaces_id=replaces.id if replaces else None,
        training=_is_training(session, need.organization_id, partner),
    )
    session.add(row)
    session.flush()
    _leave_traces(session, actor, row)
    return row


def _fields(need: Need, chosen: Sequence[str] | None) -> list[str]:
    of_caregiver = need.related_person_id is not None
    fields = list(snapshot.fields_of(need) if chosen is None else dict.fromkeys(chosen))
    snapshot.check_fields(need.category, fields, of_caregiver=of_caregiver)
    return fields


def replaced_one(session: Session, need: Need, replaces_id: str) -> Referral:
    """The ended referral of this need that another takes the place of."""
    replaced = session.get(Referral, replaces_id)
    if replaced is None or replaced.need_id != need.id:
        raise NotFound("There is no such referral of this need.")
    if replaced.status not in TERMINAL:
        raise Conflict("That referral is still open. Cancel it before another takes its place.")
    return replaced


def _is_training(session: Session, sender_id: str, partner: NetworkOrganization) -> bool:
    sender = session.get_one(NetworkOrganization, sender_id)
    return sender.training or partner.training


def _leave_traces(session: Session, actor: Actor, row: Referral) -> None:
    session.add(
        ReferralEvent(
            referral_id=row.id,
            sequence=row.version,
            event="draft",
            source=None,
            target=Status.DRAFT,
            actor_kind=_kind(actor),
            actor_id=actor.id,
            organization_id=row.organization_id,
            at=row.created_at,
        )
    )
    recording.record(session, actor, "referral.draft", row, need=row.need_id)


def _kind(actor: Actor) -> ActorKind:
    """A dispute by the status link drafts the next attempt, too."""
    roles = (ActorKind.PATIENT, ActorKind.CAREGIVER)
    linked = (kind for kind in roles if actor.via == "link" and kind in actor.roles)
    return next(linked, ActorKind.COORDINATOR)
