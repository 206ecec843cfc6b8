"""The metrics of the reports once more, from raw events, in plain Python and without SQL.

Shares no code with referrals/reports: written from docs/reports.md alone, one loop at a time.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays as calendars
from sqlmodel import Session, select

from patients.models import Need, Patient
from referrals.models import Referral, ReferralEvent

ZONE = ZoneInfo("America/New_York")
HOLIDAYS = calendars.country_holidays("US", subdiv="NC")
ENDS = {"completed", "not_completed", "declined", "expired", "cancelled", "entered_in_error"}
FIRST = {"accept": "taken", "accept_waitlist": "taken", "decline": "declined", "ask_info": "asked"}
CLOSED = {"met", "partly_met", "unmet", "withdrawn", "lost_to_followup"}
DAY = timedelta(days=1)


@dataclass
class Tally:
    """By metric and group: how many in each part, and the values of spreads."""

    parts: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    values: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


@dataclass
class World:
    """Everything there is, read once."""

    needs: list[Need]
    patients: dict[str, Patient]
    referrals: dict[str, list[Referral]]
    events: dict[str, list[ReferralEvent]]


def read(session: Session, organization_id: str) -> World:
    """The organization's rows."""
    found = World([], {}, defaultdict(list), defaultdict(list))
    for need in session.exec(select(Need)):
        if need.organization_id == organization_id:
            found.needs.append(need)
    found.patients = {one.id: one for one in session.exec(select(Patient))}
    for referral in session.exec(select(Referral)):
        found.referrals[referral.need_id].append(referral)
    for event in session.exec(select(ReferralEvent)):
        found.events[event.referral_id].append(event)
    for events in found.events.values():
        events.sort(key=lambda one: one.sequence)
    return found


def count(world: World, year: int, at: datetime, by: str | None, only: dict[str, str]) -> Tally:
    """The metrics of a year as of `at`, by group of a dimension, of those in `only`."""
    tally = Tally()
    for need in world.needs:
        patient = world.patients[need.patient_id]
        told = [_story(one, world.events[one.id]) for one in world.referrals[need.id]]
        sent = [one for one in told if one and one["counted"]]
        for story in sent:
            if story["day"].year == year:
                where = _group(need, patient, story["day"], story, by, only)
                if where is not None:
                    _referral(tally, where, story, at, "organization" in (by, *only))
        if "organization" in (by, *only):
            continue
        if need.opened_on.year == year:
            where = _group(need, patient, need.opened_on, None, by, only)
            if where is not None:
                _need(tally, where, need, sent, at)
        if need.screened_on and need.screened_on.year == year:
            where = _group(need, patient, need.screened_on, None, by, only)
            if where is not None:
                _screen(tally, where, need, sent, at)
    return tally


def _group(
    need: Need, patient: Patient, day: date, story: Any, by: str | None, only: dict[str, str]
) -> str | None:
    values = {
        "quarter": str(math.ceil(day.month / 3)),
        "category": need.category,
        "organization": story["partner"] if story else "",
        "zip": patient.postal_code or "",
        "language": patient.languages[0] if patient.languages else "",
    }
    if any(values[name] != value for name, value in only.items()):
        return None
    return values[by] if by else "*"


def _story(row: Referral, events: list[ReferralEvent]) -> dict[str, Any] | None:
    names = [one.event for one in events]
    if "send" not in names:
        return None
    sent = events[names.index("send")]
    answers = [one for one in events if one.event in FIRST]
    decisions = [one for one in answers if one.event != "ask_info"]
    ended = [one for one in events if one.target.value in ENDS]
    return {
        "counted": not row.training and events[-1].target.value != "entered_in_error",
        "partner": row.partner_id,
        "events": events,
        "sent": sent.at,
        "day": sent.at.astimezone(ZONE).date(),
        "due": datetime.fromisoformat(sent.facts["due_at"]),
        "answer": FIRST[answers[0].event] if answers else "none",
        "minutes": _minutes(events, sent.at, answers[0].at) if answers else None,
        "decided": _minutes(events, sent.at, decisions[0].at) if decisions else None,
        "status": events[-1].target.value,
        "viewed": "view" in names,
        "end": ended[0] if ended else None,
        "on_behalf": bool(ended) and "on_behalf" in ended[0].event,
        "served": min(ended[0].facts.get("service_dates") or [None]) if ended else None,
    }


