"""What a search can say, and what comes back. Pure values: no database, no engine, no web.

Values inside one field are alternatives (OR); fields narrow each other (AND). Distances are metres on a
sphere of radius 6,371,000; coordinates are WGS 84 degrees; times are aware.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from core.errors import Invalid
from core.paging import check_paging

if TYPE_CHECKING:
    from directory.hours import Window

Sort = Literal["match", "distance", "soonest"]
FACETS = (
    "categories",
    "terms",
    "languages",
    "cost",
    "audiences",
    "delivery",
    "accessibility",
    "accepts_referrals",
    "cash_prices",
)
FLAGS = ("accepts_referrals", "cash_prices")
"""Facets that are yes or no."""
COMES_TO_YOU = frozenset({"visits", "delivers", "telehealth", "phone", "worksite", "ride"})
"""Delivery modes that need no place near the patient."""


def _bad(parameter: str, allowed: str) -> Invalid:
    return Invalid(allowed, parameter=parameter)


def _latitude(parameter: str, value: float) -> None:
    if not (math.isfinite(value) and -90 <= value <= 90):
        raise _bad(parameter, "a latitude is a number from -90 to 90")


def _longitude(parameter: str, value: float) -> None:
    if not (math.isfinite(value) and -180 <= value <= 180):
        raise _bad(parameter, "a longitude is a number from -180 to 180")


@dataclass(frozen=True, slots=True)
class Point:
    """A place in degrees."""

    lat: float
    lng: float

    def __post_init__(self) -> None:
        _latitude("lat", self.lat)
        _longitude("lng", self.lng)


@dataclass(frozen=True, slots=True)
class Box:
    """Edges in degrees, inclusive. `west > east` crosses the antimeridian."""

    north: float
    east: float
    south: float
    west: float

    def __post_init__(self) -> None:
        for edge in (self.north, self.south):
            _latitude("box", edge)
        for edge in (self.east, self.west):
            _longitude("box", edge)
        if self.north < self.south:
            raise _bad("box", "north must not lie below south")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One search. Empty and None mean "not asked"; `visibility` is always asked.

    `reach` holds the reach keys of the patient's ZIP ("zip:27701", "county:NC/Durham", …). With it, a
    document matches when its area covers one of them (or "any"), and it either has a place within the
    radius (when there is one) or comes to the patient. Without it, the radius alone judges the place.

    `free` is when the patient can go, in windows that do not overlap (directory.hours.free_windows). It
    narrows as `open_during` does, and what is open longest in it comes first.
    """

    now: datetime
    text: str = ""
    categories: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    origin: Point | None = None
    radius_m: float | None = None
    box: Box | None = None
    reach: frozenset[str] | None = None
    open_at: datetime | None = None
    open_during: "tuple[Window, ...]" = ()
    free: "tuple[Window, ...]" = ()
    languages: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    delivery: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    insurance: tuple[str, ...] = ()
    documents_not_required: tuple[str, ...] = ()
    age: int | None = None
    accepts_referrals: bool | None = None
    cash_prices: bool | None = None
    has_capacity: bool | None = None
    max_wait_days: int | None = None
    verified_since: date | None = None
    organizations: tuple[str, ...] = ()
    sort: Sort = "match"
    page: int = 1
    per_page: int = 20
    facets: tuple[str, ...] = ()
    visibility: tuple[str, ...] = ("public",)

    def __post_init__(self) -> None:
        self._check_place()
        self._check_page()
        if not self.visibility:
            raise _bad("visibility", "at least one visibility must be named")
        for name in ("now", "open_at"):
            at = getattr(self, name)
            if at is not None and at.utcoffset() is None:
                raise _bad(name, "a time needs its offset")
        if self.age is not None and not 0 <= self.age <= 150:
            raise _bad("age", "an age is a number of years from 0 to 150")
        if self.max_wait_days is not None and self.max_wait_days < 0:
            raise _bad("max_wait_days", "a wait is 0 days or more")

    def _check_place(self) -> None:
        if self.radius_m is not None:
            if not (math.isfinite(self.radius_m) and self.radius_m >= 0):
                raise _bad("radius_m", "a radius is 0 metres or more")
            if self.origin is None:
                raise _bad("radius_m", "a radius needs a place to measure from")
        if self.sort not in get_args(Sort):
            raise _bad("sort", f"sort is one of {', '.join(get_args(Sort))}")
        if self.sort == "distance" and self.origin is None:
            raise _bad("sort", "sorting by distance needs a place to measure from")

    def _check_page(self) -> None:
        check_paging(self.page, self.per_page)
        for name in self.facets:
            if name not in FACETS:
                raise _bad("facets", f"{name!r} is not one of {', '.join(FACETS)}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document. `distance_m` is None without an origin or when the document has no place."""

    id: str
    document: Mapping[str, Any]
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits. `total` and the facet counts are exact, over all pages.

    A facet's counts leave out that facet's own filter, so a chosen value does not hide its siblings.
    Values that count nothing are absent.
    """

    total: int
    hits: tuple[Hit, ...]
    page: int
    per_page: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
