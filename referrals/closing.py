"""The need follows its referrals, and the loop is closed: outcome, confirmation, dispute."""

from sqlmodel import Session, col, select

from core.actor import Actor
from patients import caring
from patients.models import Need, NeedStatus
from patients.sealing import Vault
from referrals.case import Case, Step
from referrals.codes import codes
from referrals.models import CodeKind, Outcome, Referral
from referrals.states import Status

UNFINISHED = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)
NEED_EFFECTS = {"need_in_progress", "need_follows"}


def lock_need(session: Session, case: Case, step: Step) -> Need | None:
    """The need, locked before anything else is, when the event may change it."""
    if NEED_EFFECTS & set(step.transition.effects):
        return caring.locked_need(session, case.referral.need_id)
    return None


def follow(session: Session, actor: Actor, need: Need, case: Case, step: Step) -> None:
    """Move the need to where this event leaves it."""
    if "need_in_progress" in step.transition.effects:
        status: NeedStatus | None = NeedStatus.IN_PROGRESS
    elif step.transition.source is Status.COMPLETED:
        status = _after_error(session, need, case.referral)
    else:
        status = _after_end(session, need, case, step)
    if status is not None:
        caring.move_need(session, actor, need, status)


def _after_end(session: Session, need: Need, case: Case, step: Step) -> NeedStatus | None:
    if need.status not in UNFINISHED:
        return None
    if ended := _ended_by(session, case, step):
        return ended
    return None if _tried_elsewhere(session, case.referral) else NeedStatus.OPEN


def _after_error(session: Session, need: Need, referral: Referral) -> NeedStatus | None:
    """A completion that was an error met no need."""
    if need.status not in (NeedStatus.MET, NeedStatus.PARTLY_MET):
        return None
    tried = _tried_elsewhere(session, referral)
    return NeedStatus.IN_PROGRESS if tried else NeedStatus.OPEN


def _ended_by(session: Session, case: Case, step: Step) -> NeedStatus | None:
    """How the need ends with this outcome or reason, if it does."""
    kind, code = CodeKind.CANCEL, step.given.reason
    if "record_outcome" in step.transition.effects:
        kind, code = CodeKind.OUTCOME, step.given.outcome
    elif step.transition.event != "cancel":
        return None
    found = codes(session, kind, case.at.date()).get(code or "")
    return found.need if found else None


def _tried_elsewhere(session: Session, referral: Referral) -> bool:
    other = select(Referral.id).where(
        Referral.need_id == referral.need_id,
        Referral.id != referral.id,
        col(Referral.closed_at).is_(None),
        col(Referral.sent_at).is_not(None),
    )
    return session.exec(other.limit(1)).first() is not None


def record_outcome(session: Session, vault: Vault | None, case: Case, step: Step) -> None:
    """Keep how it ended, by whose account, and how a coordinator knows."""
    given, on_behalf = step.given, step.transition.reason == "evidence"
    days = sorted(set(given.service_dates))
    row = Outcome(
        referral_id=case.referral.id,
        code=given.outcome or "",
        service_dates=[day.isoformat() for day in days],
        first_service_on=days[0],
        recorded_by_kind=step.kind,
        recorded_by=step.actor.id,
        evidence=given.reason if on_behalf else None,
        recorded_at=case.at,
    )
    if vault:
        vault.put(row, "provided", given.provided)
        vault.put(row, "evidence", given.note if on_behalf else None)
    session.add(row)
