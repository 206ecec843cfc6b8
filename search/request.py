"""From what a client sends to a SearchQuery, or to an error for each parameter that is wrong. Pure.

    request = read_request({"category": ["food"], "near": ["27701"]}, context)
    engine.search(request.query)

The API and the pages read the same parameters here; `search.parameters` says which there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from core.errors import Invalid
from core.paging import PER_PAGE_DEFAULT
from directory.geocode import Place, UnknownPlace, reach_keys
from directory.hours import free_windows
from search.parameters import BY_NAME, FACETS, PARAMETERS, VALUES_MAX, Parameter
from search.query import Point, SearchQuery

REACH_RADIUS_M = 40_000.0
"""How far a patient is taken to travel when `reachable_from` is given without `radius_m`."""
YEARS = timedelta(days=731)
"""How far from now a time may be asked about."""


class Places(Protocol):
    """What turns words and points into places; directory.geocode makes one."""

    def resolve(self, text: str) -> Place: ...

    def at(self, lat: float, lng: float) -> Place: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What reading needs to know.

    `timezone` is that of places that do not say their own. With `strict`, a parameter that does
    not exist is an error; without, it is passed over.
    """

    places: Places
    timezone: str
    now: datetime
    strict: bool = False


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search that may be asked.

    `origin` is what distances are measured from, `reachable_from` whose reach was asked for.
    `pairs` are the parameters again, tidied, one pair for each value, in a fixed order: with one
    more or one less they make the link to a wider or narrower search.
    """

    query: SearchQuery
    origin: Place | None
    reachable_from: Place | None
    pairs: tuple[tuple[str, str], ...]


class InvalidSearch(Invalid):
    """Some parameters are wrong: `errors` by parameter. `near` has the places that may have been
    meant, for parameters that name an unknown one.
    """

    def __init__(
        self, errors: Mapping[str, str], near: Mapping[str, Sequence[Place]] | None = None
    ) -> None:
        name, message = next(iter(errors.items()))
        super().__init__(message, parameter=name, errors=errors)
        self.near = {name: tuple(places) for name, places in (near or {}).items()}


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what was wrong."""

    context: Context
    given: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    near: dict[str, Sequence[Place]] = field(default_factory=dict)

    def wrong(self, name: str, message: str) -> None:
        self.errors.setdefault(name, message)


def read_request(values: Mapping[str, Sequence[str]], context: Context) -> SearchRequest:
    """The search these parameters ask for. Raises InvalidSearch naming every wrong one."""
    reading = _Reading(context)
    for parameter in PARAMETERS:
        if parameter.name not in values:
            continue
        if given := _tidy(parameter, values[parameter.name], reading):
            reading.given[parameter.name] = given
            _read(parameter, given, reading)
    if context.strict:
        _refuse_unknown(values, reading)
    origin, reached = _place(reading)
    _moment(reading, origin)
    query = _query(reading)
    if query is None or reading.errors:
        raise InvalidSearch(reading.errors, reading.near)
    pairs = tuple((name, text) for name, texts in reading.given.items() for text in texts)
    return SearchRequest(query, origin, reached, pairs)


def _tidy(parameter: Parameter, raw: Iterable[str], reading: _Reading) -> list[str]:
    """Its values without control characters, blanks and repeats; the errors of too many or long."""
    split = parameter.many and parameter.comma
    folded = [text.lower() for text in raw] if parameter.fold else raw
    parts = [part for text in folded for part in (text.split(",") if split else (text,))]
    texts = list(dict.fromkeys(text for part in parts if (text := _clean(part))))
    if len(texts) > (VALUES_MAX if parameter.many else 1):
        most = f"at most {VALUES_MAX} values" if parameter.many else "given once"
        reading.wrong(parameter.name, f"{parameter.name} must be {most}.")
        return []
    if any(len(text) > parameter.limit for text in texts):
        limit = f"at most {parameter.limit} characters long"
        reading.wrong(parameter.name, f"{parameter.name} must be {limit}.")
        return []
    return texts


