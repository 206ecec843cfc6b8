"""What a search document is, and which of them an engine may take."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NotRequired, TypedDict

from core.errors import Invalid
from directory.hours import Hours

MAX_DOCUMENT_BYTES = 100_000
MAX_DAYS = 100_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,511}")


class PhoneNumber(TypedDict):
    number: str
    description: str | None
    type: str | None
    extension: int | None


class TranslatedText(TypedDict):
    """What a card says in another language; `machine` when nobody has checked the words."""

    name: str | None
    summary: str | None
    machine: bool


class ObservedWait(TypedDict):
    """Half of `count` referrals were helped within `days` of being sent."""

    days: int
    count: int
    observed_on: str  # ISO date


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
    keywords: list[str]  # as good as its name: translated names, words of its kind of service
    context: list[str]  # words it shares with many others: of its category, of its facts
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
    cash_prices: bool  # some cash price of this pharmacy is still good
    has_capacity: bool | None
    wait_days: int | None
    wait_asked_on: str | None  # ISO date
    phones: list[PhoneNumber]
    area: list[str]  # reach keys ("zip:27701", …) or "any"
    visibility: str  # public | network
    assured_date: str | None  # ISO date
    url: str | None
    translations: dict[str, TranslatedText]  # by language; only of what is translated
    hash: str  # of everything above
    observed_wait: NotRequired[ObservedWait]  # only where enough referrals were helped


def refusal(document: Mapping[str, Any]) -> str | None:
    """Why this document must stay out of an index, or None when it may go in."""
    if not (isinstance(document.get("id"), str) and _ID.fullmatch(document["id"])):
        return "id: letters, digits, - and _ only, at most 511"
    missing = sorted(Document.__required_keys__ - document.keys())
    if missing:
        return f"missing: {', '.join(missing)}"
    for names, is_right, rule in _RULES:
        for name in names:
            if not is_right(document[name]):
                return f"{name}: must be {rule}"
    if (document["lat"] is None) != (document["lng"] is None):
        return "lat: and lng must both be known, or neither"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_flag_or_null(value: object) -> bool:
    return value is None or isinstance(value, bool)


def _within(value: object, low: float, high: float) -> bool:
    """Null, or a number from low to high."""
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _is_days(value: object) -> bool:
    return not isinstance(value, float) and _within(value, 0, MAX_DAYS)


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return value is None
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=10_000)
def _is_hours(value: str | None) -> bool:
    try:
        return value is None or bool(Hours.from_json(value))
    except Invalid:
        return False


_Rule = tuple[tuple[str, ...], Callable[[Any], bool], str]
_RULES: tuple[_Rule, ...] = (
    (
        ("name", "organization", "summary", "service_id", "organization_id", "visibility", "hash"),
        _is_text,
        "text",
    ),
    (("alternate_name", "program", "city"), _is_text_or_null, "text or null"),
    (
        (
            "keywords",
            "context",
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
        ),
        _is_texts,
        "a list of texts",
    ),
    (("translations",), lambda value: isinstance(value, dict), "an object by language"),
    (("accepts_referrals", "cash_prices"), _is_flag, "true or false"),
    (("has_capacity",), _is_flag_or_null, "true, false or null"),
    (("lat",), lambda value: _within(value, -90, 90), "a number from -90 to 90, or null"),
    (("lng",), lambda value: _within(value, -180, 180), "a number from -180 to 180, or null"),
    (("minimum_age", "maximum_age"), lambda value: _within(value, 0, 200), "years, or null"),
    (("wait_days",), _is_days, f"whole days from 0 to {MAX_DAYS}, or null"),
    (("assured_date",), _is_date, "an ISO date or null"),
    (("hours",), lambda value: _is_text_or_null(value) and _is_hours(value), "hours, or null"),
)
