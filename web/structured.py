"""A service as search engines read it: schema.org, as attributes of the page itself (microdata)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from directory.hours import Hours, dated_exceptions, plain_week, week_days
from directory.views import AddressView, ServiceView

AHEAD_DAYS = 60
DAY = 1440
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Opening:
    """One OpeningHoursSpecification: of a weekday, or of one date. Times are "HH:MM".

    `closes` at or before `opens` is on the next day; both 00:00 on a date is closed.
    """

    opens: str
    closes: str
    weekday: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Structured:
    """What a page says of its service besides its visible name; blank and None say nothing."""

    description: str
    organization: str
    website: str
    phones: tuple[str, ...]
    place: str
    address: AddressView | None
    point: tuple[float, float] | None
    openings: tuple[Opening, ...]


def structured(view: ServiceView, now: datetime) -> Structured:
    """The facts of a view. A confidential place never comes here: its page does not exist."""
    place = view.location
    point = None
    if place and place.latitude is not None and place.longitude is not None:
        point = (place.latitude, place.longitude)
    phones = view.phones or (place.phones if place else ()) or view.organization.phones
    return Structured(
        description=view.description or "",
        organization=view.organization.name,
        website=view.organization.website or "",
        phones=tuple(phone.number for phone in phones),
        place=place.name or "" if place else "",
        address=place.address if place else None,
        point=point,
        openings=tuple(_openings(view.hours, now)) if view.hours else (),
    )


def _openings(hours: Hours, now: datetime) -> Iterator[Opening]:
    today = now.astimezone(ZoneInfo(hours.timezone)).date()
    for weekday, spans in zip(DAYS, plain_week(hours, today), strict=True):
        for start, end in spans:
            yield Opening(_clock(start), _end(start, end), weekday=weekday)
    for on in dated_exceptions(hours, today, today + timedelta(days=AHEAD_DAYS)):
        yield from _dated(hours, on)


def _dated(hours: Hours, on: date) -> Iterator[Opening]:
    """One date that is not as its weekday; nothing where its hours are not known."""
    day = week_days(hours, on)[on.weekday()]
    if not day.known:
        return
    if not day.spans:
        yield Opening("00:00", "00:00", on=on.isoformat())
    for start, end in day.spans:
        yield Opening(_clock(start), _end(start, end), on=on.isoformat())


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _end(start: int, end: int) -> str:
    """A whole day ends at 23:59, as search engines want it said."""
    return "23:59" if (start, end) == (0, DAY) else _clock(end)
