"""Reads of referrals, each side its own picture, in a constant number of statements."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization, Role, User
from core.actor import Actor
from core.errors import Forbidden, NotFound
from core.paging import Page, check_paging, offset
from core.scope import check_owned, scoped
from directory.queries import service_names
from patients.models import Need
from patients.sealing import Vault
from referrals import recording, snapshot
from referrals.available import available_events
from referrals.case import Case, load
from referrals.errors import must_be
from referrals.models import Outcome, Referral, ReferralEvent
from referrals.permissions import check_see, check_send, parties
from referrals.policies import consent_holds
from referrals.states import OPEN, TERMINAL, ActorKind, Status
from referrals.views import OutcomeView, ReferralLine, ReferralView, TimelineEntry

Box = Literal["inbox", "sent"]
OPEN_ONES: Final = "open"
CLOSED_ONES: Final = "closed"
STATES: Final = (OPEN_ONES, CLOSED_ONES, *(status.value for status in Status))
ATTEMPTS: Final = 100
COUNTED: Final = 1_000
WITHHELD: Final = "The patient's consent for sharing this with you has ended."


def referrals(
    session: Session,
    actor: Actor,
    box: Box,
    *,
    organization_id: str | None = None,
    state: str = OPEN_ONES,
    among: Collection[Status] = (),
    due_before: datetime | None = None,
    page: int = 1,
    per_page: int = 20,
) -> Page[ReferralLine]:
    """A list: what is open by when it is due, what is closed newest first.

    `among` leaves only those states. `total` is counted up to COUNTED, or to just beyond the page:
    nobody waits for a larger number.
    """
    check_paging(page, per_page)
    if state not in STATES:
        raise must_be("state", STATES)
    found = _boxed(_organizations(actor, box, organization_id), box, state)
    if among:
        found = found.where(col(Referral.status).in_(among))
    if due_before is not None:
        found = found.where(col(Referral.due_at) <= due_before)
    most = max(COUNTED, offset(page, per_page) + per_page + 1)
    counted = found.with_only_columns(Referral.id).limit(most).subquery()
    total = session.exec(select(func.count()).select_from(counted)).one()
    rows = session.exec(
        found.order_by(*_order(state)).offset(offset(page, per_page)).limit(per_page)
    ).all()
    return Page(tuple(_lines(session, rows, box)), total, page, per_page)


def _organizations(actor: Actor, box: Box, wanted: str | None) -> list[str]:
    """Where the actor has the role for that box. Raises as permissions.py does."""
    role = Role.PARTNER if box == "inbox" else Role.COORDINATOR
    own = sorted(of for of, held in actor.memberships if held == role)
    if wanted is not None:
        if wanted not in actor.organization_ids:
            raise NotFound("There is no such organization.")
        own = [of for of in own if of == wanted]
    if not own:
        raise Forbidden("Only coordinators and partner staff work with referrals.")
    return own


def _boxed(own: Sequence[str], box: Box, state: str) -> Any:
    side = col(Referral.partner_id) if box == "inbox" else col(Referral.organization_id)
    # One organization by equality, so that an index gives the rows in their order.
    statement: Any = select(Referral).where(side == own[0] if len(own) == 1 else side.in_(own))
    closed = state == CLOSED_ONES or state in TERMINAL
    end = col(Referral.closed_at)
    statement = statement.where(end.is_not(None) if closed else end.is_(None))
    if state not in (OPEN_ONES, CLOSED_ONES):
        statement = statement.where(col(Referral.status) == Status(state))
    return statement.where(col(Referral.sent_at).is_not(None)) if box == "inbox" else statement


def _order(state: str) -> tuple[Any, ...]:
    if state == OPEN_ONES or state in OPEN:
        return col(Referral.due_at), col(Referral.id)
    return col(Referral.closed_at).desc(), col(Referral.id).desc()


def referral(session: Session, actor: Actor, vault: Vault, referral_id: str) -> ReferralView:
    """The whole referral as the actor's side may see it. Reading it is audited."""
    case = load(session, referral_id)
    check_see(actor, case.referral if case else None)
    assert case is not None
    row, sides = case.referral, parties(actor, case.referral)
    sender = ActorKind.COORDINATOR in sides or ActorKind.TIMER in sides
    withheld = None if sender or _shown_to_partner(case) else WITHHELD
    _record_read(session, actor, row, sender=sender)
    links = _links(session, row) if sender else ((), ())
    return ReferralView(
        line=_lines(session, [row], "sent" if sender else "inbox")[0],
        fields=tuple(row.fields),
        shared=None if withheld else snapshot.frozen(session, vault, row.id),
        withheld=withheld,
        timeline=timeline(session, actor, vault, row, words=withheld is None, sender=sender),
        available_events=available_events(session, actor, case),
        outcome=_outcome(session, vault, row, sender=sender),
        replaces_id=row.replaces_id if sender else None,
        replaced_by=links[0],
        siblings=links[1],
        location_id=row.location_id,
        acknowledged_at=row.acknowledged_at,
    )


