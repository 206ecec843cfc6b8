"""Where a referral stands: what it waits for, who has to do what, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_time

from core.clock import now
from referrals.states import TERMINAL
from referrals.views import ReferralLine
from web.i18n import N_, Language
from web.loop_line import BROKEN, WAITING
from web.staff.desk import Desk

DUE = {
    "draft": N_("Send it by %(when)s, or it is thrown away."),
    "sent": N_("%(partner)s answers by %(when)s."),
    "viewed": N_("%(partner)s answers by %(when)s."),
    "needs_info": N_("Answer %(partner)s by %(when)s, or it is withdrawn."),
    "accepted": N_("%(partner)s gets in touch with the patient by %(when)s."),
    "waitlisted": N_("On %(when)s it is time to ask %(partner)s how long it will be."),
    "scheduled": N_("%(partner)s tells how it went by %(when)s."),
    "no_show": N_("%(partner)s makes another appointment by %(when)s."),
    "in_service": N_("%(partner)s tells how it is going by %(when)s."),
    "completed": N_("Ask the patient by %(when)s whether it helped."),
}
OVERDUE = {
    "sent": N_("%(partner)s should have answered by %(when)s."),
    "viewed": N_("%(partner)s should have answered by %(when)s."),
    "needs_info": N_("%(partner)s should have had your answer by %(when)s."),
    "accepted": N_("%(partner)s should have been in touch by %(when)s."),
    "waitlisted": N_("Since %(when)s it is time to ask %(partner)s how long it will be."),
    "scheduled": N_("%(partner)s should have told how it went by %(when)s."),
    "no_show": N_("%(partner)s should have made another appointment by %(when)s."),
    "in_service": N_("%(partner)s should have told how it is going by %(when)s."),
    "completed": N_("The patient should have been asked by %(when)s whether it helped."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRow:
    """One referral in a list of a coordinator's (staff/parts/referrals.html)."""

    line: ReferralLine
    patient: str
    state: str
    due: str
    overdue: bool
    reminded: str = ""


BY_DAY = ("draft", "waitlisted", "completed")


def state_words(state: str, say: Language) -> str:
    """What a referral waits for, or how it ended."""
    return say.gettext({**WAITING, **BROKEN, "completed": N_("Completed")}[state])


def is_overdue(line: ReferralLine) -> bool:
    """Whether somebody should have acted already."""
    return line.due_at is not None and line.due_at <= now()


def due_words(line: ReferralLine, desk: Desk, *, confirmed: bool = False) -> str:
    """Who has to do what by when; blank when nobody has to do anything."""
    if line.due_at is None or (line.state in TERMINAL and confirmed):
        return ""
    table = OVERDUE if is_overdue(line) else DUE
    said = table.get(line.state) or DUE.get(line.state)
    if said is None:
        return ""
    return desk.say.gettext(said, partner=line.partner, when=_when(line, desk))


def reminded_words(line: ReferralLine, desk: Desk) -> str:
    """When whoever is waited for was last reminded; blank when nobody was."""
    if line.reminded_at is None:
        return ""
    return desk.say.gettext("Reminded %(when)s.", when=clock(line.reminded_at, desk))


def _when(line: ReferralLine, desk: Desk) -> str:
    """The moment; of a waiting list and of a draft the day alone."""
    assert line.due_at is not None
    if line.state in BY_DAY:
        return desk.say.weekday_date(line.due_at.astimezone(desk.site.zone).date())
    return clock(line.due_at, desk)


def clock(at: datetime, desk: Desk) -> str:
    """A day and a time on the wall here: "Tuesday, March 3, 4:30 PM"."""
    here = at.astimezone(desk.site.zone)
    time = format_time(here, "short", locale=desk.say.locale)
    return desk.say.gettext("%(day)s, %(time)s", day=desk.say.weekday_date(here.date()), time=time)


def facts_of(line: ReferralLine, names: Mapping[str, str], desk: Desk) -> dict[str, Any]:
    """What every list says of a referral: the fields of a ReferralRow. `names` are patients'."""
    return {
        "line": line,
        "patient": names.get(line.patient_id or "", ""),
        "state": state_words(line.state, desk.say),
        "due": due_words(line, desk),
        "overdue": is_overdue(line),
    }
