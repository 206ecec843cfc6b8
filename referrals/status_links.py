"""The patient's own link: where the request stands, and whether it helped. No name, no need, no place."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from accounts.tokens import new_token
from core import audit, outbox
from core.actor import Actor
from core.errors import NotFound
from patients.models import LoopConfirmation, Need, NeedStatus, Patient
from referrals import confirming, links
from referrals.commands import NOTICE
from referrals.links import LinkKind, ReferralLink
from referrals.models import Referral, ReferralEvent
from referrals.permissions import check_see, check_send, patient_actor
from referrals.states import TERMINAL, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """What the patient is shown: events by name and time, and whether an answer is asked for."""

    events: Sequence[ReferralEvent]
    status: Status
    confirmation: str
    asks: bool


def make(session: Session, actor: Actor, referral_id: str) -> tuple[str, str | None]:
    """A new link's token, and the patient's first language. Earlier links to it end."""
    row = _checked(session, actor, referral_id)
    links.revoke(session, LinkKind.STATUS, row.id)
    token = new_token()
    links.issue(session, LinkKind.STATUS, row, token)
    _record(session, actor, "link.make_status", row)
    languages = session.get_one(Patient, row.patient_id).languages
    return token, languages[0] if languages else None


def end(session: Session, actor: Actor, referral_id: str, kind: LinkKind) -> int:
    """Take back the links of that kind; returns how many."""
    row = _checked(session, actor, referral_id)
    ended = links.revoke(session, kind, row.id)
    _record(session, actor, f"link.end_{kind.value}", row)
    return ended


def standing(session: Session, token: str) -> Standing:
    """How it stands now with the newest attempt for that need. Raises NotFound."""
    link = links.find(session, LinkKind.STATUS, token)
    need = _need(session, link)
    newest = session.exec(
        select(Referral)
        .where(Referral.need_id == need.id, Referral.status != Status.ENTERED_IN_ERROR)
        .where(col(Referral.sent_at).is_not(None))
        .order_by(col(Referral.sent_at).desc())
    ).first()
    if newest is None:
        raise NotFound(links.OVER)
    events = select(ReferralEvent).where(ReferralEvent.referral_id == newest.id)
    happened = session.exec(events.order_by(col(ReferralEvent.sequence))).all()
    asked = newest.status in TERMINAL and _asks(need)
    return Standing([*happened], newest.status, need.loop_confirmation.value, asked)


def asks(session: Session, referral: Referral) -> bool:
    """Whether the patient is asked how the need ended that this referral was for."""
    return _asks(session.get_one(Need, referral.need_id))


def _asks(need: Need) -> bool:
    unconfirmed = need.loop_confirmation is LoopConfirmation.UNCONFIRMED
    return unconfirmed and need.status not in (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)


def confirm(session: Session, token: str, *, met: bool, address: str) -> None:
    """Say that it helped, or that it did not: then the need opens again. Raises NotFound, Conflict."""
    link = links.find(session, LinkKind.STATUS, token)
    need = _need(session, link)
    patient = patient_actor(need.patient_id, address=address)
    confirming.confirm(session, patient, need.id, met=met)
    if not met:
        payload = {"referral_id": link.referral_id, "event": "dispute", "sides": ["sender"]}
        key = f"{NOTICE}:dispute:{need.id}:{need.version}"
        outbox.publish(session, NOTICE, {**payload, "sequence": 0}, key=key)


def _need(session: Session, link: ReferralLink) -> Need:
    row = session.get_one(Referral, link.referral_id)
    need = session.get_one(Need, row.need_id)
    if session.get_one(Patient, need.patient_id).erased_at is not None:
        raise NotFound(links.OVER)
    return need


def _checked(session: Session, actor: Actor, referral_id: str) -> Referral:
    """The referral, if the actor coordinates for whoever sent it."""
    row = session.get(Referral, referral_id)
    check_see(actor, row)
    assert row is not None
    check_send(actor, row.organization_id)
    return row


def _record(session: Session, actor: Actor, action: str, row: Referral) -> None:
    audit.record(
        session,
        actor,
        action,
        "referral",
        row.id,
        organization_id=row.organization_id,
        address=actor.address,
    )
