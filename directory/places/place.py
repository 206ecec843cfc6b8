"""A place somebody named, and what follows from it: distance and the areas it lies in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, radians, sin
from typing import Literal, Protocol

from core.errors import Invalid

EARTH_RADIUS_KM = 6_371.0
"""The sphere every distance of the product is measured on, so that engines and oracle agree."""
METRES_PER_DEGREE = 111_194.93
"""Of latitude, on that sphere."""

Kind = Literal["zip", "city", "county", "state", "point", "address"]

_COUNTY_WORDS = re.compile(
    r" (county|parish|borough|census area|municipality|municipio|city and borough)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Place:
    """A named point (degrees). `approximate` says it is the middle of an area, not a spot.

    `postal_code` is the ZIP itself, or the most central one of a city, or the nearest one to a
    point; None where no ZIP speaks for the place (counties, states, abroad).
    """

    label: str
    kind: Kind
    lat: float
    lng: float
    postal_code: str | None = None
    city: str | None = None
    county: str | None = None
    state: str | None = None
    timezone: str | None = None
    approximate: bool = True

    @property
    def detail(self) -> str:
        """What the label leaves out: "Durham, NC" for 27701, the county for a city, else ""."""
        if self.kind == "city":
            return self.county or ""
        if self.kind in ("county", "state"):
            return ""
        return ", ".join(part for part in (self.city, self.state) if part)


class UnknownPlace(Invalid):
    """No place by this text. `near` are places that may have been meant, best first."""

    def __init__(self, message: str, near: Sequence[Place] = (), *, parameter: str = "near"):
        super().__init__(message, parameter=parameter)
        self.near = tuple(near)


class HasPoint(Protocol):
    """Anything with degrees north and east."""

    @property
    def lat(self) -> float: ...

    @property
    def lng(self) -> float: ...


def distance_m(a: HasPoint, b: HasPoint) -> float:
    """Metres between two points along the great circle, on a sphere of 6,371,000 m radius."""
    return great_circle_m((a.lat, a.lng), (b.lat, b.lng))


def great_circle_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The same between two pairs of degrees north and east."""
    south, north, turned = radians(a[0]), radians(b[0]), radians(b[1] - a[1])
    across = cos(north) * sin(turned)
    up = cos(south) * sin(north) - sin(south) * cos(north) * cos(turned)
    towards = sin(south) * sin(north) + cos(south) * cos(north) * cos(turned)
    return EARTH_RADIUS_KM * 1000 * atan2(hypot(across, up), towards)


def county_key(county: str, state: str) -> str:
    """ "county:NC/Durham", the form service areas are indexed with."""
    return f"county:{state}/{_COUNTY_WORDS.sub('', county)}"


def reach_keys(place: Place) -> frozenset[str]:
    """Every area this place lies in, as service areas are indexed: ZIP, county, state, country."""
    keys: set[str] = set()
    if place.postal_code:
        keys.add(f"zip:{place.postal_code}")
    if place.county and place.state:
        keys.add(county_key(place.county, place.state))
    if place.state:
        keys |= {f"state:{place.state}", "country:US"}
    return frozenset(keys)
