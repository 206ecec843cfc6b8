"""A search's filters in Meilisearch's filter language. Pure.

Clauses are kept apart by name, facets under their own, so that a facet can be counted without its own
filter. Values are always quoted. Joined, the clauses stand cheapest first: Meilisearch stops at an empty
intermediate result, and a radius reads the tree of all points.
"""

import math
from collections.abc import Iterable, Mapping

from search.query import FLAGS, Box, Point, SearchQuery

EARTH_M = 6_371_000.0
HALF_AROUND_M = math.pi * EARTH_M
ANYWHERE = "any"
"""The reach key of a service that goes everywhere."""
SLACK_DEGREES = 1e-6
"""11 cm: what rounding must not cut off the box around a circle."""
WHOLE_GLOBE = Box(north=90, east=180, south=-90, west=-180)

_LISTS = (
    "categories",
    "terms",
    "languages",
    "cost",
    "audiences",
    "delivery",
    "accessibility",
    "insurance",
)

Clauses = dict[str, str]
"""Name → filter; all must hold."""


def quote(value: str) -> str:
    """A value as the filter language reads it back unchanged."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def any_of(field: str, values: Iterable[str]) -> str:
    """The field has one of the values, in whatever case."""
    return f"{field} IN [{','.join(map(quote, values))}]"


def joined(clauses: Mapping[str, str], without: Iterable[str] = ()) -> str:
    """All clauses as one filter, save those named."""
    left_out = set(without)
    return " AND ".join(text for name, text in clauses.items() if name not in left_out)


def clauses(query: SearchQuery) -> Clauses:
    """Everything a query filters by, save hours, which need the index's patterns."""
    found = {"visibility": any_of("visibility", query.visibility)}
    found |= {name: any_of(name, getattr(query, name)) for name in _LISTS if getattr(query, name)}
    if query.organizations:
        found["organizations"] = any_of("organization_id", query.organizations)
    found |= _flags(query) | _limits(query)
    if query.documents_not_required:
        found["documents"] = f"NOT {any_of('documents', query.documents_not_required)}"
    if query.reach is not None:
        found["reach"] = any_of("area", sorted(query.reach | {ANYWHERE}))
    if query.box is not None:
        found["box"] = in_box(query.box)
    near = _near(query)
    if near:
        found["near"] = near
    return found


def _flags(query: SearchQuery) -> Clauses:
    return {
        name: f"{name} = {str(value).lower()}"
        for name in (*FLAGS, "has_capacity")
        if (value := getattr(query, name)) is not None
    }


def _limits(query: SearchQuery) -> Clauses:
    found = {}
    if query.age is not None:
        found["age"] = f"age_from <= {query.age} AND age_to >= {query.age}"
    if query.max_wait_days is not None:
        found["wait"] = f"wait_days <= {query.max_wait_days}"
    if query.verified_since is not None:
        found["verified"] = f"assured_day >= {query.verified_since.toordinal()}"
    return found


def _near(query: SearchQuery) -> str | None:
    """Within the radius; with `reach`, what comes to the patient passes too."""
    if query.radius_m is None or query.origin is None:
        return None
    near = within(query.origin, query.radius_m)
    return f"(remote = true OR ({near}))" if query.reach is not None else near


def within(origin: Point, radius_m: float) -> str:
    """At most that many metres away."""
    if radius_m >= HALF_AROUND_M:
        return in_box(WHOLE_GLOBE)
    circle = f"_geoRadius({_number(origin.lat)}, {_number(origin.lng)}, {_number(radius_m)})"
    return f"{in_box(box_around(origin, radius_m))} AND {circle}"


def in_box(box: Box) -> str:
    """Inside or on the edges; Meilisearch, too, reads west > east as over the antimeridian."""
    north, east, south, west = map(_number, (box.north, box.east, box.south, box.west))
    return f"_geoBoundingBox([{north}, {east}], [{south}, {west}])"


def _number(value: float) -> str:
    return repr(float(value))


def box_around(origin: Point, radius_m: float) -> Box:
    """A box that holds the circle."""
    reach = math.degrees(min(radius_m, HALF_AROUND_M) / EARTH_M) + SLACK_DEGREES
    north, south = origin.lat + reach, origin.lat - reach
    if north >= 90 or south <= -90:  # a pole is inside, and with it every longitude
        return Box(north=min(north, 90), east=180, south=max(south, -90), west=-180)
    across = math.sin(math.radians(reach)) / math.cos(math.radians(origin.lat))
    width = math.degrees(math.asin(min(1.0, across))) + SLACK_DEGREES
    if width >= 180:
        return Box(north=north, east=180, south=south, west=-180)
    return Box(
        north=north,
        east=_around(origin.lng + width),
        south=south,
        west=_around(origin.lng - width),
    )


def _around(lng: float) -> float:
    return lng - 360 if lng > 180 else lng + 360 if lng < -180 else lng
