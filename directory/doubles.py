"""Records that may be the same thing twice: found by what they share, never by comparing all with all.

Two records are compared when they share a telephone number, a web site, an address, or lie within a
hundred metres: a name alone is never enough. What they have in common is scored; a person decides
(merging.py). What was told apart once is not asked again.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations
from math import cos, hypot, radians
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from core.actor import Actor
from core.clock import now
from core.errors import NotFound
from core.paging import PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.models import (
    Address,
    DuplicatePair,
    Location,
    Organization,
    PairState,
    Phone,
    Service,
    ServiceAtLocation,
    ServiceStatus,
)
from directory.permissions import check_curate

SERVICE, ORGANIZATION = "service", "organization"
NEAR_M, METRES_PER_DEGREE = 100, 111_320
CELL = 0.0012  # degrees: wider than a hundred metres where people live
BLOCK_MAX = 40
"""Records that share one thing, above which that thing tells nothing (a county's one hotline)."""
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
LISTED = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)


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
    plain_name: str = field(init=False)

    def __post_init__(self) -> None:
        self.plain_name = plain(self.name)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two records, how much they are alike, and in what."""

    first_id: str
    second_id: str
    score: int
    reasons: tuple[str, ...]


Found = dict[tuple[str, str, str], Alike]
"""By kind and the two ids."""


def search(session: Session, actor: Actor) -> Found:
    """Look through the whole directory. Only reads: it may take a while."""
    check_curate(actor)
    found = {(SERVICE, one.first_id, one.second_id): one for one in alike(_services(session))}
    organizations = alike(_organizations(session))
    return found | {(ORGANIZATION, one.first_id, one.second_id): one for one in organizations}


def keep(session: Session, actor: Actor, found: Found) -> int:
    """Keep what was found for a curator; how many pairs are open.

    What is no longer alike goes; what was told apart stays so.
    """
    check_curate(actor)
    return _keep(session, found)


def alike(records: Iterable[Known]) -> Iterator[Alike]:
    """Pairs that are alike enough, each once."""
    known = {one.id: one for one in records}
    for first_id, second_id in sorted(_pairs(known)):
        first, second = known[first_id], known[second_id]
        reasons = tuple(_reasons(first, second))
        score = sum(WEIGHTS[reason] for reason in reasons)
        if score >= ENOUGH and ("name" in reasons or "like_name" in reasons):
            yield Alike(first_id, second_id, score, reasons)


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


def _pairs(known: Mapping[str, Known]) -> set[tuple[str, str]]:
    blocks: dict[tuple[str, Any], list[str]] = defaultdict(list)
    for one in known.values():
        for key in _keys(one):
            blocks[key].append(one.id)
    pairs: set[tuple[str, str]] = set()
    for ids in blocks.values():
        groups = [ids] if len(ids) <= BLOCK_MAX else _by_name(known, ids)
        for group in groups:
            pairs |= set(combinations(sorted(set(group)), 2))
    return pairs


def _keys(one: Known) -> Iterator[tuple[str, Any]]:
    if one.website:
        yield "website", one.website
    yield from (("phone", phone) for phone in one.phones)
    yield from (("address", address) for address in one.addresses)
    for lat, lng in one.points:  # two points less than a cell apart share one of four corners
        row, column = int(lat // CELL), int(lng // CELL)
        yield from (("cell", (row + down, column + right)) for down in (0, 1) for right in (0, 1))


def _by_name(known: Mapping[str, Known], ids: Iterable[str]) -> list[list[str]]:
    """A crowd that shares a number or a place, parted by name; what is still a crowd is left out."""
    parts: dict[str, list[str]] = defaultdict(list)
    for key in ids:
        parts[known[key].plain_name[:4]].append(key)
    return [part for part in parts.values() if 1 < len(part) <= BLOCK_MAX]


def _reasons(one: Known, other: Known) -> Iterator[str]:
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


def _services(session: Session) -> list[Known]:
    rows = session.connection().execute(
        sa_select(col(Service.id), col(Service.name), col(Service.organization_id)).where(
            col(Service.status).in_(LISTED)
        )
    )
    known = {key: Known(key, name, of) for key, name, of in rows}
    _add_phones(session, known, Phone.service_id)
    placed = sa_select(col(ServiceAtLocation.service_id), col(ServiceAtLocation.location_id))
    _add_places(session, known, session.connection().execute(placed))
    return list(known.values())


def _organizations(session: Session) -> list[Known]:
    rows = session.connection().execute(
        sa_select(col(Organization.id), col(Organization.name), col(Organization.website))
    )
    known = {key: Known(key, name, website=_host(url or "")) for key, name, url in rows}
    _add_phones(session, known, Phone.organization_id)
    owned = sa_select(col(Location.organization_id), col(Location.id))
    _add_places(session, known, session.connection().execute(owned))
    return list(known.values())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _add_phones(session: Session, known: Mapping[str, Known], column: Any) -> None:
    rows = session.connection().execute(
        sa_select(col(column), col(Phone.number)).where(col(column).is_not(None))
    )
    for key, number in rows:
        if key in known and (plainly := digits(number)):
            known[key].phones.add(plainly)


def _add_places(session: Session, known: Mapping[str, Known], pairs: Iterable[Any]) -> None:
    """Where each record is; confidential places are nobody's to compare."""
    of: dict[str, list[str]] = defaultdict(list)
    for key, location_id in pairs:
        if key in known:
            of[location_id].append(key)
    connection = session.connection()
    places = sa_select(col(Location.id), col(Location.latitude), col(Location.longitude)).where(
        ~col(Location.confidential), col(Location.latitude).is_not(None)
    )
    for location_id, lat, lng in connection.execute(places):
        for key in of.get(location_id, ()):
            known[key].points.add((float(lat or 0), float(lng or 0)))
    open_ones = sa_select(
        col(Address.location_id), col(Address.address_1), col(Address.postal_code)
    ).join(Location, col(Location.id) == col(Address.location_id))
    for location_id, line, code in connection.execute(open_ones.where(~col(Location.confidential))):
        for key in of.get(location_id, ()):
            if address := plain_address(line, code):
                known[key].addresses.add(address)


