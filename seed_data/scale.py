"""The county's organizations again and again, moved to real ZIPs all over the country.

A copy keeps the organization's services, hours, prices and texts; its places, addresses, time
zones, holidays and service areas are those of the new region. Everything follows from the number
of the copy, so any part of a million can be made again without the rest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from directory import models
from directory.models.base import DirectoryRow
from directory.places.gazetteer import Zip, gazetteer
from directory.places.place import county_key
from directory.places.states import STATES
from seed_data.county import Provider, providers
from seed_data.pins import scattered
from seed_data.rows import in_order, provider_rows

Values = dict[type[DirectoryRow], list[dict[str, Any]]]
"""Table → values of its rows, parents first."""

SOURCE = "demo-scaled"
RADIUS_M = 3_000.0
# Far more than the country has ZIPs, and no factor in common with them: copies spread evenly.
STRIDE = 7_368_787
SHARED = (models.Unit,)
"""Rows every copy uses as they are."""

Adapt = Callable[[dict[str, Any], "Region"], None]


@dataclass(frozen=True, slots=True)
class Region:
    """Neighbouring ZIPs that stand for those of the county; index 0 is the first one's."""

    number: int
    zips: Sequence[Zip]
    places: Mapping[str, int]

    def of(self, place: str) -> Zip:
        """The ZIP that a location, ZIP or county of the county became."""
        return self.zips[self.places[place]]


@dataclass(frozen=True, slots=True)
class Template:
    """An organization ready for copying: values, and which columns hold ids of its own rows."""

    values: Values
    own_ids: Mapping[type[DirectoryRow], Sequence[Sequence[str]]]
    places: Mapping[str, int]
    units: int

    def copy(self, number: int) -> Values:
        """Values of copy `number` (1 or more): new ids, new region."""
        region = _region(number, self.places)
        prefix = f"{number:08x}"
        return {
            table: [
                _moved(ADAPT.get(table), row, columns, prefix, region)
                for row, columns in zip(rows, self.own_ids[table], strict=True)
            ]
            for table, rows in self.values.items()
        }


def copies(units: int) -> Iterator[tuple[Values, int]]:
    """Organization after organization, with how many units each has, until there are enough."""
    made, number = 0, 0
    while made < units:
        number += 1
        template = templates()[(number - 1) % len(templates())]
        yield template.copy(number), template.units
        made += template.units


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """Every organization of the county that is not confidential."""
    open_ones = (p for p in providers() if not any(s.confidential for s in p.locations.values()))
    return tuple(_template(provider) for provider in open_ones)


def _template(provider: Provider) -> Template:
    values: Values = {}
    for row in in_order(provider_rows(provider)):
        if not isinstance(row, SHARED):
            values.setdefault(type(row), []).append(row.model_dump())
    ids = {row["id"] for rows in values.values() for row in rows}
    own = {
        table: [[key for key, value in row.items() if value in ids] for row in rows]
        for table, rows in values.items()
    }
    placed = {row["service_id"] for row in values.get(models.ServiceAtLocation, [])}
    lone = sum(row["id"] not in placed for row in values[models.Service])
    units = len(values.get(models.ServiceAtLocation, [])) + lone
    return Template(values, own, _places(values), units)


def _places(values: Values) -> dict[str, int]:
    """Names of places in the values → which of the region's ZIPs stands for them."""
    names = [row["id"] for row in values.get(models.Location, [])]
    areas = values.get(models.ServiceArea, [])
    names += sorted({row["code"] for row in areas})
    return {name: index for index, name in enumerate(dict.fromkeys(names))}


def _region(number: int, places: Mapping[str, int]) -> Region:
    ground = _ground()
    first = number * STRIDE % len(ground)
    zips = [ground[(first + step) % len(ground)] for step in range(max(1, len(places)))]
    return Region(number, zips, places)


@lru_cache(maxsize=1)
def _ground() -> list[Zip]:
    """Standard ZIPs of the fifty states and the district, in order: neighbours stand together."""
    rows = gazetteer().zips.values()
    territories = {"AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
    wanted = (z for z in rows if z.standard and z.timezone and z.county)
    return sorted((z for z in wanted if z.state not in territories), key=lambda z: z.code)


def _moved(
    adapt: Adapt | None, row: dict[str, Any], columns: Sequence[str], prefix: str, region: Region
) -> dict[str, Any]:
    values = row.copy()
    if adapt:
        adapt(values, region)
    for column in columns:
        # A prefix that only grows keeps every index of the database growing at its end.
        values[column] = prefix + values[column][8:]
    if "source_id" in values:
        values["source"] = SOURCE
        values["source_id"] = f"{region.number}/{values['source_id']}"
    return values


def _organization(values: dict[str, Any], region: Region) -> None:
    values["name"] = f"{values['name']} of {region.zips[0].city}"


def _location(values: dict[str, Any], region: Region) -> None:
    row = region.of(values["id"])
    key = f"{region.number}/{values['id']}"
    values["latitude"], values["longitude"] = scattered(row, key, RADIUS_M)
    values["timezone"] = row.timezone


def _address(values: dict[str, Any], region: Region) -> None:
    row = region.of(values["location_id"])
    values |= {
        "city": row.city,
        "region": row.county,
        "state_province": row.state,
        "postal_code": row.code,
    }


def _area(values: dict[str, Any], region: Region) -> None:
    kind, row = values["extent_kind"], region.of(values["code"])
    if kind == models.AreaExtent.POSTAL_CODE:
        values["code"], values["name"] = row.code, f"ZIP {row.code}"
    elif kind == models.AreaExtent.COUNTY:
        values["code"] = county_key(row.county, row.state).partition(":")[2]
        values["name"] = f"{row.county}, {row.state}"
    elif kind == models.AreaExtent.STATE:
        values["code"], values["name"] = row.state, STATES[row.state]


def _exception(values: dict[str, Any], region: Region) -> None:
    if values["holiday_calendar"]:
        values["holiday_calendar"] = f"US-{region.zips[0].state}"


ADAPT: dict[type[DirectoryRow], Adapt] = {
    models.Organization: _organization,
    models.Location: _location,
    models.Address: _address,
    models.ServiceArea: _area,
    models.ScheduleException: _exception,
}
