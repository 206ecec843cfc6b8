"""The partner's inbox: by what is due, each with what it waits for, in words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from litestar import Response, get

from accounts.models import NetworkOrganization, Role
from core.access import staff
from core.clock import now
from referrals import inbox as boxes
from referrals.models import ReferralEvent
from referrals.views import ReferralLine
from web.i18n import N_, Language
from web.loop_line import Station, drawing, loop_line
from web.pages import here
from web.partner.due import Due, due
from web.providers import PageRequest
from web.respond import words
from web.staff.desk import Desk, desk_of
from web.staff.reading import read_number
from web.staff.wording import word

INBOX = "/staff/inbox"
PARTNER = staff(Role.PARTNER)
CHIPS = (
    ("", N_("All that is open")),
    ("answer", N_("Needs an answer")),
    ("waiting", N_("Waiting")),
    ("service", N_("In service")),
    (boxes.CLOSED, N_("Closed")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A referral in the list. `to_open` is that opening it tells the sender that it was seen."""

    id: str
    service: str
    sender: str
    about: str
    state: str
    due: Due
    ended: str
    urgent: bool
    training: bool
    to_open: bool
    stations: tuple[Station, ...]
    drawing: str


@get(INBOX, opt=PARTNER, sync_to_thread=True)
def inbox(request: PageRequest) -> Response[str]:
    """What is with the organization now."""
    desk = desk_of(request)
    asked = dict(here(request).pairs)
    group = asked.get("show", "")
    group = group if group in dict(CHIPS) else ""
    with desk.database.read() as session:
        found = boxes.inbox(
            session,
            desk.actor,
            desk.organization_id,
            group=group,
            page=read_number(asked.get("page", "")) or 1,
        )
        zone = ZoneInfo(session.get_one(NetworkOrganization, desk.organization_id).timezone)
    at = now()
    lines = [_line(one, found.events[one.id], at, zone, desk.say) for one in found.page.items]
    return desk.show(
        "partner/inbox.html",
        page=found.page,
        lines=lines,
        chips=_chips(desk, found),
        group=group,
    )


def _chips(desk: Desk, found: boxes.Inbox) -> list[tuple[str, str, str]]:
    """(address, words, how many) of each list; what is closed is not counted."""
    chips = []
    for key, said in CHIPS:
        count = sum(found.counts.values()) if not key else found.counts.get(key)
        most = boxes.COUNTED * (1 if key else len(boxes.GROUPS))
        number = "" if count is None else f"{count - 1}+" if count >= most else f"{count}"
        chips.append((key, desk.say.gettext(said), number))
    return chips


def _line(
    line: ReferralLine,
    events: tuple[ReferralEvent, ...],
    at: datetime,
    zone: ZoneInfo,
    say: Language,
) -> Line:
    stations = loop_line(events, say, zone)
    closed = line.closed_at.astimezone(zone).date() if line.closed_at else None
    return Line(
        id=line.id,
        service=line.service,
        sender=line.sender,
        about=word("category", line.category, say),
        state=words.said(words.STATES, line.state, say),
        due=due(line, at, zone, say),
        ended=say.day(closed) if closed else "",
        urgent=line.urgency == "urgent",
        training=line.training,
        to_open=line.state == "sent",
        stations=stations,
        drawing=drawing(stations),
    )
