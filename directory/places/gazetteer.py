"""ZIPs, cities, counties and states of the United States, from the `zipcodes` package.

Loaded once per process on first use and kept small: the package's own rows are ten times larger.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from sys import intern
from typing import Any, Literal, NamedTuple
from zoneinfo import available_timezones

import numpy as np
import zipcodes

from directory.places.place import EARTH_RADIUS_KM, Place
from directory.places.states import STATES
from directory.places.text import county_name, fold


class Zip(NamedTuple):
    """One ZIP code; `standard` ones cover ground, others are boxes and single buildings."""

    code: str
    city: str
    county: str
    state: str
    lat: float
    lng: float
    timezone: str
    standard: bool

    def place(self) -> Place:
        """The middle of the ZIP."""
        return self.around(Place(self.code, "zip", self.lat, self.lng))

    def around(self, point: Place) -> Place:
        """The same point, with this ZIP's names for what lies around it."""
        return replace(
            point,
            postal_code=self.code,
            city=self.city,
            county=self.county or None,
            state=self.state,
            timezone=self.timezone or None,
        )


@dataclass(slots=True)
class Area:
    """A city, county or state: the ZIPs that make it up."""

    kind: Literal["city", "county", "state"]
    name: str
    state: str
    zips: list[Zip] = field(default_factory=list)

    def place(self) -> Place:
        """The middle of the area; a city also gets its most central ZIP."""
        ground = [z for z in self.zips if z.standard] or self.zips
        lat = sum(z.lat for z in ground) / len(ground)
        lng = sum(z.lng for z in ground) / len(ground)
        middle = min(ground, key=lambda z: ((z.lat - lat) ** 2 + (z.lng - lng) ** 2, z.code))
        is_city = self.kind == "city"
        return Place(
            label=self.name if self.kind == "state" else f"{self.name}, {self.state}",
            kind=self.kind,
            lat=round(lat, 6),
            lng=round(lng, 6),
            postal_code=middle.code if is_city else None,
            city=self.name if is_city else None,
            county=None if self.kind == "state" else middle.county or None,
            state=self.state,
            timezone=middle.timezone or None,
        )


Table = dict[str, list[Area]]
"""Folded name → the areas of that name, at most one per state."""


class Gazetteer:
    """Look-up tables over every ZIP that lies in a state or territory and has coordinates."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.zips: dict[str, Zip] = {}
        self.cities: Table = defaultdict(list)
        self.counties: Table = defaultdict(list)
        self.states: dict[str, Area] = {}
        aliases: list[tuple[str, Zip]] = []
        for row in rows:
            found = self._add(row)
            if row["zip_code_type"] != "UNIQUE":
                names = row["acceptable_cities"] + row["unacceptable_cities"]
                aliases += [(name, found) for name in names]
        self._add_aliases(aliases)

    def _add(self, row: dict[str, Any]) -> Zip:
        found = _zip(row)
        self.zips[found.code] = found
        _put(self.cities, "city", found.city, fold(found.city), found)
        if found.county:
            key = fold(found.county)
            _put(self.counties, "county", found.county, county_name(key) or key, found)
        state = self.states.setdefault(found.state, Area("state", STATES[found.state], found.state))
        state.zips.append(found)
        return found

    def _add_aliases(self, aliases: list[tuple[str, Zip]]) -> None:
        """Neighbourhood and old post office names, where no city of the state has the name."""
        official = {(key, area.state) for key, areas in self.cities.items() for area in areas}
        for name, found in aliases:
            key = fold(name)
            if key and (key, found.state) not in official:
                _put(self.cities, "city", name, key, found)

    @cached_property
    def zip_codes(self) -> list[str]:
        """Every ZIP, sorted, for prefixes."""
        return sorted(self.zips)

    @cached_property
    def names(self) -> list[str]:
        """Every folded city and county name, sorted, for prefixes."""
        return sorted(self.cities.keys() | self.counties.keys())

    def zips_from(self, prefix: str) -> Iterator[Zip]:
        """ZIPs that begin with these digits, in order."""
        return (self.zips[code] for code in _prefixed(self.zip_codes, prefix))

    def areas_from(self, prefix: str) -> Iterator[Area]:
        """Cities and counties whose folded name begins so."""
        for name in _prefixed(self.names, prefix):
            yield from self.named(name)

    def named(self, name: str) -> Iterator[Area]:
        """Cities, then counties, of exactly this folded name (county without "county")."""
        for table in (self.cities, self.counties):
            yield from table.get(name, ())

    @cached_property
    def _ground(self) -> tuple[list[Zip], np.ndarray]:
        """Standard ZIPs and their points on the unit sphere, shape (n, 3)."""
        ground = [z for z in self.zips.values() if z.standard]
        return ground, np.array([_unit(z.lat, z.lng) for z in ground])

    def nearest(self, lat: float, lng: float) -> tuple[Zip, float]:
        """The standard ZIP whose middle is nearest, and the metres to it."""
        ground, points = self._ground
        chords = np.square(points - np.array(_unit(lat, lng))).sum(axis=1)
        index = int(chords.argmin())
        half_chord = min(1.0, math.sqrt(float(chords[index])) / 2)
        return ground[index], 2 * EARTH_RADIUS_KM * 1000 * math.asin(half_chord)


def _has(areas: list[Area], state: str) -> bool:
    return any(area.state == state for area in areas)


def _put(table: Table, kind: Any, name: str, key: str, found: Zip) -> None:
    for area in table[key]:
        if area.state == found.state:
            area.zips.append(found)
            return
    table[key].append(Area(kind, intern(name), found.state, [found]))


def _prefixed(ordered: list[str], prefix: str) -> Iterator[str]:
    for index in range(bisect_left(ordered, prefix), len(ordered)):
        if not ordered[index].startswith(prefix):
            return
        yield ordered[index]


def _unit(lat: float, lng: float) -> tuple[float, float, float]:
    north, east = math.radians(lat), math.radians(lng)
    return (
        math.cos(north) * math.cos(east),
        math.cos(north) * math.sin(east),
        math.sin(north),
    )


def _zip(row: dict[str, Any]) -> Zip:
    return Zip(
        code=row["zip_code"],
        city=intern(row["city"]),
        # "Baltimore city" and "Baltimore City" both occur in the package, and mean one.
        county=intern(row["county"].replace(" city", " City")),
        state=intern(row["state"]),
        lat=float(row["lat"]),
        lng=float(row["long"]),
        timezone=intern(row["timezone"] if row["timezone"] in _zones() else ""),
        standard=row["zip_code_type"] == "STANDARD",
    )


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Zone names that exist; the package has at least one row with a town in that column."""
    return frozenset(available_timezones())


def _on_the_map(row: dict[str, Any]) -> bool:
    """Military post offices have no state, and some rows 0, 0 for coordinates."""
    return row["state"] in STATES and (float(row["lat"]) or float(row["long"])) != 0


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The tables, built on first use. Read by first digit: the raw rows never all exist at once."""
    return Gazetteer(
        row for digit in "0123456789" for row in zipcodes.similar_to(digit) if _on_the_map(row)
    )


@lru_cache(maxsize=64)
def names_in(state: str) -> list[str]:
    """Folded names of one state's cities and counties."""
    tables = (gazetteer().cities, gazetteer().counties)
    return sorted({key for table in tables for key, areas in table.items() if _has(areas, state)})
