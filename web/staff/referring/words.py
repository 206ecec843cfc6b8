"""Words for acting on referrals: how much room there is, why a service stands where it stands."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from directory.hours import Window
from patients.clashes import Clash
from referrals.next_best import Reason
from search.explain import MILE_M
from web.i18n import N_, Language
from web.staff.week import DAYS
from web.times import window_words

ROOM = {
    "capacity": N_("%(free)s of %(total)s places free, as of %(date)s"),
    "capacity_unknown": N_("Does not say how many it can take"),
    "full": N_("Full, and no waiting list, as of %(date)s"),
    "waitlist": N_("Full, with a waiting list, as of %(date)s"),
}
REASONS = ROOM | {
    "no_language": N_("Does not list the patient's language"),
    "no_answers": N_("No answers measured in the last year"),
    "comes_to_you": N_("Comes to the patient, or needs no place"),
}
OUTSIDE = N_("Takes no part in the network: call them.")
CLOSED = N_("Takes no referrals at the moment: call them.")
WITH_THEM = N_("This need is with them already.")


def reason_words(reason: Reason, say: Language) -> str:
    """Why a proposed service stands where it stands."""
    facts = reason.facts
    if reason.code in REASONS:
        return say.gettext(REASONS[reason.code], **_said(facts, say))
    if reason.code == "language":
        spoken = say.listed([say.language_name(tag) for tag in facts["tags"]])
        return say.gettext("Speaks %(languages)s", languages=spoken)
    if reason.code == "answers":
        return say.ngettext(
            "Answers in %(hours)s business hours (measured %(num)s time)",
            "Answers in %(hours)s business hours (the middle of %(num)s answers)",
            facts["answers"],
            hours=say.number(facts["hours"]),
        )
    if reason.code == "distance":
        miles = say.number(round(facts["metres"] / MILE_M, 1))
        return say.gettext("%(miles)s miles in a straight line", miles=miles)
    return say.ngettext(
        "Promises a wait of %(num)s day", "Promises a wait of %(num)s days", facts["days"]
    )


def _said(facts: Mapping[str, Any], say: Language) -> dict[str, str]:
    """Numbers and days of a reason as people read them."""
    found = {name: say.number(value) for name, value in facts.items() if isinstance(value, int)}
    if "asked_on" in facts:
        found["date"] = say.day(date.fromisoformat(facts["asked_on"]))
    return found


def clash_words(clash: Clash, say: Language) -> str:
    """What somebody is warned of before they choose the service."""
    when = say.listed(list(windows_words(clash.windows, say)))
    if clash.never and when:
        return say.gettext("Open only when they cannot go: %(when)s", when=when)
    if clash.never:
        return say.gettext("Never open when they can go")
    return say.gettext("Also open when they cannot go (%(when)s): ask for another time", when=when)


def windows_words(windows: Iterable[Window], say: Language) -> Iterable[str]:
    """ "Mon–Fri 9 a.m.–5 p.m." of five windows; in order of the first day."""
    spans: dict[tuple[int, int], list[str]] = {}
    for window in windows:
        span = (window.start_minute, window.end_minute)
        spans.setdefault(span, []).append(DAYS[window.weekday])
    for (start, end), days in spans.items():
        yield window_words(f"{','.join(days)} {_clock(start)}-{_clock(end)}", say)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
