"""How two records are told to be the same thing twice. Pure.

Two records are compared when they share a telephone number, a web site, an address, or lie within a
hundred metres: a name alone is never enough. What they have in common is scored; a person decides
(merging.py). What was told apart once is not asked again.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from math import cos, hypot, radians
from typing import Any
from urllib.parse import urlsplit

SERVICE, ORGANIZATION = "service", "organization"
NEAR_M, METRES_PER_DEGREE = 100, 111_320
CELL = 0.0012  # degrees: wider than a hundred metres where people live
LIKE, VERY_LIKE = 0.75, 0.9
ENOUGH = 60
WEIGHTS = {
    "name": 45, "like_name": 30, "phone": 30, "website": 30, "address": 25, "near": 15,
    "organization": 10,
}  # fmt: skip
IDLE = frozenset(
    ("the", "of", "and", "for", "a", "an", "at", "in", "inc", "llc", "co", "corp", "incorporated",
     "de", "la", "el", "los", "las", "y")
)  # fmt: skip
STREETS = {
    "street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "boulevard": "blvd",
    "lane": "ln", "highway": "hwy", "suite": "ste", "north": "n", "south": "s", "east": "e",
    "west": "w",
}  # fmt: skip


@dataclass(slots=True)
class Known:
    """What a record can be recognized by."""

    id: str
    name: str
    organization_id: str = ""
    website: str = ""
    phones: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    points: set[tuple[float, float]] = field(default_factory=set)
    plain_name: str = ""

    def __post_init__(self) -> None:
        self.plain_name = self.plain_name or plain(self.name)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two records, how much they are alike, and in what."""

    first_id: str
    second_id: str
    score: int
    reasons: tuple[str, ...]


def plain(text: str) -> str:
    """A name by its words alone: no accents, no case, no order, nothing idle."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return " ".join(sorted(set(re.findall(r"[a-z0-9]+", bare)) - IDLE))


def plain_address(line: str, postal_code: str) -> str:
    """A street address as it may be compared; blank when it says too little."""
    words = [STREETS.get(word, word) for word in re.findall(r"[a-z0-9]+", line.casefold())]
    return f"{' '.join(words)} {postal_code[:5]}" if len(words) > 1 else ""


def digits(number: str) -> str:
    """The ten digits of a number; blank when it has fewer."""
    found = re.sub(r"\D", "", number)[-10:]
    return found if len(found) == 10 else ""


def keys(one: Known) -> Iterator[tuple[str, Any]]:
    if one.website:
        yield "website", one.website
    yield from (("phone", phone) for phone in one.phones)
    yield from (("address", address) for address in one.addresses)
    for lat, lng in one.points:  # two points less than a cell apart share one of four corners
        row, column = int(lat // CELL), int(lng // CELL)
        yield from (("cell", (row + down, column + right)) for down in (0, 1) for right in (0, 1))


def reasons(one: Known, other: Known) -> Iterator[str]:
    """What they share. Names are compared letter by letter only where the rest lets them be one."""
    rest = list(_shared(one, other))
    same_house = "organization" in rest
    first, second = one.plain_name, other.plain_name
    if first == second:
        yield "name"
    elif sum(WEIGHTS[reason] for reason in rest) + WEIGHTS[
        "like_name"
    ] >= ENOUGH and SequenceMatcher(None, first, second).ratio() >= (
        VERY_LIKE if same_house else LIKE
    ):
        yield "like_name"
    yield from rest


def _shared(one: Known, other: Known) -> Iterator[str]:
    if one.phones & other.phones:
        yield "phone"
    if one.website and one.website == other.website:
        yield "website"
    if one.addresses & other.addresses:
        yield "address"
    elif any(_metres(here, there) <= NEAR_M for here in one.points for there in other.points):
        yield "near"
    if one.organization_id and one.organization_id == other.organization_id:
        yield "organization"


def _metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    east = (here[1] - there[1]) * cos(radians(here[0]))
    return hypot(here[0] - there[0], east) * METRES_PER_DEGREE


def host(url: str) -> str:
    """The name of a web site."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def compared(first: Known, second: Known) -> Alike | None:
    """What two records have in common, when that is enough to ask a person."""
    found = tuple(reasons(first, second))
    score = sum(WEIGHTS[reason] for reason in found)
    if score >= ENOUGH and ("name" in found or "like_name" in found):
        return Alike(first.id, second.id, score, found)
    return None
