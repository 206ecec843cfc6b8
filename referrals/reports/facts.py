"""What reports need to know of one referral, folded from its events. Pure.

The events are the only source: facts can be thrown away and folded anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from referrals.calendar import BusinessCalendar, add_business, business_minutes_between
from referrals.states import TERMINAL, ActorKind, Status

CLOSURE = timedelta(days=60)
SILENCE = timedelta(days=30)
USUAL_RESPONSE_DAYS = 2


class Answer(StrEnum):
    """What a partner first said."""

    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    ASKED = "asked"


ANSWERS: Mapping[str, Answer] = {
    "accept": Answer.ACCEPTED,
    "accept_waitlist": Answer.WAITLISTED,
    "decline": Answer.DECLINED,
    "ask_info": Answer.ASKED,
}
TAKEN_ON = frozenset({Status.ACCEPTED, Status.SCHEDULED, Status.IN_SERVICE})


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, as much of it as reports use."""

    event: str
    target: Status
    at: datetime
    kind: ActorKind
    reason: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """Minutes are business minutes of the receiving organization, from sending.

    `quiet_since`: nothing is expected to happen before, and the partner has done nothing after;
    None unless it was taken on and is open. `silent`: it was quiet for over 30 days at some time.
    """

    status: Status
    sent_at: datetime
    sent_on: date
    response_due_at: datetime
    viewed: bool
    response: Answer | None
    response_minutes: int | None
    decision_minutes: int | None
    closed_at: datetime | None
    closed_in_time: bool
    code: str | None
    on_behalf: bool
    accepted_at: datetime | None
    silent: bool
    quiet_since: datetime | None
    first_service_on: date | None


def fold(events: Sequence[Happened], calendar: BusinessCalendar, zone: ZoneInfo) -> Facts | None:
    """The facts of a referral with these events, in order; None when it was never sent.

    `calendar` is the receiving organization's; `zone` is where the day of sending is counted.
    """
    sent = next((one for one in events if one.event == "send"), None)
    if sent is None:
        return None
    first = next((one for one in events if one.event in ANSWERS), None)
    decided = next((one for one in events if ANSWERS.get(one.event, "asked") != "asked"), None)
    closing = next((one for one in events if one.target in TERMINAL), None)
    accepted = next((one for one in events if one.target in TAKEN_ON), None)
    silent, quiet_since = _silence(events, accepted) if accepted else (False, None)
    code = (closing.facts.get("outcome") or closing.reason) if closing else None
    days = closing.facts.get("service_dates") if closing else None
    return Facts(
        status=Status(events[-1].target),
        sent_at=sent.at,
        sent_on=sent.at.astimezone(zone).date(),
        response_due_at=_response_due(sent, calendar),
        viewed=any(one.event == "view" for one in events),
        response=ANSWERS[first.event] if first else None,
        response_minutes=_minutes(events, calendar, sent.at, first.at) if first else None,
        decision_minutes=_minutes(events, calendar, sent.at, decided.at) if decided else None,
        closed_at=closing.at if closing else None,
        closed_in_time=bool(closing and code and _in_time(sent, closing)),
        code=code,
        on_behalf=bool(closing and closing.event.endswith("_on_behalf")),
        accepted_at=accepted.at if accepted else None,
        silent=silent,
        quiet_since=quiet_since,
        first_service_on=date.fromisoformat(min(days)) if days else None,
    )


def _response_due(sent: Happened, calendar: BusinessCalendar) -> datetime:
    """When the limit was over that the referral was sent with."""
    due = sent.facts.get("due_at")
    if due:
        return datetime.fromisoformat(due)
    return add_business(calendar, sent.at, days=USUAL_RESPONSE_DAYS)


def _in_time(sent: Happened, closing: Happened) -> bool:
    return closing.target is not Status.EXPIRED and closing.at <= sent.at + CLOSURE


def _minutes(
    events: Sequence[Happened], calendar: BusinessCalendar, start: datetime, end: datetime
) -> int:
    """Business minutes between the two, without those in which the partner waited for an answer."""
    total = business_minutes_between(calendar, start, end)
    waited = sum(
        business_minutes_between(calendar, paused, min(resumed, end))
        for paused, resumed in _pauses(events)
        if paused < end
    )
    return total - waited


def _pauses(events: Sequence[Happened]) -> Iterator[tuple[datetime, datetime]]:
    """From a question until something else happened."""
    for one, following in pairwise(events):
        if one.target is Status.NEEDS_INFO:
            yield one.at, following.at


def _silence(events: Iterable[Happened], accepted: Happened) -> tuple[bool, datetime | None]:
    """Whether the partner was ever silent for over 30 days, and since when it is quiet now.

    Time on a waiting list, and before an appointment, is not silence.
    """
    quiet: datetime | None = _quiet_from(accepted)
    silent = False
    for one in events:
        closes = one.target in TERMINAL
        if one.at < accepted.at or one is accepted or not (closes or one.kind is ActorKind.PARTNER):
            continue
        silent = silent or (quiet is not None and one.at - quiet > SILENCE)
        quiet = None if closes else _quiet_from(one)
        if closes:
            break
    return silent, quiet


def _quiet_from(one: Happened) -> datetime | None:
    if one.target is Status.WAITLISTED:
        return None
    appointment = one.facts.get("appointment_at")
    return max(one.at, datetime.fromisoformat(appointment)) if appointment else one.at
