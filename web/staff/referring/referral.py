"""One referral for whoever sent it: how far it is, what was shared, and everything they can do."""

from dataclasses import dataclass

from litestar import Response, get
from litestar.params import FromPath
from sqlmodel import Session

from patients import queries as patients
from patients.clashes import clash_at
from patients.views import NeedView, PatientRecord
from referrals.queries import referral
from referrals.states import TERMINAL
from referrals.views import ReferralView
from web.i18n import Language
from web.loop_line import drawing, loop_line
from web.providers import PageRequest
from web.respond.showing import values
from web.staff.addresses import reminding
from web.staff.desk import Desk, desk_of, known_id, nothing_typed
from web.staff.patients import COORDINATOR
from web.staff.printing import happenings
from web.staff.record import OPEN, open_record, wordings
from web.staff.referring.actions import ACTIONS, impossible
from web.staff.referring.onward import Onward, onward
from web.staff.referring.sent import is_remindable
from web.staff.referring.standing import clock, due_words, is_overdue, reminded_words, state_words
from web.staff.report_words import CODES
from web.staff.typed import Typed
from web.times import window_words

REFERRAL = "/staff/referrals/{referral_id:str}"
ENDED_BADLY = ("declined", "expired", "not_completed", "cancelled")


@dataclass(frozen=True, slots=True)
class Opened:
    """The referral with the need and the record it belongs to."""

    view: ReferralView
    record: PatientRecord
    need: NeedView


@get(REFERRAL, opt=COORDINATOR, sync_to_thread=True)
def one(request: PageRequest, referral_id: FromPath[str]) -> Response[str]:
    """The whole referral. Reading it is noted."""
    desk = desk_of(request)
    return show(desk, open_referral(desk, referral_id), nothing_typed())


def open_referral(desk: Desk, referral_id: str) -> Opened:
    """The referral, for one of the organization's coordinators. Raises NotFound."""
    with desk.database.write() as session:
        return _open(session, desk, known_id(referral_id))


def _open(session: Session, desk: Desk, referral_id: str) -> Opened:
    view = referral(session, desk.actor, desk.vault, referral_id)
    # Whoever receives it reads it elsewhere: this finds no need of another organization.
    patient_id = patients.patient_of_need(session, desk.actor, view.line.need_id or "")
    record = open_record(session, desk, patient_id, "referral")
    need = next(one for one in record.needs if one.id == view.line.need_id)
    return Opened(view, record, need)


def show(desk: Desk, opened: Opened, typed: Typed, status: int = 200) -> Response[str]:
    """The page, with what could not be done."""
    view, line, say = opened.view, opened.view.line, desk.say
    confirmation = opened.need.loop_confirmation if line.outcome else "unconfirmed"
    stations = loop_line(view.timeline, say, desk.site.zone, confirmation=confirmation)
    further = onward(desk, opened.need) if _goes_on(opened) else Onward()
    return desk.show(
        "referring/referral.html",
        status,
        typed=typed,
        view=view,
        line=line,
        need=opened.need,
        patient=opened.record.summary,
        state=state_words(line.state, say),
        ending=_ending(view, say),
        due=due_words(line, desk, confirmed=confirmation != "unconfirmed"),
        overdue=is_overdue(line),
        reminded=reminded_words(line, desk),
        remind=reminding([line.id]) if is_remindable(line) else "",
        appointment=clock(line.appointment_at, desk) if line.appointment_at else "",
        clash=appointment_clash(desk, opened),
        stations=stations,
        drawing=drawing(stations),
        events=happenings(desk, view.timeline),
        question=question_of(view),
        possible=_possible(view),
        impossible=list(impossible(view.available_events, say)),
        actions=ACTIONS,
        shared=_shared(view, say),
        asks=_asks(opened),
        further=further,
        **wordings(desk),
    )


def appointment_clash(desk: Desk, opened: Opened) -> str:
    """The blocked time that the appointment to come falls into, as it was entered; or blank."""
    line = opened.view.line
    if line.appointment_at is None or line.state in TERMINAL:
        return ""
    found = clash_at(opened.record.times, line.appointment_at, desk.site.zone)
    return (found.reason or window_words(found.window, desk.say)) if found else ""


def _ending(view: ReferralView, say: Language) -> str:
    """Why it ended, or what came of it, in words."""
    code = view.line.outcome or (view.line.reason if view.line.closed_at else None)
    if not code:
        return ""
    return say.gettext(CODES[code]) if code in CODES else code.replace("_", " ")


def question_of(view: ReferralView) -> str:
    """What the partner asked last, while it waits for an answer."""
    if view.line.state != "needs_info":
        return ""
    asked = (entry.note for entry in reversed(view.timeline) if entry.event == "ask_info")
    return next(asked, None) or ""


def _possible(view: ReferralView) -> list[str]:
    """Events the coordinator can cause now, in the order they are offered."""
    allowed = {item.event for item in view.available_events if item.allowed}
    return [event for event in ACTIONS if event in allowed]


def _shared(view: ReferralView, say: Language) -> list[tuple[str, tuple[str, ...]]]:
    """What was frozen when it was sent; nothing before."""
    content = view.shared or {}
    return [(name, values(name, content, say)) for name in view.fields if name in content]


def _asks(opened: Opened) -> bool:
    """Whether somebody should say that the need ended as this referral did."""
    unconfirmed = opened.need.loop_confirmation == "unconfirmed"
    closed = opened.need.status not in OPEN
    return opened.view.line.state == "completed" and closed and unconfirmed


def _goes_on(opened: Opened) -> bool:
    """Whether another service may take its place."""
    ended = opened.view.line.state in ENDED_BADLY
    return ended and opened.need.status in OPEN and not opened.view.replaced_by