def _referral(
    tally: Tally, where: str, story: dict[str, Any], at: datetime, partners: bool
) -> None:
    own = not (partners and story["on_behalf"])
    if story["due"] <= at and own:
        tally.parts["acceptance"][where][story["answer"]] += 1
        tally.parts["acceptance_of_all"][where][story["answer"]] += 1
        for metric, key in (("first_response", "minutes"), ("decision", "decided")):
            has = story[key] is not None
            tally.parts[metric][where][_weighed(metric, story, has)] += 1
            if has:
                tally.values[metric][where].append(story[key])
        expired = story["status"] == "expired"
        seen = "viewed" if story["viewed"] else "unviewed"
        other = "left" if story["answer"] == "none" else "rest"
        tally.parts["no_response"][where][seen if expired else other] += 1
    if story["sent"] + 60 * DAY <= at:
        end = story["end"]
        closed = end is not None and end.at <= story["sent"] + 60 * DAY
        good = closed and end.target.value != "expired" and (end.reason or end.facts.get("outcome"))
        tally.parts["closure"][where]["closed" if good else "not"] += 1
    taken = [
        one
        for one in story["events"]
        if one.target.value in ("accepted", "scheduled", "in_service")
    ]
    if taken and taken[0].at + 30 * DAY <= at and not story["on_behalf"]:
        silent = _was_silent(story["events"], taken[0], at)
        tally.parts["silent"][where]["silent" if silent else "not"] += 1


def _weighed(metric: str, story: dict[str, Any], has: bool) -> str:
    if story["answer"] == "none":
        return "none"
    if metric == "decision":
        return "decided" if has else "undecided"
    return "taken" if story["answer"] == "taken" else "answered"


def _was_silent(events: list[ReferralEvent], taken: ReferralEvent, at: datetime) -> bool:
    """Stretches between what the partner did, each from when something was due to happen."""
    heard = [one for one in events[events.index(taken) :] if one is taken or _heard(one)]
    for number, one in enumerate(heard):
        if one.target.value in ENDS:
            break
        if one.target.value == "waitlisted":
            continue
        start = one.at
        if "appointment_at" in one.facts:
            start = max(start, datetime.fromisoformat(one.facts["appointment_at"]))
        later = heard[number + 1].at if number + 1 < len(heard) else at
        if later - start > 30 * DAY:
            return True
    return False


def _heard(one: ReferralEvent) -> bool:
    return one.actor_kind.value == "partner" or one.target.value in ENDS


def _need(tally: Tally, where: str, need: Need, sent: list[dict[str, Any]], at: datetime) -> None:
    status, closed = need.status.value, need.status.value in CLOSED
    if need.opened_on <= at.date():
        days = [story["served"] for story in sent if story["served"]]
        tally.parts["time_to_service"][where]["served" if days else "unserved"] += 1
        if days:
            waited = date.fromisoformat(min(days)) - need.opened_on
            tally.values["time_to_service"][where].append(waited.days)
        part = {"unmet": "unmet", "lost_to_followup": "lost"}.get(status, "rest")
        if not closed and not sent and need.opened_on < (at - 30 * DAY).date():
            part = "nothing_found"
        tally.parts["unmet_need"][where][part] += 1
    if closed and need.closed_at and need.closed_at + 14 * DAY <= at:
        confirmed = need.loop_confirmation.value.startswith("confirmed")
        tally.parts["confirmed_closure"][where]["confirmed" if confirmed else "not"] += 1
    if sent and min(story["sent"] for story in sent) + 60 * DAY <= at:
        met = status in ("met", "partly_met")
        tally.parts["success"][where]["met" if met else "not"] += 1


def _screen(tally: Tally, where: str, need: Need, sent: list[dict[str, Any]], at: datetime) -> None:
    if need.category not in ("food", "housing", "transport") or need.screened_on is None:
        return
    if need.screened_on < (at - 30 * DAY).date():
        first = min((story["day"] for story in sent), default=None)
        helped = first is not None and 0 <= (first - need.screened_on).days <= 30
        tally.parts["intervention"][where]["in_time" if helped else "not"] += 1


def _minutes(events: list[ReferralEvent], start: datetime, end: datetime) -> int:
    total = worked(start, end)
    for number, one in enumerate(events[:-1]):
        if one.target.value == "needs_info" and one.at < end:
            total -= worked(one.at, min(events[number + 1].at, end))
    return total


def worked(start: datetime, end: datetime) -> int:
    """Whole minutes of 9 to 5 on working days in New York between the two."""
    total = timedelta(0)
    day = start.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        opens, closes = hours(day)
        total += max(timedelta(0), min(closes, end) - max(opens, start))
        day += DAY
    return total // timedelta(minutes=1)


@cache
def hours(day: date) -> tuple[datetime, datetime]:
    """From when to when people work on that day; nothing on a day off."""
    off = day.weekday() > 4 or day in HOLIDAYS
    opens, closes = (
        datetime.combine(day, time(hour), ZONE).astimezone(ZoneInfo("UTC"))
        for hour in (9, 9 if off else 17)
    )
    return opens, closes


def ranked(values: Iterable[int], share: float) -> int | None:
    """The nearest-rank percentile."""
    sorted_ones = sorted(values)
    return sorted_ones[math.ceil(share * len(sorted_ones)) - 1] if sorted_ones else None
