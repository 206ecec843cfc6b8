"""A geocoder that needs no network: nothing a person types leaves the machine."""

import math
from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nsmallest
from typing import Any, NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from directory.places import text as reading
from directory.places.gazetteer import Area, Zip, gazetteer, names_in
from directory.places.place import METRES_PER_DEGREE, Place, UnknownPlace

NEAR_M = 100_000
"""A point farther than this from every ZIP is not in the country we know."""


class NoNetwork(BaseSyncAdapter):
    """The transport geopy asks every geocoder for; this one has none."""

    def get_json(self, url: str, *, timeout: float, headers: Any) -> NoReturn:
        raise AssertionError("the offline geocoder never asks the network")

    get_text = get_json


class OfflineGeocoder(Geocoder):
    """ZIP, ZIP+4, city, county, state or "lat,lng" to a place, over the `zipcodes` package.

    `home` is a text of the same kinds; names that exist in several states are then taken from
    its state, or else from as near to it as possible.
    """

    def __init__(self, *, home: str = "") -> None:
        super().__init__(adapter_factory=NoNetwork)
        self.home: Place | None = None
        if home:
            self.home = self.resolve(home)

    # geopy's own interface

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: float | None = None
    ) -> Location | list[Location] | None:
        """As every geopy geocoder: a Location, or None; `raw["place"]` is our Place."""
        try:
            found = _location(self.resolve(query))
        except UnknownPlace:
            return None
        return found if exactly_one else [found]

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: float | None = None
    ) -> Location | list[Location] | None:
        """The ZIP around a point, or None abroad."""
        point = Point(query)
        row, metres = gazetteer().nearest(point.latitude, point.longitude)
        if metres > NEAR_M:
            return None
        found = _location(row.place())
        return found if exactly_one else [found]

    # what the product uses

    def resolve(self, text: str) -> Place:
        """The one place meant by the text; raises UnknownPlace with near matches."""
        asked = reading.clean(text)
        if not asked:
            raise UnknownPlace("Say a ZIP code, a city or a county.")
        point = reading.read_point(asked)
        if point:
            return self.at(*point)
        code = reading.read_zip(asked)
        if code:
            return self._zip(code)
        name = reading.without_country(reading.fold(asked))
        area = self._area(name)
        if area is None:
            raise self._unknown(asked, name)
        return area.place()

    def at(self, lat: float, lng: float) -> Place:
        """A point by its coordinates, with the facts of the nearest ZIP (None abroad)."""
        _check_range(lat, lng)
        row, metres = gazetteer().nearest(lat, lng)
        if metres > NEAR_M:
            self._refuse_swapped(lat, lng)
        point = Place(f"{lat:.5f}, {lng:.5f}", "point", lat, lng, approximate=False)
        return row.around(point) if metres <= NEAR_M else point

    def nearest_zip(self, lat: float, lng: float) -> Place | None:
        """The ZIP whose middle is nearest: probably, not certainly, the one around the point."""
        _check_range(lat, lng)
        row, metres = gazetteer().nearest(lat, lng)
        return row.place() if metres <= NEAR_M else None

    def suggest(self, text: str, limit: int = 8) -> list[Place]:
        """Places whose ZIP or name begins with the text, near home first; then near misses."""
        asked = reading.clean(text)
        if not asked:
            return []
        if asked[:5].isdigit() and asked.isascii():
            rows = gazetteer().zips_from(asked[:5])
            return [row.place() for row in nsmallest(limit, rows, key=self._zip_rank)]
        areas = {id(area): area for area in self._beginning(asked)}
        best = nsmallest(limit, areas.values(), key=self._area_rank)
        return [area.place() for area in best] or self._near(reading.fold(asked), limit)

    def _beginning(self, asked: str) -> Iterable[Area]:
        """Areas that begin with the text, a state or the start of one after a comma included."""
        name, _, state = asked.partition(",")
        tail = reading.fold(state)
        for prefix in {reading.fold(name), reading.fold(name, long_forms=False)}:
            if prefix:
                for area in gazetteer().areas_from(prefix):
                    full = reading.fold(gazetteer().states[area.state].name)
                    if area.state.lower().startswith(tail) or full.startswith(tail):
                        yield area
        for rest, code in reading.split_state(reading.fold(asked)):
            yield from (area for area in gazetteer().named(rest) if area.state == code)
        whole = reading.read_state(reading.fold(asked))
        if whole:
            yield gazetteer().states[whole]

    # names

    def _area(self, name: str) -> Area | None:
        state = reading.read_state(name)
        if state and not self._city_beats_state(name, state):
            return gazetteer().states.get(state)
        for rest, code in reading.split_state(name):
            area = self._named(rest, code)
            if area:
                return area
        return self._named(name, None)

    def _city_beats_state(self, name: str, state: str) -> bool:
        """ "New York" is the city, and "Washington" is the town when home is North Carolina."""
        if len(name) == 2:
            return False
        states = {area.state for area in gazetteer().cities.get(name, ())}
        return state in states or (self.home is not None and self.home.state in states)

    def _named(self, name: str, state: str | None) -> Area | None:
        """The best area of this folded name, in the state when one was said."""
        county = reading.county_name(name)
        if county and name not in gazetteer().cities:
            areas = gazetteer().counties.get(county, [])
        else:
            areas = list(gazetteer().named(name))
        wanted = [area for area in areas if state in (None, area.state)]
        best = min(wanted, key=self._area_rank, default=None)
        # Durham is the city, not the county around it: cities come first in `wanted`.
        return best and next(area for area in wanted if area.state == best.state)

    def _area_rank(self, area: Area) -> tuple[Any, ...]:
        """Home state first; then large and near beat small and far; a city before its county."""
        is_county = area.kind == "county"
        size = len(area.zips)
        if self.home is None:
            return (area.kind != "state", is_county, -size, area.name, area.state)
        away = _roughly_m(self.home, area.zips[0]) / math.sqrt(size)
        return (area.state != self.home.state, away // 20_000, is_county, away, area.name)

    def _zip_rank(self, row: Zip) -> tuple[Any, ...]:
        if self.home is None:
            return (not row.standard, row.code)
        return (not row.standard, _roughly_m(self.home, row) // 1000, row.code)

    # what could not be found

    def _zip(self, code: str) -> Place:
        row = gazetteer().zips.get(code)
        if row:
            return row.place()
        near = [gazetteer().zips[c] for c in _one_slip(code) if c in gazetteer().zips]
        best = nsmallest(5, near, key=self._zip_rank)
        raise _unknown(f"{code} is not a ZIP code in use.", [found.place() for found in best])

    def _unknown(self, asked: str, name: str) -> UnknownPlace:
        if reading.is_street_address(asked) and "," in asked:
            town = reading.without_country(reading.fold(asked.partition(",")[2]))
            area = self._area(town)
            near = [area.place()] if area else self._near(town, 5)
            return _unknown("Street addresses are not looked up here; say a ZIP or a town.", near)
        return _unknown(f"No place called “{asked[:60]}” is known.", self._near(name, 5))

    def _near(self, name: str, limit: int) -> list[Place]:
        """Places that sound alike: in the state that was said, or of any state, best first."""
        rest, state = next(reading.split_state(name), (name, None))
        rest = reading.county_name(rest) or rest
        if len(rest) > 40:
            return []
        exact = list(gazetteer().named(rest))
        alike = (
            exact
            if exact
            else [
                area
                for key in get_close_matches(rest, self._pool(rest, state), n=5, cutoff=0.75)
                for area in sorted(gazetteer().named(key), key=self._area_rank)
                if state in (None, area.state)
            ]
        )
        kept = nsmallest(limit, alike, key=self._area_rank) if exact else alike[:limit]
        return [area.place() for area in kept]

    def _pool(self, name: str, state: str | None) -> list[str]:
        """Names worth comparing: all of a state, or those that begin with one of two letters."""
        if state is not None:
            return names_in(state)
        names = gazetteer().names
        return [n for n in names if n[0] in name[:2] and abs(len(n) - len(name)) <= 3]

    def _refuse_swapped(self, lat: float, lng: float) -> None:
        """A point far from everything whose mirror image is at home was typed the wrong way."""
        if abs(lng) > 90 or gazetteer().nearest(lng, lat)[1] > NEAR_M:
            return
        right = self.at(lng, lat)
        raise UnknownPlace(
            f"Latitude and longitude look swapped: did you mean {right.label}?", [right]
        )


def _unknown(message: str, near: list[Place]) -> UnknownPlace:
    said = [p.label if p.kind != "zip" else f"{p.label} ({p.detail})" for p in near[:3]]
    hint = f" Did you mean {' or '.join(said)}?" if said else ""
    return UnknownPlace(message + hint, near)


def _roughly_m(home: Place, there: Zip) -> float:
    """Metres on a flat map: near enough to rank thousands of names while somebody types."""
    east = (there.lng - home.lng) * math.cos(math.radians(home.lat))
    return METRES_PER_DEGREE * math.hypot(there.lat - home.lat, east)


def _check_range(lat: float, lng: float) -> None:
    if not -90 <= lat <= 90:
        swap = abs(lat) <= 180 and abs(lng) <= 90
        swapped = " It looks swapped with the longitude." if swap else ""
        raise UnknownPlace(f"Latitude must be from -90 to 90; {lat:g} is not.{swapped}")
    if not -180 <= lng <= 180:
        raise UnknownPlace(f"Longitude must be from -180 to 180; {lng:g} is not.")


def _one_slip(code: str) -> set[str]:
    """Codes with one digit changed or two neighbours exchanged."""
    changed = {code[:i] + d + code[i + 1 :] for i in range(5) for d in "0123456789"}
    exchanged = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(4)}
    return (changed | exchanged) - {code}


def _location(place: Place) -> Location:
    return Location(place.label, (place.lat, place.lng, 0.0), {"place": place})
