"""What a coordinator has to do now, and why, in one order. Pure: facts in, lines out.

The order is meant to be explained in one breath: urgent needs first; then by why a line is here, in
the order of `Why`; then whoever has waited longest. A need has one line, for the first of its
reasons; a day set to get in touch again puts off everything about it that nobody waits for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from patients.models import LoopConfirmation, NeedStatus
from referrals.states import TERMINAL, Status

CONSENT_DAYS = 14
"""How long before its end a consent is talked of."""


class Why(StrEnum):
    """Why a line is on the list, in the order of the list."""

    ASKED = "asked"  # a partner asks a question, and waits
    DISPUTED = "disputed"  # the patient says that it did not help
    ENDED = "ended"  # every attempt came to an end and the need is open
    SILENT = "silent"  # a partner was reminded and has not answered, or not followed up
    CALL = "call"  # the day to get in touch has come
    REVIEW = "review"  # it goes on for long: time to ask how it goes
    CONFIRM = "confirm"  # closed, and nobody has confirmed how it ended
    UNTRIED = "untried"  # nobody was asked yet
    CHANGED = "changed"  # a watched need changed
    CONSENT = "consent"  # a consent is about to end


ORDER: Mapping[Why, int] = {why: at for at, why in enumerate(Why)}
NOT_PUT_OFF = frozenset({Why.ASKED, Why.DISPUTED, Why.CALL, Why.CHANGED, Why.CONSENT})
CONFIRMED = frozenset({NeedStatus.MET, NeedStatus.PARTLY_MET, NeedStatus.UNMET})
"""Ends that somebody should confirm."""
GOING_ON = frozenset({Status.WAITLISTED, Status.SCHEDULED, Status.IN_SERVICE})
UNANSWERED = frozenset({Status.SENT, Status.VIEWED, Status.ACCEPTED, Status.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Try:
    """One referral: `moved_at` is when something last happened to it, `asked_at` when the clock last
    began to run; of an appointment that is at `appointment_at`."""

    id: str
    status: Status
    service_id: str
    partner_id: str
    moved_at: datetime
    asked_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    appointment_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """A need and what was tried for it. `changed_at` is what the reader, who watches it, has not seen."""

    id: str
    patient_id: str
    category: str
    restricted: str | None
    urgent: bool
    status: NeedStatus
    confirmation: LoopConfirmation
    opened_on: date
    closed_at: datetime | None = None
    contact_on: date | None = None
    changed_at: datetime | None = None
    mine: bool = True
    shortlisted: int = 0
    tries: Sequence[Try] = ()

    @property
    def open(self) -> bool:
        """Whether it is still to be met."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """A consent of somebody with an open need, and its last day."""

    id: str
    patient_id: str
    until: date


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: since when, or (`due`) until when. `attempt` is the referral it is about."""

    why: Why
    patient_id: str
    since: datetime
    urgent: bool = False
    due: datetime | None = None
    need: NeedFacts | None = None
    attempt: Try | None = None
    consent_id: str | None = None
    also: tuple[Why, ...] = ()


def lines(
    needs: Iterable[NeedFacts], consents: Iterable[ConsentFacts], at: datetime, zone: tzinfo
) -> list[Line]:
    """Everything that is due, in the one order."""
    found = [line for need in needs for line in _of_need(need, at, zone)]
    found += [_of_consent(consent, at, zone) for consent in consents]
    return sorted(found, key=_place)


def _place(line: Line) -> tuple[bool, int, datetime, str]:
    about = line.need.id if line.need else line.consent_id or ""
    return not line.urgent, ORDER[line.why], line.since, about


def _of_need(need: NeedFacts, at: datetime, zone: tzinfo) -> Iterator[Line]:
    """The first reason as a line, with the others named."""
    today = at.astimezone(zone).date()
    waits = need.open and need.contact_on is not None and need.contact_on > today
    found = [
        line
        for line in (*(_own(need, today, at, zone) if need.mine else ()), *_news(need))
        if line.why in NOT_PUT_OFF or not waits
    ]
    found.sort(key=lambda line: ORDER[line.why])
    if found:
        first, *others = found
        also = dict.fromkeys(line.why for line in others if line.why is not first.why)
        yield Line(
            first.why, need.patient_id, first.since, need.urgent and need.open, first.due, need,
            first.attempt, also=tuple(also),
        )  # fmt: skip


def _own(need: NeedFacts, today: date, at: datetime, zone: tzinfo) -> Iterator[Line]:
    if not need.open:
        unconfirmed = need.confirmation is LoopConfirmation.UNCONFIRMED
        if unconfirmed and need.status in CONFIRMED and need.closed_at:
            last = max(need.tries, key=lambda one: one.moved_at, default=None)
            yield Line(Why.CONFIRM, need.patient_id, need.closed_at, attempt=last)
        return
    if need.contact_on is not None and need.contact_on <= today:
        yield Line(Why.CALL, need.patient_id, _morning(need.contact_on, zone))
    for one in need.tries:
        yield from _of_try(need, one, at)
    yield from _nothing_runs(need, zone)


def _of_try(need: NeedFacts, one: Try, at: datetime) -> Iterator[Line]:
    overdue = one.due_at is not None and one.due_at <= at
    began = one.asked_at or one.moved_at
    if one.status is Status.NEEDS_INFO:
        yield Line(Why.ASKED, need.patient_id, one.moved_at, due=one.due_at, attempt=one)
    elif one.status in UNANSWERED and (one.reminders or overdue):
        yield Line(Why.SILENT, need.patient_id, began, due=one.due_at, attempt=one)
    elif one.status in GOING_ON and (overdue or _asked_again(one, at)):
        since = one.due_at if overdue and one.due_at else began
        yield Line(Why.REVIEW, need.patient_id, since, attempt=one)


def _asked_again(one: Try, at: datetime) -> bool:
    """The clock has run out once and begun anew, and nothing has happened since."""
    if one.asked_at is None:
        return False
    first = max(one.moved_at, one.appointment_at or one.moved_at)
    return first + timedelta(minutes=1) < one.asked_at <= at


def _nothing_runs(need: NeedFacts, zone: tzinfo) -> Iterator[Line]:
    """The need is open and no attempt is on its way."""
    drafts = [one for one in need.tries if one.status is Status.DRAFT]
    tried = [one for one in need.tries if one.status is not Status.DRAFT]
    if any(one.status not in TERMINAL for one in tried):
        return
    if not tried:
        draft = drafts[0] if drafts else None
        yield Line(Why.UNTRIED, need.patient_id, _morning(need.opened_on, zone), attempt=draft)
        return
    last = max(tried, key=lambda one: one.closed_at or one.moved_at)
    disputed = need.confirmation is LoopConfirmation.DISPUTED
    why = Why.DISPUTED if disputed else Why.ENDED
    yield Line(why, need.patient_id, last.closed_at or last.moved_at, attempt=last)


def _news(need: NeedFacts) -> Iterator[Line]:
    if need.changed_at is not None:
        last = max(need.tries, key=lambda one: one.moved_at, default=None)
        yield Line(Why.CHANGED, need.patient_id, need.changed_at, attempt=last)


def _of_consent(consent: ConsentFacts, at: datetime, zone: tzinfo) -> Line:
    """Talked of since two weeks before its last day."""
    due = _morning(consent.until + timedelta(days=1), zone)
    since = due - timedelta(days=CONSENT_DAYS + 1)
    return Line(Why.CONSENT, consent.patient_id, since, due=due, consent_id=consent.id)


def _morning(on: date, zone: tzinfo) -> datetime:
    return datetime.combine(on, time.min, zone)
