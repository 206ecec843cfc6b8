"""One service as this patient would meet it, in the same rows as every other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clock import now
from core.errors import Invalid
from directory import codes as lists
from directory.geocode import Place
from directory.hours import Window
from directory.places.place import distance_m
from directory.views import ServiceView
from patients.views import PatientRecord
from web import times, words
from web.i18n import Language
from web.listing import text_of
from web.ribbon import SMALL
from web.staff.desk import Desk
from web.staff.record import local_today
from web.staff.week import week_of
from web.staff.wording import word
from web.times import StateWords
from web.words import PhoneLink, Text


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is asked for, and whether the patient has it."""

    name: str
    held: bool


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where somebody stands: when they can go, what they have, and from where."""

    windows: tuple[Window, ...]
    papers: frozenset[str]
    languages: tuple[str, ...]
    origin: Place | None


@dataclass(frozen=True, slots=True)
class Column:
    """A service, row by row. Blank is what nobody knows."""

    id: str
    name: Text
    organization: str
    state: StateWords
    ribbon: str
    opens: str
    promised: str
    observed: str
    far: str
    address: str
    papers: tuple[Paper, ...]
    cost: str
    languages: str
    understood: bool
    checked: str
    takes: bool
    room: str
    phones: tuple[PhoneLink, ...]


def standpoint(record: PatientRecord, desk: Desk) -> Standpoint:
    """What of a record bears on the choice of a service."""
    week = week_of(record.times, local_today(desk), desk.say)
    near = record.summary.postal_code or ""
    if record.pin:
        near = f"{record.pin[0]},{record.pin[1]}"
    try:
        origin = desk.site.places.resolve(near) if near else None
    except Invalid:
        origin = None
    known = frozenset(record.documents_held)
    free = week.free if record.times and not week.full else ()
    return Standpoint(free, known, record.summary.languages, origin)


def columns(views: Sequence[ServiceView], point: Standpoint, desk: Desk) -> list[Column]:
    """Each service as seen from there."""
    at = now()
    return [_column(view, point, at, desk.say) for view in views]


def _column(view: ServiceView, point: Standpoint, at: datetime, say: Language) -> Column:
    key = view.hours.key() if view.hours else None
    place = view.location
    wait = view.observed_wait
    drawn = times.week_drawing(view.hours, at, say, SMALL, point.windows) if view.hours else ""
    return Column(
        id=view.id,
        name=text_of(view, "name", say) or Text(view.name, say.code),
        organization=view.organization.name,
        state=times.state(view.hours, at, say),
        ribbon=drawn,
        opens=times.next_matching(key, at, say, point.windows),
        promised=words.wait(view.wait_days, view.wait_asked_on, say),
        observed=words.observed_wait(wait.days, wait.count, wait.observed_on, say) if wait else "",
        far=_far(view, point, say),
        address=place.address.line if place and place.address else "",
        papers=_papers(view, point, say),
        cost=_cost(view, say),
        languages=words.languages(view.languages, say),
        understood=not point.languages or bool(set(point.languages) & {*view.languages, "en"}),
        checked=words.checked(view.assured_date, say),
        takes=view.accepts_referrals,
        room=_room(view, say),
        phones=tuple(
            words.phone(p.number, p.extension, p.description, say) for p in view.phones[:1]
        ),
    )


def _far(view: ServiceView, point: Standpoint, say: Language) -> str:
    coming = words.comes_to_you(view.codes(lists.DELIVERY), say)
    place = view.location
    if place is None or place.latitude is None or place.longitude is None or point.origin is None:
        return coming
    spot = Place("", "point", place.latitude, place.longitude)
    said = words.distance(distance_m(spot, point.origin), point.origin, say)
    return f"{said}. {coming}" if coming else said


def _papers(view: ServiceView, point: Standpoint, say: Language) -> tuple[Paper, ...]:
    known = {d.code: d.document or "" for d in view.documents if d.code}
    found = [Paper(word("document", code, say), code in point.papers) for code in known]
    return (*found, *(Paper(d.document or "", False) for d in view.documents if not d.code))


def _cost(view: ServiceView, say: Language) -> str:
    said = [option.option for option in view.costs if option.option]
    text = text_of(view, "fees_description", say)
    return words.cost(said, say) if said else text.text if text else ""


def _room(view: ServiceView, say: Language) -> str:
    """What it last said of its room, with the day."""
    if not view.capacities:
        return ""
    free = round(sum(max(0, found.available) for found in view.capacities))
    on = say.day(max(found.updated for found in view.capacities).date())
    if not free:
        return say.gettext("full (as of %(date)s)", date=on)
    return say.ngettext(
        "room for %(num)s (as of %(date)s)", "room for %(num)s (as of %(date)s)", free, date=on
    )
