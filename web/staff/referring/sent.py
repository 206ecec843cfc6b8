"""The referrals an organization sent: open ones by when they are due, or those of one state."""

from dataclasses import dataclass
from datetime import timedelta

from litestar import Response, get
from sqlmodel import Session

from core.clock import now
from core.paging import Page
from patients.models import Urgency
from patients.queries import names_of
from referrals.due import events_of
from referrals.models import ReferralEvent
from referrals.queries import OPEN_ONES, STATES, referrals
from referrals.reminding import hindrance
from referrals.states import Status
from referrals.views import ReferralLine
from web.i18n import N_
from web.links import with_query
from web.loop_line import drawing, loop_line
from web.pages import here
from web.providers import PageRequest
from web.staff.addresses import SENT, reminding
from web.staff.desk import Desk, desk_of
from web.staff.patients import COORDINATOR
from web.staff.reading import read_number
from web.staff.record import wordings
from web.staff.referring.standing import ReferralRow, facts_of, reminded_words, state_words
from web.staff.typed import typed_of
from web.staff.wording import Options

GROUPS = {"open": N_("All that are open"), "closed": N_("All that have ended")}
WITHIN = {
    "overdue": (N_("Overdue"), timedelta(0)),
    "today": (N_("Due within a day"), timedelta(days=1)),
    "week": (N_("Due within a week"), timedelta(days=7)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(ReferralRow):
    """One referral of the list; the drawing says nothing that is not said in words."""

    drawing: str
    remindable: bool


@get(SENT, opt=COORDINATOR, sync_to_thread=True)
def sent(request: PageRequest) -> Response[str]:
    """What was sent and is open, by when it is due; or what else is asked for."""
    desk = desk_of(request)
    asked = dict(here(request).pairs)
    state = asked.get("state") if asked.get("state") in STATES else OPEN_ONES
    due = asked.get("due") if asked.get("due") in WITHIN else ""
    with desk.database.write() as session:  # names are read: the audit says so
        found = referrals(
            session,
            desk.actor,
            "sent",
            organization_id=desk.organization_id,
            state=state or OPEN_ONES,
            due_before=now() + WITHIN[due][1] if due else None,
            page=read_number(asked.get("page", "")),
        )
        rows = _rows(session, desk, found)
    due_ones = [row.line.id for row in rows if row.remindable]
    kept = [("state", state or ""), ("due", due or "")]
    base = with_query(SENT, kept)
    return desk.show(
        "referring/sent.html",
        found=found,
        rows=rows,
        form=typed_of({"state": state, "due": due}),
        states=_states(desk),
        dues=[("", desk.say.gettext("Any time")), *_dues(desk)],
        narrowed=state != OPEN_ONES or bool(due),
        base=f"{base}&",
        remindable=len(due_ones),
        remind_all=reminding(due_ones),
        **wordings(desk),
    )


def _rows(session: Session, desk: Desk, found: Page[ReferralLine]) -> list[Row]:
    own = desk.organization_id
    patients = {line.patient_id for line in found.items if line.patient_id}
    names = names_of(session, desk.actor, desk.vault, own, patients)
    told = events_of(session, desk.actor, [line.id for line in found.items])
    return [_row(desk, line, names, told[line.id]) for line in found.items]


def _row(desk: Desk, line: ReferralLine, names: dict[str, str], events: list[ReferralEvent]) -> Row:
    return Row(
        **facts_of(line, names, desk),
        drawing=drawing(loop_line(events, desk.say, desk.site.zone)),
        remindable=is_remindable(line),
        reminded=reminded_words(line, desk),
    )


def is_remindable(line: ReferralLine) -> bool:
    """Whether its partner may be reminded now, as far as the referral itself tells."""
    state, urgency = Status(line.state), Urgency(line.urgency)
    return hindrance(state, urgency, line.due_at, line.reminded_at) is None


def _states(desk: Desk) -> Options:
    groups = [(key, desk.say.gettext(words)) for key, words in GROUPS.items()]
    return groups + [(one.value, state_words(one.value, desk.say)) for one in Status]


def _dues(desk: Desk) -> Options:
    return [(key, desk.say.gettext(words)) for key, (words, _) in WITHIN.items()]
