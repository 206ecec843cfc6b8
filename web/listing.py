"""One service in full, for its page and for paper: from the view of the directory to sections."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from directory import codes as lists
from directory.hours import Hours
from directory.models import ServiceStatus
from directory.views import ServiceView
from web import times, words
from web.i18n import SOURCE_LANGUAGE, Language
from web.ribbon import LARGE
from web.times import DayRow, StateWords
from web.words import PhoneLink, Text

CATEGORY_LISTS = (
    lists.TRIP_TYPE,
    lists.RIDE_FEATURE,
    lists.RESPITE_SETTING,
    lists.FOOD_KIND,
    lists.VISIT_TYPE,
    lists.PHARMACY_SERVICE,
    lists.TECHNOLOGY,
)
"""What only some kinds of service have, each its own section."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs, then a list, then links."""

    title: str
    texts: tuple[Text, ...] = ()
    items: tuple[Text, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # (words, address)


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything `service.html` and `print.html` show."""

    id: str
    name: Text
    kind: str
    mark: str
    organization: str
    state: StateWords
    alert: Text | None
    phones: tuple[PhoneLink, ...]
    ribbon: str  # SVG
    week: tuple[DayRow, ...]
    changes: tuple[tuple[str, str], ...]
    hour_notes: tuple[Text, ...]
    sections: tuple[Section, ...]
    checked: str
    point: tuple[float, float] | None


def listing(view: ServiceView, now: datetime, say: Language) -> Listing:
    """The listing of one service at one place."""
    hours = view.hours
    categories = view.codes(lists.CATEGORY)
    kinds = [code for code in categories if code not in lists.categories()]
    place = view.location
    shown = place is not None and place.latitude is not None
    return Listing(
        id=view.id,
        name=text_of(view, "name", say) or Text(view.name, say.code),
        kind=", ".join(words.labels(lists.CATEGORY, kinds or categories, say)),
        mark=words.mark(categories),
        organization=_organization(view),
        state=times.state(hours, now, say),
        alert=_alert(view, say),
        phones=tuple(_phones(view, say)),
        ribbon=times.week_drawing(hours, now, say, LARGE) if hours else "",
        week=times.table(hours, now, say) if hours else (),
        changes=times.changes(hours, now, say) if hours else (),
        hour_notes=tuple(_hour_notes(view, hours, now, say)),
        sections=tuple(section for section in _sections(view, say) if _says_something(section)),
        checked=words.checked(view.assured_date, say),
        point=(place.latitude, place.longitude) if shown else None,  # type: ignore[union-attr,arg-type]
    )


def _alert(view: ServiceView, say: Language) -> Text | None:
    """What must be read first: a closure, or what the service itself warns of."""
    alert = text_of(view, "alert", say)
    if view.status == ServiceStatus.TEMPORARILY_CLOSED:
        closed = say.gettext("Closed for now. Call before you go.")
        return Text(closed, say.code, more=alert.text if alert else "")
    return alert


def _organization(view: ServiceView) -> str:
    parts = (view.organization.name, view.program or "")
    return " · ".join(part for part in parts if part)


def text_of(view: ServiceView, name: str, say: Language) -> Text | None:
    """A field in the reader's language, else as it was written; None when it says nothing."""
    translated = view.text(name, say.code)
    if translated:
        return Text(translated.text, say.code, translated.machine)
    written, changed = getattr(view, name), view.changed_since(name, say.code)
    since = say.day(changed) if changed else ""
    return Text(written, SOURCE_LANGUAGE, changed=since) if written else None


def _phones(view: ServiceView, say: Language) -> Iterator[PhoneLink]:
    """Numbers of the service, else of the place, else of the organization."""
    place = view.location.phones if view.location else ()
    for phone in view.phones or place or view.organization.phones:
        spoken = words.languages(phone.languages, say)
        yield words.phone(phone.number, phone.extension, phone.description, say, spoken)


def _hour_notes(
    view: ServiceView, hours: Hours | None, now: datetime, say: Language
) -> Iterator[Text]:
    if hours is None:
        yield Text(say.gettext("Hours unknown – call"), say.code)
    else:
        yield from _own(times.other_rules(hours, now, say), say)
    for note in view.schedule_notes:
        yield Text(note, SOURCE_LANGUAGE)


def _sections(view: ServiceView, say: Language) -> Iterator[Section]:
    yield Section(say.gettext("What it is"), _texts(view, say, "description"))
    yield _where(view, say)
    yield _how_to_get_it(view, say)
    documents = [
        Text(words.label(lists.DOCUMENT, d.code, say), say.code)
        if d.code
        else Text(d.document or "", SOURCE_LANGUAGE)
        for d in view.documents
    ]
    yield Section(say.gettext("Bring with you"), items=tuple(documents))
    yield _cost(view, say)
    yield _who(view, say)
    for name in CATEGORY_LISTS:
        title = lists.code_lists()[name].names
        yield Section(title.get(say.code, title["en"]), items=_attributes(view, name, say))
    yield _languages(view, say)
    yield _source(view, say)


def _how_to_get_it(view: ServiceView, say: Language) -> Section:
    waiting = words.wait(view.wait_days, view.wait_asked_on, say)
    own = [say.gettext("Wait: %(wait)s", wait=waiting)] if waiting else []
    if found := view.observed_wait:
        seen = words.observed_wait(found.days, found.count, found.observed_on, say)
        own.append(say.gettext("Wait, as it was: %(wait)s", wait=seen))
    if view.by_appointment:
        own.append(say.gettext("By appointment"))
    if view.accepts_referrals:
        own.append(say.gettext("Your clinic can ask for this service for you."))
    links = []
    if view.url:
        links.append((say.gettext("Web page of the service"), view.url))
    if view.email:
        links.append((view.email, f"mailto:{view.email}"))
    return Section(
        say.gettext("How to get it"),
        _texts(view, say, "application_process", "wait_time"),
        (*_attributes(view, lists.INTAKE, say), *_own(own, say)),
        tuple(links),
    )


def _cost(view: ServiceView, say: Language) -> Section:
    items = []
    for option in view.costs:
        said = [words.label(lists.COST, option.option, say)] if option.option else []
        if option.amount is not None:
            said.append(say.money(option.amount, option.currency or "USD"))
        items.append(Text(": ".join(said), say.code, more=option.amount_description or ""))
    insurance = words.labels(lists.INSURANCE, view.codes(lists.INSURANCE), say)
    return Section(
        say.gettext("Cost"),
        _texts(view, say, "fees_description", "fees"),
        (*items, *_own(insurance, say)),
    )


def _who(view: ServiceView, say: Language) -> Section:
    audiences = words.labels(lists.AUDIENCE, view.codes(lists.AUDIENCE), say)
    ages = _ages(view.minimum_age, view.maximum_age, say)
    return Section(
        say.gettext("Who it is for"),
        _texts(view, say, "eligibility_description"),
        _own([*([ages] if ages else []), *audiences], say),
    )


def _ages(low: float | None, high: float | None, say: Language) -> str:
    if low and high:
        return say.gettext(
            "From %(low)s to %(high)s years", low=say.number(low), high=say.number(high)
        )
    if low:
        return say.gettext("From %(low)s years", low=say.number(low))
    if high:
        return say.gettext("Up to %(high)s years", high=say.number(high))
    return ""


def _where(view: ServiceView, say: Language) -> Section:
    place, delivery = view.location, view.codes(lists.DELIVERY)
    lines: list[Text] = []
    links = []
    if place and place.address:
        lines.append(Text(place.address.line, SOURCE_LANGUAGE))
        links.append((say.gettext("Find it on OpenStreetMap"), _map_link(view)))
    for text in (view.place_note, place.transportation if place else None):
        if text:
            lines.append(Text(text, SOURCE_LANGUAGE))
    items = _own([*words.labels(lists.DELIVERY, delivery, say), *_areas(view, say)], say)
    access = tuple(
        Text(
            words.label(lists.ACCESSIBILITY, feature.code, say) if feature.code else "",
            say.code,
            more=feature.details or (feature.description or "" if not feature.code else ""),
        )
        for feature in (place.accessibility if place else ())
    )
    return Section(say.gettext("Where"), tuple(lines), (*items, *access), tuple(links))


def _areas(view: ServiceView, say: Language) -> list[str]:
    names = [area.name or area.code for area in view.areas]
    return [say.gettext("Serves %(area)s", area=", ".join(names))] if names else []


def _map_link(view: ServiceView) -> str:
    """An address to open on purpose; nothing is sent before somebody does."""
    place = view.location
    assert place is not None
    if place.latitude is not None and place.longitude is not None:
        spot = f"{place.latitude:.5f}/{place.longitude:.5f}"
        at = f"mlat={place.latitude:.5f}&mlon={place.longitude:.5f}"
        return f"https://www.openstreetmap.org/?{at}#map=17/{spot}"
    line = place.address.line if place.address else ""
    return f"https://www.openstreetmap.org/search?query={quote(line)}"


def _languages(view: ServiceView, say: Language) -> Section:
    return Section(
        say.gettext("Spoken"),
        _texts(view, say, "interpretation_services"),
        _own([say.language_name(tag) for tag in view.languages], say),
    )


def _source(view: ServiceView, say: Language) -> Section:
    said = [words.checked(view.assured_date, say)]
    if view.source:
        said.append(say.gettext("Source: %(source)s", source=view.source))
    return Section(say.gettext("Is it right?"), tuple(Text(line, say.code) for line in said))


def _texts(view: ServiceView, say: Language, *names: str) -> tuple[Text, ...]:
    found = (text_of(view, name, say) for name in names)
    return tuple(text for text in found if text)


def _attributes(view: ServiceView, list_name: str, say: Language) -> tuple[Text, ...]:
    """Codes of one list, with the value of those that have one: "Notice needed, in hours: 48"."""
    found = []
    for attribute in view.attributes:
        if attribute.taxonomy == list_name:
            name = words.label(list_name, attribute.code, say)
            found.append(f"{name}: {attribute.value}" if attribute.value else name)
    return _own(found, say)


def _own(lines: Iterable[str], say: Language) -> tuple[Text, ...]:
    """Our own words, in the language of the page."""
    return tuple(Text(line, say.code) for line in lines)


def _says_something(section: Section) -> bool:
    return bool(section.texts or section.items or section.links)