def _keep(session: Session, found: Found) -> int:
    stored = {(p.kind, p.first_id, p.second_id): p for p in session.exec(select(DuplicatePair))}
    gone = [p.id for key, p in stored.items() if p.state is PairState.OPEN and key not in found]
    session.connection().execute(delete(DuplicatePair).where(col(DuplicatePair.id).in_(gone)))
    opened = 0
    for key, one in found.items():
        pair = stored.get(key)
        if pair is None:
            pair = DuplicatePair(
                kind=key[0], first_id=key[1], second_id=key[2], score=0, reasons=""
            )
            session.add(pair)
        if pair.state is PairState.OPEN:
            pair.score, pair.reasons, pair.found_at = one.score, " ".join(one.reasons), now()
            opened += 1
    session.flush()
    return opened


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair for a list."""

    id: str
    kind: str
    names: tuple[str, str]
    score: int
    reasons: tuple[str, ...]


def pairs(
    session: Session, actor: Actor, *, page: int = 1, per_page: int = PER_PAGE_DEFAULT
) -> Page[PairLine]:
    """What a curator has to decide, the most alike first."""
    check_curate(actor)
    check_paging(page, per_page)
    opened = select(DuplicatePair).where(DuplicatePair.state == PairState.OPEN)
    total = session.exec(select(func.count()).select_from(opened.subquery())).one()
    ordered = opened.order_by(col(DuplicatePair.score).desc(), col(DuplicatePair.id).desc())
    found = session.exec(ordered.offset(offset(page, per_page)).limit(per_page)).all()
    names: dict[str, str] = {}
    ids = {key for pair in found for key in (pair.first_id, pair.second_id)}
    for of in (
        select(Service.id, Service.name).where(col(Service.id).in_(ids)),
        select(Organization.id, Organization.name).where(col(Organization.id).in_(ids)),
    ):
        names |= dict(session.exec(of).all())
    lines = (
        PairLine(
            one.id,
            one.kind,
            (names.get(one.first_id, ""), names.get(one.second_id, "")),
            one.score,
            tuple(one.reasons.split()),
        )
        for one in found
    )
    return Page(tuple(lines), total, page, per_page)


def pair_to_decide(session: Session, actor: Actor, pair_id: str) -> DuplicatePair:
    """One pair that is open. Raises NotFound."""
    check_curate(actor)
    pair = session.get(DuplicatePair, pair_id)
    if pair is None or pair.state is not PairState.OPEN:
        raise NotFound("There is no such pair.")
    return pair
