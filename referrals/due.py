"""The facts behind a coordinator's worklist, read in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.actor import Actor
from core.audit import AuditEvent
from core.clock import now
from core.scope import scoped
from directory.models import Service
from patients.models import Consent, LoopConfirmation, Need, NeedStatus, Shortlisted, Watched
from patients.permissions import check_work_with_patients
from patients.queries import on_caseload
from referrals.models import Referral, ReferralEvent
from referrals.states import Status
from referrals.worklist import CONFIRMED, CONSENT_DAYS, ConsentFacts, Line, NeedFacts, Try, lines

OPEN = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)
NO_NEWS = ("need.preview", "need.watch", "need.unwatch", "need.export")
"""What is noted of a need and changes nothing of it."""
CONFIRM_DAYS = 60
"""How long an end that nobody confirmed stays on the list."""


def work(session: Session, actor: Actor, organization_id: str, zone: tzinfo) -> list[Line]:
    """What is due now for the actor's caseload and what they watch, in the one order.

    Codes and dates only; whoever shows a name reads it as patients.queries.names_of() does.
    """
    check_work_with_patients(actor, organization_id)
    at = now()
    news = _news(session, actor)
    wanted = _wanted(actor, organization_id, at, news)
    tries = _tries(session, actor, wanted)
    counts = _shortlists(session, wanted)
    mine = set(session.exec(on_caseload(actor.id)))
    needs = [
        _facts(need, need.patient_id in mine, tries[need.id], counts.get(need.id, 0), news)
        for need in session.exec(scoped(select(Need), Need, actor).where(wanted))
    ]
    return lines(needs, _consents(session, actor, organization_id, at), at, zone)


def _wanted(actor: Actor, organization_id: str, at: datetime, news: Mapping[str, datetime]) -> Any:
    """Which needs: what is open or unconfirmed of the caseload, and what is watched and changed."""
    unconfirmed = (
        (col(Need.loop_confirmation) == LoopConfirmation.UNCONFIRMED)
        & col(Need.status).in_(CONFIRMED)
        & (col(Need.closed_at) >= at - timedelta(days=CONFIRM_DAYS))
    )
    own = col(Need.patient_id).in_(on_caseload(actor.id))
    live = own & (col(Need.status).in_(OPEN) | unconfirmed)
    return (col(Need.organization_id) == organization_id) & (live | col(Need.id).in_(news))


def _facts(
    need: Need, mine: bool, tries: list[Try], shortlisted: int, news: Mapping[str, datetime]
) -> NeedFacts:
    return NeedFacts(
        id=need.id,
        patient_id=need.patient_id,
        category=need.category,
        restricted=need.restricted,
        urgent=need.urgency == "urgent",
        status=need.status,
        confirmation=need.loop_confirmation,
        opened_on=need.opened_on,
        closed_at=need.closed_at,
        contact_on=need.contact_on,
        changed_at=news.get(need.id),
        mine=mine,
        shortlisted=shortlisted,
        tries=tries,
    )


def _tries(session: Session, actor: Actor, wanted: Any) -> dict[str, list[Try]]:
    moved = (
        select(func.max(ReferralEvent.at))
        .where(ReferralEvent.referral_id == Referral.id)
        .correlate(Referral)
        .scalar_subquery()
    )
    statement = (
        scoped(select(Referral, moved), Referral, actor)
        .join(Need, col(Need.id) == col(Referral.need_id))
        .where(wanted, col(Referral.status) != Status.ENTERED_IN_ERROR)
        .order_by(col(Referral.created_at), Referral.id)
    )
    found: dict[str, list[Try]] = defaultdict(list)
    for row, at in session.exec(statement):
        found[row.need_id].append(_try(row, at or row.created_at))
    return found


def _try(row: Referral, moved_at: datetime) -> Try:
    return Try(
        id=row.id,
        status=row.status,
        service_id=row.service_id,
        partner_id=row.partner_id,
        moved_at=moved_at,
        asked_at=row.clock_started_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        reminders=row.reminders_sent,
        reminded_at=row.reminded_at,
        appointment_at=row.appointment_at,
    )


def _shortlists(session: Session, wanted: Any) -> dict[str, int]:
    statement = (
        select(Shortlisted.need_id, func.count())
        .join(Need, col(Need.id) == col(Shortlisted.need_id))
        .where(wanted)
        .group_by(col(Shortlisted.need_id))
    )
    return dict(session.exec(statement).all())


def _news(session: Session, actor: Actor) -> dict[str, datetime]:
    """Needs the actor watches, with when they last changed if the actor has not seen that: what
    others did to them and to their referrals, and listings on their shortlists."""
    watching = col(Watched.user_id) == actor.id
    happened = (
        select(Referral.need_id, func.max(ReferralEvent.at))
        .join(Watched, col(Watched.need_id) == col(Referral.need_id))
        .join(ReferralEvent, col(ReferralEvent.referral_id) == col(Referral.id))
        .where(watching, col(ReferralEvent.at) > col(Watched.seen_at))
        .where(col(ReferralEvent.actor_id) != actor.id)
        .group_by(col(Referral.need_id))
    )
    changed = (
        select(Watched.need_id, func.max(AuditEvent.at))
        .join(AuditEvent, col(AuditEvent.entity_id) == col(Watched.need_id))
        .where(watching, col(AuditEvent.at) > col(Watched.seen_at))
        .where(AuditEvent.entity_type == "need", col(AuditEvent.action).not_in(NO_NEWS))
        .where(col(AuditEvent.actor_id) != actor.id)
        .group_by(col(Watched.need_id))
    )
    listed = (
        select(Shortlisted.need_id, func.max(Service.last_modified))
        .join(Watched, col(Watched.need_id) == col(Shortlisted.need_id))
        .join(Service, col(Service.id) == col(Shortlisted.service_id))
        .where(watching, col(Service.last_modified) > col(Watched.seen_at))
        .group_by(col(Shortlisted.need_id))
    )
    found: dict[str, datetime] = {}
    for statement in (happened, changed, listed):
        for need_id, at in session.exec(statement):
            found[need_id] = max(at, found.get(need_id, at))
    return found


def _consents(
    session: Session, actor: Actor, organization_id: str, at: datetime
) -> list[ConsentFacts]:
    """Consents of the caseload that end soon, of whoever has an open need."""
    today = at.date()
    needy = select(Need.patient_id).where(
        Need.organization_id == organization_id, col(Need.status).in_(OPEN)
    )
    statement = scoped(select(Consent), Consent, actor).where(
        Consent.organization_id == organization_id,
        col(Consent.revoked_at).is_(None),
        col(Consent.valid_until) >= today,
        col(Consent.valid_until) <= today + timedelta(days=CONSENT_DAYS),
        col(Consent.patient_id).in_(on_caseload(actor.id)),
        col(Consent.patient_id).in_(needy),
    )
    rows: list[Consent] = list(session.exec(statement))
    return [
        ConsentFacts(row.id, row.patient_id, row.valid_until) for row in rows if row.valid_until
    ]


def events_of(
    session: Session, actor: Actor, referral_ids: Collection[str]
) -> dict[str, list[ReferralEvent]]:
    """What happened to these referrals of the actor's organizations, in order, by id."""
    own = scoped(select(Referral.id), Referral, actor).where(col(Referral.id).in_(referral_ids))
    statement = select(ReferralEvent).where(col(ReferralEvent.referral_id).in_(own))
    told: dict[str, list[ReferralEvent]] = defaultdict(list)
    for event in session.exec(statement.order_by(col(ReferralEvent.sequence))):
        told[event.referral_id].append(event)
    return told
