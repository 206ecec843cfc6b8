"""Views of the directory → what the API sends. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from api.opening import Openings
from api.schemas.records import (
    Access,
    Address,
    Day,
    FullPhone,
    Named,
    OpeningHours,
    OrganizationShort,
    PlaceOut,
    ServiceShort,
    Span,
)
from api.schemas.search import Coordinates
from directory.codes import ACCESSIBILITY, CATEGORY, code_lists
from directory.hours import DayHours, ExceptionDay, Hours, Rule, week_days
from directory.hours.zones import zone_named
from directory.views import (
    AccessibilityView,
    AddressView,
    LocationView,
    OrganizationView,
    PhoneView,
    ServiceView,
)

DAY = 24 * 60
RULE_FIELDS = tuple(Rule.__dataclass_fields__)
EXCEPTION_FIELDS = tuple(ExceptionDay.__dataclass_fields__)


def name_of(list_name: str, code: str, language: str) -> str:
    """The name of a code; the code itself when the list does not have it (imported data)."""
    found = code_lists()[list_name].codes.get(code)
    return found.name(language) if found else code


def named(list_name: str, codes: Iterable[str], language: str) -> list[Named]:
    """Codes with their names."""
    return [Named(code, name_of(list_name, code, language)) for code in codes]


def coordinates(location: LocationView) -> Coordinates | None:
    """The point of a place, when it has one that may be known."""
    if location.latitude is None or location.longitude is None:
        return None
    return Coordinates(location.latitude, location.longitude)


def phones(views: Iterable[PhoneView]) -> list[FullPhone]:
    """Telephone numbers."""
    return [
        FullPhone(v.number, v.description, v.type, v.extension, list(v.languages)) for v in views
    ]


def addresses(views: Iterable[AddressView]) -> list[Address]:
    """Addresses."""
    return [
        Address(
            line=view.line,
            address_1=view.address_1,
            address_2=view.address_2,
            city=view.city,
            region=view.region,
            state_province=view.state_province,
            postal_code=view.postal_code,
            country=view.country,
            type=view.address_type,
        )
        for view in views
    ]


def accessibility(views: Iterable[AccessibilityView], language: str) -> list[Access]:
    """Accessibility features; named by our list, else as they were entered."""
    return [
        Access(
            code=view.code,
            name=name_of(ACCESSIBILITY, view.code, language) if view.code else view.description,
            details=view.details,
            url=view.url,
        )
        for view in views
    ]


def organization_short(view: OrganizationView) -> OrganizationShort:
    """Who provides it."""
    return OrganizationShort(view.id, view.name)


def service_short(
    view: ServiceView, openings: Openings, at: datetime, language: str
) -> ServiceShort:
    """A service in a list."""
    name = view.text("name", language)
    return ServiceShort(
        id=view.id,
        service_id=view.service_id,
        location_id=view.location.id if view.location else None,
        name=name.text if name else view.name,
        organization=organization_short(view.organization),
        categories=categories(view),
        open=openings.at(view.hours.key() if view.hours else None, at),
    )


def categories(view: ServiceView) -> list[str]:
    """Slugs of the categories a service is in, by its terms too."""
    known = code_lists()[CATEGORY].codes
    found = (known[code].parent or code for code in view.codes(CATEGORY) if code in known)
    return list(dict.fromkeys(found))


def place(view: ServiceView, openings: Openings, at: datetime, language: str) -> PlaceOut:
    """A service's place, with its hours there."""
    location = view.location
    return PlaceOut(
        id=view.id,
        location_id=location.id if location else None,
        name=location.name if location else None,
        description=location.description if location else None,
        note=view.place_note,
        addresses=addresses(location.addresses) if location else [],
        location=coordinates(location) if location else None,
        transportation=location.transportation if location else None,
        accessibility=accessibility(location.accessibility, language) if location else [],
        phones=phones(location.phones) if location else [],
        languages=list(view.languages),
        open=openings.at(view.hours.key() if view.hours else None, at),
        hours=opening_hours(view.hours, at) if view.hours else None,
        hours_notes=list(view.schedule_notes),
    )


def opening_hours(hours: Hours, at: datetime) -> OpeningHours:
    """Hours as the week of `at` has them, and as rules."""
    today = at.astimezone(zone_named(hours.timezone)).date()
    return OpeningHours(
        timezone=hours.timezone,
        always_open=hours.always_open,
        by_appointment=hours.by_appointment,
        holidays=hours.holidays,
        week=[_day(day) for day in week_days(hours, today)],
        rules=[_said(rule, RULE_FIELDS) for rule in hours.rules],
        exceptions=[_said(day, EXCEPTION_FIELDS) for day in hours.exceptions],
    )


def _day(day: DayHours) -> Day:
    spans = [Span(_clock(start), _clock(end)) for start, end in day.spans]
    return Day(day.on, spans, day.known, day.by_appointment, day.note)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _said(value: Rule | ExceptionDay, names: Iterable[str]) -> dict[str, Any]:
    """What a rule says, without what it leaves open."""
    found = {name: getattr(value, name) for name in names}
    return {name: _plain(item) for name, item in found.items() if item not in (None, "")}


def _plain(item: Any) -> Any:
    if isinstance(item, time):
        return item.strftime("%H:%M")
    return item.isoformat() if isinstance(item, date) else item
