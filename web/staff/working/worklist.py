"""The first page of a coordinator: what is due now and why, in the one order of referrals/worklist.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from accounts.queries import organization_names
from core.clock import now
from core.paging import Page
from directory.queries import service_names
from patients.models import Urgency
from patients.queries import names_of
from referrals.due import events_of, work
from referrals.models import ReferralEvent
from referrals.reminding import MOST, hindrance
from referrals.states import Status
from referrals.worklist import ORDER, Line, Try, Why
from web.i18n import N_
from web.loop_line import drawing, loop_line
from web.pages import here
from web.staff.addresses import reminding
from web.staff.desk import Desk
from web.staff.reading import read_number
from web.staff.wording import word

SHOWN = 25
WHY: Mapping[Why, str] = {
    Why.ASKED: N_("The partner asks a question and waits"),
    Why.DISPUTED: N_("It did not help, the patient says"),
    Why.ENDED: N_("It came to nothing; another way is needed"),
    Why.SILENT: N_("The partner is silent"),
    Why.CALL: N_("You wanted to get in touch"),
    Why.REVIEW: N_("It goes on for long: ask how it goes"),
    Why.CONFIRM: N_("Closed, and nobody has confirmed how it ended"),
    Why.UNTRIED: N_("Nobody was asked yet"),
    Why.CHANGED: N_("You watch this, and something changed"),
    Why.CONSENT: N_("A consent is about to end"),
}
"""Each reason in words, in the order of the list."""
ENDED: Mapping[Status, str] = {
    Status.DECLINED: N_("The partner declined; another way is needed"),
    Status.EXPIRED: N_("The partner never answered; another way is needed"),
    Status.NOT_COMPLETED: N_("It was accepted and did not happen; another way is needed"),
    Status.CANCELLED: N_("The request was cancelled and the need is open"),
    Status.COMPLETED: N_("The help ended and the need is open"),
}
SILENT: Mapping[Status, str] = {
    Status.SENT: N_("The partner has not opened it"),
    Status.VIEWED: N_("The partner has read it and not answered"),
    Status.ACCEPTED: N_("Accepted, and nobody got in touch"),
    Status.NO_SHOW: N_("An appointment was missed, and there is no new one"),
}
ALSO: Mapping[Why, str] = {
    Why.SILENT: N_("a partner is silent"),
    Why.CALL: N_("you wanted to get in touch"),
    Why.REVIEW: N_("time to ask how it goes"),
    Why.UNTRIED: N_("nobody was asked yet"),
    Why.ENDED: N_("an attempt came to nothing"),
    Why.DISPUTED: N_("the patient says it did not help"),
    Why.CONFIRM: N_("nobody has confirmed the end"),
    Why.CHANGED: N_("something changed"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page. `begins` is the patient whose search begins with the next action."""

    key: str
    what: str
    href: str
    patient: str
    patient_href: str
    urgent: bool
    restricted: bool
    why: str
    about: str
    since: str
    due: str
    reminded: str
    also: tuple[str, ...]
    drawing: str
    station: str
    action: str
    action_href: str
    begins: str = ""
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids on the page are called, and what happened to the referrals."""

    patients: Mapping[str, str]
    services: Mapping[str, str]
    partners: Mapping[str, str]
    events: Mapping[str, Sequence[ReferralEvent]]


def worklist(session: Session, desk: Desk) -> dict[str, Any]:
    """What the page shows; the names on it are read, and the audit says so."""
    found = work(session, desk.actor, desk.organization_id, desk.site.zone)
    asked = read_number(dict(here(desk.request).pairs).get("page", ""), 1)
    number = min(max(asked, 1), max(1, -(-len(found) // SHOWN)))
    shown = found[(number - 1) * SHOWN : number * SHOWN]
    names = _names(session, desk, shown)
    rows = tuple(_row(line, names, desk) for line in shown)
    return {
        "work": Page(rows, len(found), number, SHOWN),
        "urgent": sum(line.urgent for line in found),
        "silent": len(silent := _silent(found)),
        "remind": reminding(silent),
        "order": [desk.say.gettext(WHY[why]) for why in ORDER],
    }


def _silent(found: Sequence[Line]) -> list[str]:
    """Referrals whose partners are silent and may be reminded, as many as one step takes."""
    return [line.attempt.id for line in found if line.attempt and _remindable(line)][:MOST]


def _remindable(line: Line) -> bool:
    one = line.attempt
    if one is None or line.why is not Why.SILENT:
        return False
    urgency = Urgency.URGENT if line.urgent else Urgency.ROUTINE
    return hindrance(one.status, urgency, one.due_at, one.reminded_at) is None


def _names(session: Session, desk: Desk, shown: Sequence[Line]) -> Names:
    tries = [line.attempt for line in shown if line.attempt]
    who = (session, desk.actor, desk.vault, desk.organization_id)
    return Names(
        names_of(*who, {line.patient_id for line in shown}),
        service_names(session, {one.service_id for one in tries}),
        organization_names(session, {one.partner_id for one in tries}),
        events_of(session, desk.actor, [one.id for one in tries]),
    )


def _row(line: Line, names: Names, desk: Desk) -> Row:
    say, need, one = desk.say, line.need, line.attempt
    stations = loop_line(names.events.get(one.id, ()), say, desk.site.zone) if one else ()
    action, href, begins = _action(line, desk)
    at = next((s.note or s.name for s in stations if s.state in ("open", "ended")), "")
    return Row(
        key=need.id if need else line.consent_id or "",
        what=word("category", need.category, say) if need else say.gettext("Consent"),
        href=f"/staff/needs/{need.id}" if need else f"/staff/patients/{line.patient_id}",
        patient=names.patients.get(line.patient_id, ""),
        patient_href=f"/staff/patients/{line.patient_id}",
        urgent=line.urgent,
        restricted=bool(need and need.restricted),
        why=_why(line, desk),
        about=_about(one, names),
        since=_day(line, desk),
        due=_due(line, desk),
        reminded=_reminded(line, desk),
        also=tuple(say.gettext(ALSO[why]) for why in line.also if why in ALSO),
        drawing=drawing(stations) if stations and one and one.status is not Status.DRAFT else "",
        station=at,
        action=action,
        action_href=href,
        begins=begins,
        seen=Why.CHANGED in (line.why, *line.also),
    )


def _why(line: Line, desk: Desk) -> str:
    words = WHY[line.why]
    if line.attempt and line.why is Why.ENDED:
        words = ENDED.get(line.attempt.status, words)
    if line.attempt and line.why is Why.SILENT:
        words = SILENT.get(line.attempt.status, words)
    if line.why is Why.UNTRIED and line.attempt:
        words = N_("A request is written and not sent")
    return desk.say.gettext(words)


def _about(one: Try | None, names: Names) -> str:
    if one is None:
        return ""
    parts = (names.partners.get(one.partner_id, ""), names.services.get(one.service_id, ""))
    return " · ".join(part for part in parts if part)


def _day(line: Line, desk: Desk) -> str:
    if line.why is Why.CONSENT:
        return ""
    zone = desk.site.zone
    days = (now().astimezone(zone).date() - line.since.astimezone(zone).date()).days
    if days < 1:
        return desk.say.gettext("since today")
    return desk.say.ngettext("for %(num)s day", "for %(num)s days", days)


def _due(line: Line, desk: Desk) -> str:
    if line.due is None:
        return ""
    if line.why is Why.CONSENT:
        last = (line.due.astimezone(desk.site.zone)).date()
        return desk.say.gettext("ends before %(moment)s", moment=desk.say.day(last))
    on = desk.say.weekday_date(line.due.astimezone(desk.site.zone).date())
    if line.due <= now():
        return desk.say.gettext("was due %(moment)s", moment=on)
    return desk.say.gettext("due %(moment)s", moment=on)


def _reminded(line: Line, desk: Desk) -> str:
    """When a silent partner was last reminded, in days."""
    at = line.attempt.reminded_at if line.attempt and line.why is Why.SILENT else None
    if at is None:
        return ""
    zone = desk.site.zone
    days = (now().astimezone(zone).date() - at.astimezone(zone).date()).days
    if days < 1:
        return desk.say.gettext("reminded today")
    if days == 1:
        return desk.say.gettext("reminded yesterday")
    return desk.say.ngettext("reminded %(num)s day ago", "reminded %(num)s days ago", days)


def _action(line: Line, desk: Desk) -> tuple[str, str, str]:
    """Words and address of the one next thing to do; the patient, when that begins a search."""
    say, need, one = desk.say.gettext, line.need, line.attempt
    if need is None:
        return say(N_("Ask for it again")), f"/staff/patients/{line.patient_id}/consents/new", ""
    here, sent = f"/staff/needs/{need.id}", f"/staff/referrals/{one.id}" if one else ""
    match line.why:
        case Why.ASKED:
            return say(N_("Answer it")), sent, ""
        case Why.SILENT:
            return say(N_("Call them, or ask elsewhere")), sent, ""
        case Why.REVIEW:
            return say(N_("Look at the request")), sent, ""
        case Why.CALL:
            return say(N_("Get in touch")), f"/staff/patients/{need.patient_id}", ""
        case Why.CONFIRM:
            return say(N_("Ask whether it helped")), here, ""
        case Why.CHANGED:
            return say(N_("See what changed")), here, ""
        case Why.UNTRIED if one is not None:
            return say(N_("Send it")), sent, ""
    if need.shortlisted:
        return say(N_("Choose from the shortlist")), f"{here}/shortlist", ""
    return say(N_("Find help")), "", need.patient_id