def _clean(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def _read(parameter: Parameter, texts: list[str], reading: _Reading) -> None:
    try:
        found = tuple(parameter.read(text) for text in texts)
    except Invalid as error:
        reading.wrong(parameter.name, error.message)
    except ValueError:
        reading.wrong(parameter.name, f"{parameter.name} must be {parameter.allowed}.")
    else:
        reading.fields[parameter.target] = found if parameter.many else found[0]


def _refuse_unknown(values: Mapping[str, Sequence[str]], reading: _Reading) -> None:
    for name in values:
        if name not in BY_NAME:
            near = get_close_matches(name[:50], BY_NAME, n=1)
            hint = f"; did you mean {near[0]}?" if near else f". There are {', '.join(BY_NAME)}."
            reading.wrong(_clean(name)[:50], f"There is no such parameter{hint}")


def _place(reading: _Reading) -> tuple[Place | None, Place | None]:
    """What distances are measured from, and whose reach is asked for; fills in their fields."""
    fields = reading.fields
    near = _resolve("near", reading)
    reached = _resolve("reachable_from", reading)
    point = _point(reading)
    if near and point:
        reading.wrong("near", "near must not be given together with lat and lng.")
    origin = near or point or reached
    if reached:
        if not reached.postal_code:
            reading.wrong("reachable_from", "reachable_from must be a ZIP code.")
        fields["reach"] = reach_keys(reached)
        fields.setdefault("radius_m", REACH_RADIUS_M)
    if origin:
        fields["origin"] = Point(origin.lat, origin.lng)
    elif not _tried_place(reading):
        _refuse_placeless(reading)
    return origin, reached


def _refuse_placeless(reading: _Reading) -> None:
    needs = "needs a place: near, lat and lng, or reachable_from."
    if "radius_m" in reading.fields:
        reading.wrong("radius_m", f"radius_m {needs}")
    if reading.fields.get("sort") == "distance":
        reading.wrong("sort", f"sort by distance {needs}")


def _tried_place(reading: _Reading) -> bool:
    """Whether some place was given, even if it was wrong: one error about it is enough."""
    return any(name in reading.errors for name in ("near", "lat", "lng", "reachable_from"))


def _resolve(name: str, reading: _Reading) -> Place | None:
    text = reading.fields.pop(name, None)
    if text is None:
        return None
    try:
        return reading.context.places.resolve(text)
    except UnknownPlace as error:
        reading.wrong(name, error.message)
        reading.near[name] = error.near
        return None


def _point(reading: _Reading) -> Place | None:
    lat, lng = reading.fields.pop("lat", None), reading.fields.pop("lng", None)
    for name, other in (("lat", "lng"), ("lng", "lat")):
        if name in reading.given and other not in reading.given and other not in reading.errors:
            reading.wrong(other, f"{other} must be given with {name}.")
    if lat is None or lng is None:
        return None
    return Place(f"{lat:.5f}, {lng:.5f}", "point", lat, lng, approximate=False)


def _moment(reading: _Reading, origin: Place | None) -> None:
    """Give `open_at` its zone: "now", or the place's own clock when no offset was said."""
    if "open_at" not in reading.fields:
        return
    context = reading.context
    at: datetime = reading.fields["open_at"] or context.now
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(_zone(context, origin)))
    reading.fields["open_at"] = at
    if abs(at.year - context.now.year) > 3 or abs(at - context.now) > YEARS:
        reading.wrong("open_at", f"open_at must be {BY_NAME['open_at'].allowed}.")


def _zone(context: Context, origin: Place | None) -> str:
    """The zone of the place, looked up for a bare point only now that it matters."""
    if origin and origin.kind == "point" and not origin.timezone:
        try:
            origin = context.places.at(origin.lat, origin.lng)
        except UnknownPlace:
            return context.timezone
    return (origin and origin.timezone) or context.timezone


def _windows(reading: _Reading) -> None:
    """Times of the week as windows; what keeps the patient busy leaves the fields for what is free."""
    fields = reading.fields
    said = {
        name: tuple(dict.fromkeys(window for several in fields.pop(name, ()) for window in several))
        for name in ("open_during", "free", "blocked")
    }
    fields["open_during"] = said["open_during"]
    try:
        fields["free"] = free_windows(said["free"], said["blocked"])
    except Invalid as error:
        reading.wrong("blocked", error.message)


def _query(reading: _Reading) -> SearchQuery | None:
    fields = reading.fields
    _windows(reading)
    if "facets" in fields:
        fields["facets"] = tuple(FACETS[name] for name in fields["facets"])
    if reading.errors:
        return None
    fields.setdefault("per_page", PER_PAGE_DEFAULT)
    try:
        return SearchQuery(now=reading.context.now, **fields)
    except Invalid as error:
        reading.wrong(error.parameter or "q", error.message)
        return None
