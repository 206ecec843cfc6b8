"""The one path by which a referral changes, for people, links, programs and the timer alike.

Within the caller's transaction: the idempotency key → the case, in one statement → who may and when →
an update that names the version and state it expects → the slot → event, audit row and messages.
Locks are taken in one order everywhere: key, need, patient, referral, slots, audit chain.
"""

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from core import outbox
from core.actor import Actor
from core.db import new_id, table_of
from core.errors import Forbidden
from core.saying import Saying
from patients.commands import patient_for_update
from patients.sealing import Vault
from referrals import clashing, closing, effects, idempotency, recording, snapshot
from referrals.case import Case, Given, Step, load, standing
from referrals.drafting import draft
from referrals.errors import Illegal, Refused, Stale
from referrals.models import Referral, ReferralEvent
from referrals.permissions import check_cause, check_see, only, parties
from referrals.policies import check, find_consent
from referrals.states import TARGETS, ActorKind, Status, find
from referrals.words import event_words

__all__ = ["acknowledge", "apply", "draft"]

TOPICS = NOTICE, WEBHOOK = "referral.notice", "referral.webhook"
NEXT = "referral.next"
"""Where a referral ended that another service of an approved plan may take up (routing.py)."""
NO_VAULT = "words can only be kept sealed: give the vault"


_EVENT = insert(table_of(ReferralEvent))


def apply(
    session: Session,
    actor: Actor,
    referral_id: str,
    event: str,
    *,
    version: int,
    vault: Vault | None = None,
    key: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    appointment_at: datetime | None = None,
    expected_by: date | None = None,
    outcome: str | None = None,
    service_dates: tuple[date, ...] = (),
    provided: str | None = None,
    evidence: str | None = None,
    preview: str | None = None,
    despite: bool = False,
) -> Referral:
    """Cause `event`, having read `version`. A key that was answered before gets that answer.

    Raises NotFound, Forbidden, Invalid, or one of referrals/errors.py; then nothing has changed.
    """
    given = Given(
        reason, note, appointment_at, expected_by, outcome, service_dates, provided, evidence,
        preview, despite,
    )  # fmt: skip
    if key is not None:
        body = idempotency.body_hash("apply", referral_id, event, version, repr(given))
        answer = _answer(referral_id, event, version)
        if answered := idempotency.claim(session, actor, key, body, answer):
            return _as_answered(session, answered)
    case = load(session, referral_id, event)
    check_cause(actor, case.referral if case else None, event)
    assert case is not None
    try:
        step = _step(case, actor, event, version, given)
        _carry_out(session, vault, case, step)
    except Refused as error:
        if error.standing is None and (now := standing(session, actor, referral_id)):
            raise type(error)(error.message, now, offer=error.offer) from None
        raise
    return case.referral


def acknowledge(session: Session, actor: Actor, referral_id: str) -> Referral:
    """The partner has seen that a referral was cancelled (BSeR 5.2); the first time counts."""
    case = load(session, referral_id)
    check_see(actor, case.referral if case else None)
    assert case is not None
    row = case.referral
    if ActorKind.PARTNER not in parties(actor, row):
        raise Forbidden("Only the partner acknowledges.")
    if row.status is not Status.CANCELLED:
        raise Illegal("There is nothing to acknowledge.", standing(session, actor, row.id))
    if row.acknowledged_at is None:
        row.acknowledged_at = case.at
        session.add(row)
        session.flush()
        recording.record(
            session, actor, "referral.acknowledge", row,
            chain=row.partner_id, version=row.version,
        )  # fmt: skip
    return row


def _step(case: Case, actor: Actor, event: str, version: int, given: Given) -> Step:
    """The transition, if the table has one for this state and this actor."""
    referral = case.referral
    if referral.version != version:
        raise Stale("Somebody acted meanwhile. Load the referral again.")
    transition = find(referral.status, event)
    if transition is None:
        raise Illegal(Saying("This is not possible now: %(event)s.", event=event_words(event)))
    kind = next((k for k in ActorKind if k in transition.actors & parties(actor, referral)), None)
    if kind is None:
        raise Forbidden(only(event))
    return Step(transition, kind, actor, given)