def need_timeline(session: Session, actor: Actor, vault: Vault, need_id: str) -> list[ReferralView]:
    """Every attempt at a need, oldest first, for its own coordinators."""
    need = session.get(Need, need_id)
    check_owned(actor, need, "need")
    assert need is not None
    check_send(actor, need.organization_id)
    attempts = select(Referral.id).where(Referral.need_id == need.id)
    ids = session.exec(attempts.order_by(col(Referral.created_at), Referral.id).limit(ATTEMPTS))
    return [referral(session, actor, vault, key) for key in ids.all()]


def attempts(
    session: Session, actor: Actor, need_id: str
) -> list[tuple[ReferralLine, list[ReferralEvent]]]:
    """Every attempt at a need with what happened to it, oldest first, for its own coordinators.

    Lines and events only, in a constant number of statements; the record of the patient it is
    shown with has been read, and that is noted there.
    """
    need = session.get(Need, need_id)
    check_owned(actor, need, "need")
    assert need is not None
    check_send(actor, need.organization_id)
    own = scoped(select(Referral), Referral, actor).where(Referral.need_id == need.id)
    rows = session.exec(own.order_by(Referral.created_at, Referral.id).limit(ATTEMPTS)).all()
    told: dict[str, list[ReferralEvent]] = {row.id: [] for row in rows}
    statement = select(ReferralEvent).where(col(ReferralEvent.referral_id).in_(told))
    for event in session.exec(statement.order_by(col(ReferralEvent.sequence))):
        told[event.referral_id].append(event)
    return [(line, told[line.id]) for line in _lines(session, rows, "sent")]


def own_lines(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, ReferralLine]:
    """Lines of referrals the actor's organizations sent, by id; others are left out."""
    own = scoped(select(Referral), Referral, actor).where(col(Referral.id).in_(ids))
    return {line.id: line for line in _lines(session, session.exec(own), "sent")}


def _shown_to_partner(case: Case) -> bool:
    """Nothing once consent has ended, nor of what was an error."""
    return consent_holds(case) and case.referral.status is not Status.ENTERED_IN_ERROR


def preview(
    session: Session, actor: Actor, vault: Vault, referral_id: str
) -> tuple[snapshot.Content, str]:
    """What the partner would be shown, and the digest that ties a send to it. Audited as a read."""
    row = session.get(Referral, referral_id)
    check_see(actor, row)
    assert row is not None
    if not actor.holds(Role.COORDINATOR, row.organization_id):
        raise NotFound("There is no such referral.")
    _record_read(session, actor, row, sender=True)
    shown = snapshot.content(session, vault, row)
    return shown, snapshot.digest(shown)


