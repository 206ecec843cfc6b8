"""The demonstration county: one JSON file for each organization, read and checked.

A service entry takes whatever it does not say from the organization's `defaults`. Every name of a
code list (`audience`, `trip-type` …) is a key; its value lists codes, or maps codes to values.
"""

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

COUNTY = Path(__file__).parent / "county"
REFERENCE = date(2026, 11, 1)
"""The day the county was last surveyed; ages of listings count back from it."""

Codes = tuple[str, ...] | dict[str, str | None]


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place of an organization. `phone` is the end of a 919-555 number."""

    name: str
    zip: str
    street: str = ""
    accessibility: tuple[str, ...] = ()
    transit: str | None = None
    phone: str | None = None
    confidential: bool = False


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A service. `at` maps sites to their hours; `hours` are those of a service without a site.

    `checked` is days before REFERENCE, None when nobody ever confirmed it. `wait` is days and the
    date somebody said so; `capacity` is unit, free, at most, and date.
    """

    key: str
    name: str
    text: str
    terms: tuple[str, ...]
    at: dict[str, str] | tuple[str, ...]
    name_es: str | None = msgspec.field(default=None, name="name_es")
    text_es: str | None = msgspec.field(default=None, name="text_es")
    hours: str = "unknown"
    holidays: bool = False
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    languages: tuple[str, ...] | None = None
    cost: tuple[str, ...] = ("unknown",)
    area: tuple[str, ...] = ()
    ages: tuple[float | None, float | None] = (None, None)
    document: tuple[str, ...] = ()
    audience: Codes = ()
    delivery: Codes = ()
    insurance: Codes = ()
    intake: Codes = ()
    trip_type: Codes = ()
    ride_feature: Codes = ()
    respite_setting: Codes = ()
    food_kind: Codes = ()
    pharmacy_service: Codes = ()
    visit_type: Codes = ()
    technology: Codes = ()
    how: str | None = None
    program: str | None = None
    phone: str | None = None
    referrals: bool = False
    wait: tuple[int, date] | None = None
    capacity: tuple[str, float, float, date] | None = None
    status: Literal["active", "inactive", "defunct", "temporarily closed"] = "active"
    visibility: Literal["public", "network", "restricted"] = "public"
    alert: str | None = None
    checked: int | None = None


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organization with its sites and services. A `spanish` one says each service in Spanish too."""

    key: str
    name: str
    about: str
    phone: str
    languages: tuple[str, ...]
    source: str
    tax_status: str
    year: int
    locations: dict[str, Site]
    services: tuple[Offer, ...]
    about_es: str | None = None
    spanish: bool = False
    interpretation: str | None = None
    funding: tuple[str, ...] = ()
    license: str | None = None


class CountyError(ValueError):
    """A file of the county that cannot be used; says which, where and why."""


@lru_cache(maxsize=1)
def providers() -> tuple[Provider, ...]:
    """Every organization of the county, by category folder and file name."""
    return tuple(read_provider(path) for path in sorted(COUNTY.glob("*/*.json")))


def read_provider(path: Path) -> Provider:
    """One file. Raises CountyError naming the file and the place in it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        defaults = data.pop("defaults", {})
        data["services"] = [defaults | service for service in data["services"]]
        found = msgspec.convert(data, Provider)
    except (ValueError, KeyError) as problem:  # msgspec's errors are ValueErrors
        raise CountyError(f"{path.name}: {problem}") from problem
    for wrong in _problems(found, path):
        raise CountyError(f"{path.name}: {wrong}")
    return found


def _problems(found: Provider, path: Path) -> Iterator[str]:
    if found.key != path.stem:
        yield f"key {found.key!r} is not the file's name"
    keys = [service.key for service in found.services]
    for key in {key for key in keys if keys.count(key) > 1}:
        yield f"service key {key!r} is used twice"
    for service in found.services:
        for site in service.at:
            if site not in found.locations:
                yield f"service {service.key!r} is at {site!r}, which is not a location"
        if found.spanish and not (service.name_es and service.text_es):
            yield f"service {service.key!r} is not said in Spanish"


def sites_of(offer: Offer) -> dict[str, str]:
    """Site key → its own hours, "" where the service's hours hold."""
    return offer.at if isinstance(offer.at, dict) else dict.fromkeys(offer.at, "")


def values_of(codes: Codes) -> dict[str, Any]:
    """Code → value, None where the code needs none."""
    return codes if isinstance(codes, dict) else dict.fromkeys(codes)
