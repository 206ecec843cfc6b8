"""What an event changes in the referral's own row: state, clock, slot, dates. Pure but for slots."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from referrals import capacity, clocks
from referrals.calendar import business_minutes_between, day_minutes
from referrals.case import Case, Step
from referrals.clocks import Running
from referrals.states import TABLE, ActorKind, Clock

Values = dict[str, Any]
RESPONSES = ("accept", "accept_waitlist", "decline", "ask_info")
STOPPED: Values = {
    "clock_started_at": None,
    "due_at": None,
    "due_event": None,
    "remind_at": None,
    "remind_again_at": None,
    "reminders_sent": 0,
    "reminded_at": None,
}


def changes(case: Case, step: Step) -> Values:
    """New values of the referral's columns."""
    referral, transition, given = case.referral, step.transition, step.given
    state = TABLE.states[transition.target]
    values: Values = {
        "status": transition.target,
        "version": referral.version + 1,
        "reason": transition.fixed_reason or (given.reason if transition.reason else None),
        **_clock(case, step),
        **_pause(case, step),
        **_slot(case, step),
    }
    if transition.event == "send":
        values |= {"sent_at": case.at, "consent_id": case.consent and case.consent.id}
    if transition.event in RESPONSES and not referral.first_response_at:
        values["first_response_at"] = case.at
    if state.terminal:
        values["closed_at"] = referral.closed_at or case.at
    if given.appointment_at and "appointment" in transition.guard:
        values["appointment_at"] = given.appointment_at
    if "expected_by" in transition.guard:
        values["expected_by"] = given.expected_by
    if "record_outcome" in transition.effects:
        values["outcome"] = given.outcome
    return values


def move_slot(session: Session, case: Case, step: Step) -> None:
    """Take or give back the slot, after the row says so. Raises Full."""
    held = _slot(case, step).get("slot_held", case.referral.slot_held)
    if held and not case.referral.slot_held:
        capacity.take(session, case)
    elif case.referral.slot_held and not held:
        capacity.release(session, case.referral)


def _slot(case: Case, step: Step) -> Values:
    """Whether it holds a slot from now on; it takes none where slots are not counted."""
    if "take_slot" in step.transition.effects:
        return {"slot_held": case.referral.slot_held or case.capacity is not None}
    if "release_slot" in step.transition.effects:
        return {"slot_held": False}
    return {}


def _clock(case: Case, step: Step) -> Values:
    """The clock of the new state, from now on; none in an end that waits for nothing."""
    transition = step.transition
    if "keep_clock" in transition.effects:
        return {}
    state = TABLE.states[transition.target]
    if state.clock is None:
        return STOPPED
    running = _running(case, step, state.clock)
    first, again = (*running.reminders, None, None)[:2]
    return {
        "clock_started_at": running.started_at,
        "due_at": running.due_at,
        "due_event": state.due_event,
        "remind_at": first,
        "remind_again_at": again,
        "reminders_sent": 0,
        "reminded_at": None,
    }


def _running(case: Case, step: Step, clock: Clock) -> Running:
    calendar, given = case.calendar, step.given
    if "resume_clock" in step.transition.effects:
        left = max(case.referral.paused_minutes or 0, day_minutes(calendar))
        return clocks.start_with(calendar, clock, left, case.at)
    if clock is Clock.WAITING and given.expected_by:
        return Running(case.at, _end_of(given.expected_by, calendar.timezone))
    starts = case.at
    if clock is Clock.APPOINTMENT and given.appointment_at:
        starts = given.appointment_at
    return clocks.start(calendar, clock, case.limit(clock), starts)


def _end_of(day: Any, timezone: str) -> datetime:
    next_day = day + timedelta(days=1)
    return datetime.combine(next_day, time(0), tzinfo=ZoneInfo(timezone))


def _pause(case: Case, step: Step) -> Values:
    """The partner's clock stands still while the sender is asked."""
    referral = case.referral
    if "pause_clock" not in step.transition.effects:
        return {"paused_at": None, "paused_minutes": None} if referral.paused_at else {}
    due = referral.due_at or case.at
    left = business_minutes_between(case.calendar, case.at, due)
    return {"paused_at": case.at, "paused_minutes": left}


def facts(case: Case, step: Step, values: Values) -> Values:
    """Codes and dates of the event, for reports; never words."""
    given = step.given
    found: Values = {
        "appointment_at": values.get("appointment_at"),
        "expected_by": values.get("expected_by"),
        "outcome": values.get("outcome"),
        "service_dates": sorted(given.service_dates) if values.get("outcome") else None,
        "evidence": _evidence_code(step),
        "due_at": values.get("due_at"),
        "fields": list(case.referral.fields) if step.transition.event == "send" else None,
        "via": step.actor.via if step.kind is not ActorKind.TIMER else None,
    }
    return {name: _plain(value) for name, value in found.items() if value}


def _evidence_code(step: Step) -> str | None:
    """How a coordinator knows: the reason itself, or what is given beside the reason."""
    if step.transition.reason == "evidence":
        return step.given.reason
    return step.given.evidence if "evidence" in step.transition.guard else None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
