"""Timelines on paper: what was done for a need or a patient, written by the events themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_time
from litestar import Response, get
from litestar.params import FromPath
from sqlmodel import Session

from core.clock import now
from patients import queries
from patients.views import NeedView, PatientRecord
from referrals.queries import need_timeline
from referrals.views import ReferralView, TimelineEntry
from web.i18n import N_, Language
from web.loop_line import Station, drawing, loop_line
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, known_id
from web.staff.patients import COORDINATOR
from web.staff.record import OPEN, open_record, wordings
from web.staff.report_words import end_words

EVENTS: Mapping[str, str] = {
    "draft": N_("Drafted"),
    "send": N_("Sent"),
    "discard": N_("Draft thrown away"),
    "view": N_("Opened by the partner"),
    "ask_info": N_("The partner asked a question"),
    "answer_info": N_("The question was answered"),
    "answer_timeout": N_("The question was not answered in time"),
    "accept": N_("Accepted"),
    "accept_waitlist": N_("Put on the waiting list"),
    "decline": N_("Declined"),
    "response_timeout": N_("Nobody answered in time"),
    "contact_timeout": N_("Nobody got in touch in time"),
    "cancel": N_("Cancelled"),
    "schedule": N_("An appointment was made"),
    "reschedule": N_("The appointment was moved"),
    "start": N_("Help began"),
    "waitlist": N_("Put on the waiting list"),
    "offer_slot": N_("Help began"),
    "mark_no_show": N_("The patient did not come"),
    "complete": N_("Completed"),
    "complete_on_behalf": N_("Completed, as recorded for the partner"),
    "not_complete": N_("Not completed"),
    "not_complete_on_behalf": N_("Not completed, as recorded for the partner"),
    "mark_error": N_("Recorded by mistake"),
}
"""What happened, by event of the table."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline."""

    moment: str
    words: str
    by: str
    reason: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One referral on paper: its loop line, and every event."""

    service: str
    partner: str
    stations: tuple[Station, ...]
    drawing: str
    events: tuple[Happening, ...]
    outcome: str
    provided: str | None


@get("/staff/needs/{need_id:str}/print", opt=COORDINATOR, sync_to_thread=True)
def need_sheet(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """One need on paper: summary, and every attempt with its timeline."""
    desk = desk_of(request)
    with desk.database.write() as session:  # reading is noted
        patient_id = queries.patient_of_need(session, desk.actor, known_id(need_id))
        found = open_record(session, desk, patient_id, "print")
        needs = [view for view in found.needs if view.id == need_id]
        sheets = [(view, _attempts(session, desk, view)) for view in needs]
    return _show(desk, found, sheets, back=f"/staff/needs/{need_id}")


@get("/staff/patients/{patient_id:str}/print", opt=COORDINATOR, sync_to_thread=True)
def patient_sheet(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """Everything that was done for a patient on paper, open needs first."""
    desk = desk_of(request)
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "print")
        needs = sorted(found.needs, key=lambda view: (view.status not in OPEN, view.opened_on))
        sheets = [(view, _attempts(session, desk, view)) for view in needs]
    return _show(desk, found, sheets, back=f"/staff/patients/{patient_id}")


def _attempts(session: Session, desk: Desk, need: NeedView) -> list[Attempt]:
    found = need_timeline(session, desk.actor, desk.vault, need.id)
    return [_attempt(desk, view, need.loop_confirmation) for view in found]


def _attempt(desk: Desk, view: ReferralView, confirmation: str) -> Attempt:
    line = view.line
    stations = loop_line(view.timeline, desk.say, desk.site.zone, confirmation=confirmation)
    code = line.outcome or line.reason
    return Attempt(
        service=line.service,
        partner=line.partner,
        stations=stations,
        drawing=drawing(stations),
        events=tuple(happenings(desk, view.timeline)),
        outcome=end_words(line.state, code or "", desk.say) if line.closed_at else "",
        provided=view.outcome.provided if view.outcome else None,
    )


def happenings(desk: Desk, timeline: Iterable[TimelineEntry]) -> Iterable[Happening]:
    """Every event in words."""
    for entry in timeline:
        yield Happening(
            moment=_moment(entry, desk),
            words=_words(entry, desk),
            by=entry.by,
            reason=_reason(entry, desk.say),
            note=entry.note,
        )


def _moment(entry: TimelineEntry, desk: Desk) -> str:
    """The day and the minute, where this installation is."""
    at = entry.at.astimezone(desk.site.zone)
    return f"{desk.say.day(at.date())}, {format_time(at, 'short', locale=desk.say.locale)}"


def _words(entry: TimelineEntry, desk: Desk) -> str:
    return desk.say.gettext(EVENTS.get(entry.event, entry.event))


def _reason(entry: TimelineEntry, say: Language) -> str:
    """The code of the event in words; a question says itself in the note."""
    code = entry.facts.get("outcome") or entry.reason
    return end_words(entry.target, code, say).partition(": ")[2] if code else ""


def _show(
    desk: Desk, found: PatientRecord, sheets: list[tuple[NeedView, list[Attempt]]], back: str
) -> Response[str]:
    named: dict[str, Any] = wordings(desk)
    printed = desk.say.moment(now().astimezone(desk.site.zone))
    return desk.show("timeline.html", record=found, sheets=sheets, back=back, printed=printed,
                     **named)  # fmt: skip