def _carry_out(session: Session, vault: Vault | None, case: Case, step: Step) -> None:
    need = closing.lock_need(session, case, step)
    if step.transition.event == "send":
        # The patient is held, so that a consent cannot be revoked under our hands.
        patient_for_update(session, actor=step.actor, patient_id=case.referral.patient_id)
        find_consent(session, case)
    check(session, case, step)
    clashes = clashing.heed(session, case, step)
    values = effects.changes(case, step)
    _update(session, case.referral, values)
    effects.move_slot(session, case, step)
    for name, value in values.items():
        set_committed_value(case.referral, name, value)
    if "freeze_snapshot" in step.transition.effects:
        _freeze(session, vault, case, step)
    if "record_outcome" in step.transition.effects:
        closing.record_outcome(session, vault, case, step)
    if need is not None:
        closing.follow(session, step.actor, need, case, step)
    _leave_traces(session, vault, case, step, values)
    if clashes:
        clashing.note(session, step.actor, case.referral)


def _update(session: Session, referral: Referral, values: dict[str, Any]) -> None:
    """Whoever comes second finds another version, or another state, and changes nothing."""
    expected = {
        "was_id": referral.id,
        "was_version": referral.version,
        "was_status": referral.status,
        "was_held": referral.slot_held,
    }
    new = {f"new_{name}": value for name, value in values.items()}
    statement = _conditional(tuple(sorted(values)))
    if session.connection().execute(statement, {**expected, **new}).rowcount != 1:
        raise Stale("Somebody acted meanwhile. Load the referral again.")


@cache  # building a statement costs more than sending it
def _conditional(names: tuple[str, ...]) -> Any:
    table = table_of(Referral).c
    return (
        update(table_of(Referral))
        .where(table.id == bindparam("was_id"), table.version == bindparam("was_version"))
        .where(table.status == bindparam("was_status"))
        .where(table.slot_held == bindparam("was_held"))
        .values({name: bindparam(f"new_{name}", type_=table[name].type) for name in names})
    )


def _freeze(session: Session, vault: Vault | None, case: Case, step: Step) -> None:
    if vault is None:
        raise ValueError(NO_VAULT)
    shown = snapshot.content(session, vault, case.referral)
    if step.given.preview and step.given.preview != snapshot.digest(shown):
        raise Stale(snapshot.CHANGED)
    snapshot.freeze(session, vault, case.referral, shown)


def _leave_traces(
    session: Session, vault: Vault | None, case: Case, step: Step, values: dict[str, Any]
) -> None:
    """The event, the audit row and the messages: all of them, or the transaction is off."""
    referral, event, reason = case.referral, step.transition.event, values["reason"]
    side = _side(step.kind, referral)
    row = {
        "id": new_id(),
        "referral_id": referral.id,
        "sequence": referral.version,
        "event": event,
        "source": step.transition.source,
        "target": step.transition.target,
        "actor_kind": step.kind,
        "actor_id": step.actor.id,
        "organization_id": side,
        "at": case.at,
        "reason": reason,
        "note_sealed": None,
        "facts": effects.facts(case, step, values),
    }
    if step.given.note:
        if vault is None:
            raise ValueError(NO_VAULT)
        noted = ReferralEvent(**row)
        vault.put(noted, "note", step.given.note)
        row["note_sealed"] = noted.note_sealed
    session.connection().execute(_EVENT, row)
    if referral.sent_at:
        _publish(session, referral, event, further="next_best" in step.transition.effects)
    chain = side or referral.organization_id
    recording.record(
        session, step.actor, f"referral.{event}", referral,
        chain=chain, version=referral.version, reason=reason,
    )  # fmt: skip


def _publish(session: Session, referral: Referral, event: str, *, further: bool) -> None:
    payload = {"referral_id": referral.id, "event": event, "sequence": referral.version}
    outbox.publish_keyed(
        session,
        (
            (topic, payload, f"{topic}:{referral.id}:{referral.version}")
            for topic in (*TOPICS, *([NEXT] if further else []))
        ),
    )


def _side(kind: ActorKind, referral: Referral) -> str | None:
    """The organization an event is put down to; the clock, patient and caregiver have none."""
    sides = {
        ActorKind.COORDINATOR: referral.organization_id,
        ActorKind.PARTNER: referral.partner_id,
    }
    return sides.get(kind)


def _answer(referral_id: str, event: str, version: int) -> dict[str, Any]:
    """What it is answered if it succeeds: an event leads to one state, and to the next version."""
    return {"id": referral_id, "status": TARGETS.get(event, ""), "version": version + 1}


def _as_answered(session: Session, answered: dict[str, Any]) -> Referral:
    """The referral as the first answer said it stood, apart from the session."""
    row = session.get_one(Referral, answered["id"])
    session.expunge(row)
    set_committed_value(row, "status", Status(answered["status"]))
    set_committed_value(row, "version", answered["version"])
    return row