def timeline(
    session: Session, actor: Actor, vault: Vault, row: Referral, *, words: bool, sender: bool
) -> tuple[TimelineEntry, ...]:
    """Everything that happened, in order; for the partner from the day it was sent."""
    found = session.exec(
        select(ReferralEvent, NetworkOrganization.name, User.name)
        .outerjoin(
            NetworkOrganization,
            col(NetworkOrganization.id) == col(ReferralEvent.organization_id),
        )
        .outerjoin(User, col(User.id) == col(ReferralEvent.actor_id))
        .where(ReferralEvent.referral_id == row.id)
        .order_by(col(ReferralEvent.sequence))
    ).all()
    return tuple(
        TimelineEntry(
            sequence=event.sequence,
            event=event.event,
            source=event.source.value if event.source else None,
            target=event.target.value,
            at=event.at,
            side=event.actor_kind.value,
            by=_by(actor, event, organization, person),
            reason=event.reason,
            note=vault.get(event, "note") if words and _note_is_shared(event, sender) else None,
            facts=event.facts,
        )
        for event, organization, person in found
        if sender or event.event != "draft"
    )


def _note_is_shared(event: ReferralEvent, sender: bool) -> bool:
    """How a coordinator came to know what happened is not for the partner."""
    return sender or not event.event.endswith("_on_behalf")


def _by(actor: Actor, event: ReferralEvent, organization: str | None, person: str | None) -> str:
    own = event.organization_id in actor.organization_ids
    return (person if own else None) or organization or event.actor_kind.value


def _lines(session: Session, rows: Iterable[Referral], box: Box) -> list[ReferralLine]:
    rows = list(rows)
    services = service_names(session, {row.service_id for row in rows})
    ids = {row.organization_id for row in rows} | {row.partner_id for row in rows}
    names = dict(
        session.exec(
            select(NetworkOrganization.id, NetworkOrganization.name).where(
                col(NetworkOrganization.id).in_(ids)
            )
        ).all()
    )
    return [_line(row, services.get(row.service_id, ""), names, own=box == "sent") for row in rows]


def _line(row: Referral, service: str, names: dict[str, str], *, own: bool) -> ReferralLine:
    return ReferralLine(
        id=row.id,
        state=row.status.value,
        version=row.version,
        category=row.category,
        urgency=row.urgency.value,
        restricted=row.restricted,
        service_id=row.service_id,
        service=service,
        sender=names[row.organization_id],
        partner=names[row.partner_id],
        sent_at=row.sent_at,
        due_at=row.due_at,
        due_event=row.due_event,
        closed_at=row.closed_at,
        reason=row.reason,
        outcome=row.outcome,
        appointment_at=row.appointment_at,
        expected_by=row.expected_by,
        reminded_at=row.reminded_at,
        training=row.training,
        patient_id=row.patient_id if own else None,
        need_id=row.need_id if own else None,
        assigned_to=row.assigned_to if own else None,
    )


def _links(session: Session, row: Referral) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Referrals that took its place, and other open attempts for the same need."""
    found = session.exec(
        select(Referral.id, Referral.replaces_id, Referral.closed_at)
        .where(Referral.need_id == row.need_id, Referral.id != row.id)
        .order_by(col(Referral.created_at))
    ).all()
    later = tuple(of for of, replaces, _ in found if replaces == row.id)
    return later, tuple(of for of, _, closed_at in found if closed_at is None)


def _outcome(session: Session, vault: Vault, row: Referral, *, sender: bool) -> OutcomeView | None:
    if row.status is not Status.COMPLETED:
        return None
    found = session.exec(select(Outcome).where(Outcome.referral_id == row.id)).one_or_none()
    if found is None or not (sender or found.recorded_by_kind is ActorKind.PARTNER):
        return None
    return OutcomeView(
        code=found.code,
        service_dates=tuple(found.service_dates),
        provided=vault.get(found, "provided"),
        recorded_by=found.recorded_by_kind.value,
        evidence=found.evidence,
        evidence_note=vault.get(found, "evidence"),
        recorded_at=found.recorded_at,
    )


def _record_read(session: Session, actor: Actor, row: Referral, *, sender: bool) -> None:
    chain = row.organization_id if sender else row.partner_id
    recording.record(session, actor, "referral.read", row, chain=chain, fields=list(row.fields))
