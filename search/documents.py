"""The searchable unit: a service at a location, or a service that comes to you.

Fields and their meaning are listed on `Document`. `refusal` says why an engine must not take one.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, TypedDict

MAX_DOCUMENT_BYTES = 100_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,511}")


class PhoneNumber(TypedDict):
    number: str
    description: str | None
    type: str | None


class Document(TypedDict):
    """What an engine stores. JSON values only; slugs and ids are lower case; absent facts are None or []."""

    id: str  # service_at_location id, or service id when it has no location
    service_id: str
    location_id: str | None
    organization_id: str
    name: str
    alternate_name: str | None
    organization: str
    program: str | None
    summary: str
    keywords: list[str]  # taxonomy names and synonyms, English and Spanish
    categories: list[str]
    terms: list[str]
    city: str | None
    postal_code: str | None
    county: str | None
    state: str | None
    address: str | None  # one line
    lat: float | None
    lng: float | None
    hours: str | None  # canonical JSON of directory.hours.Hours
    languages: list[str]  # BCP 47
    cost: list[str]
    audiences: list[str]
    minimum_age: float | None  # years
    maximum_age: float | None
    delivery: list[str]
    accessibility: list[str]
    insurance: list[str]
    documents: list[str]  # papers a patient must bring
    accepts_referrals: bool
    has_capacity: bool | None
    wait_days: int | None
    wait_asked_on: str | None  # ISO date
    phones: list[PhoneNumber]
    area: list[str]  # reach keys ("zip:27701", …) or "any"
    visibility: str  # public | network
    assured_date: str | None  # ISO date
    url: str | None
    hash: str  # of everything above


_TEXTS = ("name", "organization", "summary", "service_id", "organization_id", "visibility", "hash")
_LISTS = (
    "keywords",
    "categories",
    "terms",
    "languages",
    "cost",
    "audiences",
    "delivery",
    "accessibility",
    "insurance",
    "documents",
    "area",
)
_NUMBERS = ("minimum_age", "maximum_age", "wait_days")


def refusal(document: Mapping[str, Any]) -> str | None:
    """Why this document must stay out of an index, or None when it may go in."""
    if not (isinstance(document.get("id"), str) and _ID.fullmatch(document["id"])):
        return "id: letters, digits, - and _ only, at most 511"
    missing = sorted(Document.__annotations__.keys() - document.keys())
    if missing:
        return f"missing: {', '.join(missing)}"
    for name in _TEXTS:
        if not isinstance(document[name], str):
            return f"{name}: must be text"
    for name in _LISTS:
        if not _is_texts(document[name]):
            return f"{name}: must be a list of texts"
    for name in _NUMBERS:
        if document[name] is not None and not _is_number(document[name]):
            return f"{name}: must be a number or null"
    return _place_refusal(document["lat"], document["lng"])


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _place_refusal(lat: object, lng: object) -> str | None:
    if lat is None and lng is None:
        return None
    for name, value, limit in (("lat", lat, 90), ("lng", lng, 180)):
        if not (_is_number(value) and abs(value) <= limit):  # type: ignore[arg-type]
            return f"{name}: must be a number from -{limit} to {limit}"
    return None
