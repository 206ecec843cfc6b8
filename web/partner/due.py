"""What a referral waits for and until when, as people say it: "Answer by tomorrow, 5:00 PM"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_time

from referrals.views import ReferralLine
from web.i18n import N_, Language
from web.times import day_name

SOON = timedelta(hours=24)
ANSWER = (N_("Answer by %(when)s"), N_("Your answer was due %(when)s"))
WAITS: Mapping[str, tuple[str, str]] = {
    "sent": ANSWER,
    "viewed": ANSWER,
    "needs_info": (
        N_("The coordinator answers your question by %(when)s"),
        N_("The coordinator's answer was due %(when)s"),
    ),
    "accepted": (N_("Make contact by %(when)s"), N_("Contact was due %(when)s")),
    "waitlisted": (
        N_("On your waitlist: look again by %(when)s"),
        N_("On your waitlist: a look was due %(when)s"),
    ),
    "scheduled": (
        N_("After the appointment, say how it went by %(when)s"),
        N_("How did it go? That was due %(when)s"),
    ),
    "no_show": (
        N_("Make a new appointment by %(when)s"),
        N_("A new appointment was due %(when)s"),
    ),
    "in_service": (N_("Say how it goes by %(when)s"), N_("Word of how it goes was due %(when)s")),
}
"""By state: what is to be done by when, and the same once that has passed."""


@dataclass(frozen=True, slots=True)
class Due:
    """The words, and "late", "soon" or "" for how it stands."""

    words: str
    urgency: str


def due(line: ReferralLine, now: datetime, zone: ZoneInfo, say: Language) -> Due:
    """What is due of an open referral; no words for what waits for nothing."""
    pair = WAITS.get(line.state)
    if line.state == "scheduled" and line.appointment_at and line.appointment_at > now:
        when = by_when(line.appointment_at, now, zone, say)
        return Due(say.gettext("Appointment %(when)s", when=when), "")
    if pair is None or line.due_at is None:
        return Due("", "")
    late = line.due_at <= now
    words = say.gettext(pair[late], when=by_when(line.due_at, now, zone, say))
    return Due(words, "late" if late else "soon" if line.due_at <= now + SOON else "")


def by_when(at: datetime, now: datetime, zone: ZoneInfo, say: Language) -> str:
    """ "today, 5:00 PM", "Friday, 5:00 PM" within a week, "March 3, 2026" beyond."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = format_time(there, "short", locale=say.locale)
    if name := _near(there.date(), today, say):
        return f"{name}, {clock}"
    return say.day(there.date())


def _near(day: date, today: date, say: Language) -> str:
    away = (day - today).days
    names = {
        0: say.gettext("today"),
        1: say.gettext("tomorrow"),
        -1: say.gettext("yesterday"),
    }
    if away in names:
        return names[away]
    return day_name(day.weekday(), say) if 1 < away < 7 else ""
