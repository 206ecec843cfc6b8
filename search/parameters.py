"""What a search may say, parameter by parameter: one table for the API, its documents and the pages.

A parameter's values are alternatives (OR), whether it is repeated or its values stand between commas;
parameters narrow each other (AND). `read` turns one value into what SearchQuery holds, and raises
ValueError or Invalid for a value that is not allowed.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, get_args

from core.paging import DEPTH_MAX, PER_PAGE_DEFAULT, PER_PAGE_MAX
from directory.codes import (
    ACCESSIBILITY,
    AUDIENCE,
    CATEGORY,
    COST,
    DELIVERY,
    DOCUMENT,
    INSURANCE,
    categories,
    codes,
)
from directory.hours import parse_windows
from search.query import Box, Sort

TEXT_MAX = 500  # characters of q; an engine looks at the first ten words
PLACE_MAX = 200  # characters
VALUES_MAX = 50  # alternatives of one parameter
RADIUS_MAX_M = 500_000
WAIT_MAX_DAYS = 3650
SORTS = get_args(Sort)
FACETS = {
    "category": "categories",
    "term": "terms",
    "language": "languages",
    "cost": "cost",
    "for": "audiences",
    "delivery": "delivery",
    "accessible": "accessibility",
    "accepts_referrals": "accepts_referrals",
    "cash_prices": "cash_prices",
}
"""Parameters whose values can be counted, with the query's field of each."""

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# A plus sign that nobody escaped arrives as a space.
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:(Z)|([-+ ])(\d\d:\d\d))?")


def _text(text: str) -> str:
    return text


def _words(text: str) -> str:
    """Text with at least one word in it: signs alone would ask for everything."""
    if not any(character.isalnum() for character in text):
        raise ValueError
    return text


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return read


def _term(text: str) -> str:
    """The id of a term, given as such or by its code in our own taxonomy."""
    ours = codes(CATEGORY).get(text.lower())
    return ours.id if ours else _matching(_ID)(text)


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError
        return text

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise ValueError
        if not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read


def _number(low: float, high: float, *, above: bool = False) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not text.isascii() or "_" in text:
            raise ValueError
        value = float(text)
        if not (math.isfinite(value) and low <= value <= high) or (above and value == low):
            raise ValueError
        return value

    return read


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError
    return _TRUTH[text.lower()]


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError
    return date.fromisoformat(text)


def _moment(text: str) -> datetime | None:
    """A datetime, without zone unless the text has an offset; None for "now"."""
    if text.lower() == "now":
        return None
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueError
    day, clock, zulu, sign, offset = found.groups()
    zone = "+00:00" if zulu else f"{sign.replace(' ', '+')}{offset}" if offset else ""
    return datetime.fromisoformat(f"{day}T{clock}{zone}")


def _box(text: str) -> Box:
    edges = [_number(-180, 180)(edge.strip()) for edge in text.split(",")]
    west, south, east, north = edges
    return Box(north=north, east=east, south=south, west=west)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `allowed` completes "must be"; `about` is a sentence for people.

    `many` says it may have several values, which commas divide unless `comma` is False. `limit` is
    the longest value, in characters. `fold` says case does not matter. `schema` is the JSON schema
    of one value.
    """

    name: str
    target: str
    allowed: str
    about: str
    example: str
    read: Callable[[str], Any] = _text
    many: bool = False
    comma: bool = True
    fold: bool = False
    limit: int = 200
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


def _coded(name: str, target: str, allowed: Iterable[str], about: str, example: str) -> Parameter:
    values = tuple(allowed)
    schema = {"type": "string", "enum": list(values)}
    said = f"one of {', '.join(values)}"
    return Parameter(
        name, target, said, about, example, _one_of(values), many=True, fold=True, schema=schema
    )


def _bool(name: str, target: str, about: str) -> Parameter:
    schema = {"type": "boolean"}
    return Parameter(name, target, "true or false", about, "true", _yes_or_no, schema=schema)


def _integer(name: str, low: int, high: int, about: str, example: str) -> Parameter:
    return Parameter(
        name,
        name,
        f"a whole number from {low} to {high}",
        about,
        example,
        _whole(low, high),
        schema={"type": "integer", "minimum": low, "maximum": high},
    )


def _window(name: str, about: str, example: str) -> Parameter:
    said = 'days (mon to sun, weekdays, weekend, daily) and times, such as "sat 09:00-12:00"'
    return Parameter(
        name, name, said, about, example, parse_windows, many=True, comma=False, fold=True
    )


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "q",
        "text",
        f"words of letters or digits, at most {TEXT_MAX} characters",
        "Words to look for, in English or Spanish. Forgives typing mistakes; the last word may be"
        " unfinished.",
        "evening clinic",
        _words,
        limit=TEXT_MAX,
        schema={"type": "string", "maxLength": TEXT_MAX},
    ),
    _coded("category", "categories", categories(), "What kind of service.", "evening-clinic"),
    Parameter(
        "term",
        "terms",
        "codes or ids of taxonomy terms, see /api/v1/taxonomy",
        "A more precise kind of service: a code of our taxonomy, or the id of any term.",
        "medical-ride",
        _term,
        many=True,
    ),
    Parameter(
        "near",
        "near",
        'a ZIP code, a city or county with its state, or "latitude,longitude"',
        "Where distances are measured from. From a ZIP or a city they are measured from its middle.",
        "27701",
        limit=PLACE_MAX,
        schema={"type": "string", "maxLength": PLACE_MAX},
    ),
    Parameter(
        "lat",
        "lat",
        "a number of degrees from -90 to 90",
        "Latitude of the point distances are measured from; needs `lng`.",
        "35.994",
        _number(-90, 90),
        schema={"type": "number", "minimum": -90, "maximum": 90},
    ),
    Parameter(
        "lng",
        "lng",
        "a number of degrees from -180 to 180",
        "Longitude of the point distances are measured from; needs `lat`.",
        "-78.8986",
        _number(-180, 180),
        schema={"type": "number", "minimum": -180, "maximum": 180},
    ),
    Parameter(
        "radius_m",
        "radius_m",
        f"a number of metres above 0, at most {RADIUS_MAX_M}",
        "Only services at most this far from the place.",
        "15000",
        _number(0, RADIUS_MAX_M, above=True),
        schema={"type": "number", "exclusiveMinimum": 0, "maximum": RADIUS_MAX_M},
    ),
    Parameter(
        "box",
        "box",
        "west,south,east,north in degrees, south not above north",
        "Only services inside these edges; west above east crosses the antimeridian.",
        "-79.1,35.8,-78.7,36.2",
        _box,
    ),
    Parameter(
        "reachable_from",
        "reachable_from",
        "a ZIP code",
        "Only services that serve this ZIP and that are within the radius (40 km unless"
        " `radius_m` says otherwise), or come to the patient, or answer by telephone.",
        "27701",
        limit=PLACE_MAX,
        schema={"type": "string", "maxLength": PLACE_MAX},
    ),
    Parameter(
        "open_at",
        "open_at",
        '"now", or a date and time such as 2026-03-03T19:00 within two years of today',
        "Only services open at that moment. A time without an offset is the place's own time.",
        "now",
        _moment,
    ),
    _window(
        "open_during",
        "Only services that open for half an hour or more within one of these times of the week.",
        "sat 09:00-12:00",
    ),
    _window(
        "free",
        "When the patient is free: services that open for half an hour or more in one of these times,"
        " within four weeks; the longer they are open then, the earlier they come.",
        "weekdays 18:00-21:00",
    ),
    _window(
        "blocked",
        "When the patient is not free (work, dialysis). It is taken from `free`, or from 7 a.m. to"
        " 10 p.m. of every day where `free` is not given; less than half an hour is not free time.",
        "mon,wed,fri 08:00-14:00",
    ),
    Parameter(
        "language",
        "languages",
        "language tags such as es or zh-Hans",
        "A language spoken there.",
        "es",
        _matching(_LANGUAGE),
        many=True,
    ),
    _coded("cost", "cost", codes(COST), "What it costs, or how it can be paid.", "free"),
    _coded("for", "audiences", codes(AUDIENCE), "Who it is for.", "older-adults"),
    _coded(
        "delivery", "delivery", codes(DELIVERY), "How the service reaches the patient.", "visits"
    ),
    _coded(
        "accessible", "accessibility", codes(ACCESSIBILITY), "What the place offers.", "wheelchair"
    ),
    _coded("insurance", "insurance", codes(INSURANCE), "Insurance that is accepted.", "medicaid"),
    _coded(
        "without_document",
        "documents_not_required",
        codes(DOCUMENT),
        "Papers the patient does not have: services that ask for one of them are left out.",
        "photo-id",
    ),
    _integer("age", 0, 150, "Only services that admit a person of this age, in years.", "67"),
    _bool("accepts_referrals", "accepts_referrals", "Whether the service takes referrals."),
    _bool("cash_prices", "cash_prices", "Whether a pharmacy has recent cash prices, see /prices."),
    _bool("has_capacity", "has_capacity", "Whether the service has said it has room."),
    _integer("max_wait_days", 0, WAIT_MAX_DAYS, "Longest wait, in days, as the service says.", "7"),
    Parameter(
        "verified_since",
        "verified_since",
        "a date such as 2026-01-31",
        "Only services whose entry somebody checked on or after this day.",
        "2026-01-31",
        _date,
        schema={"type": "string", "format": "date"},
    ),
    Parameter(
        "organization",
        "organizations",
        "ids of organizations",
        "The organizations that provide it, by id.",
        "0b1f8a52-53c8-5e3f-8f6b-2f3f7c0f4d11",
        _matching(_ID),
        many=True,
    ),
    Parameter(
        "sort",
        "sort",
        f"one of {', '.join(SORTS)}",
        "`match` is best first, `distance` nearest first, `soonest` by the next opening (in the "
        "times asked for, if any) after the promised wait.",
        "match",
        _one_of(SORTS),
        fold=True,
        schema={"type": "string", "enum": list(SORTS), "default": "match"},
    ),
    _integer("page", 1, DEPTH_MAX, "Which page, from 1.", "1"),
    _integer("per_page", 1, PER_PAGE_MAX, f"Results on a page ({PER_PAGE_DEFAULT}).", "20"),
    Parameter(
        "facets",
        "facets",
        f"any of {', '.join(FACETS)}",
        "Count the results for each value of these parameters; each count leaves out the"
        " parameter's own filter.",
        "category",
        _one_of(tuple(FACETS)),
        many=True,
        fold=True,
        schema={"type": "string", "enum": list(FACETS)},
    ),
)
BY_NAME: Mapping[str, Parameter] = {parameter.name: parameter for parameter in PARAMETERS}
