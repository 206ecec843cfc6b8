"""Numbered changes to a small directory. Each number always makes the same change, however often it is made.

So whoever was killed while making one makes it again, and what the directory must say in the end is known
without asking it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlmodel import Session

from core.actor import SYSTEM
from core.errors import NotFound
from directory import commands
from directory.models import Location, Organization, Service, ServiceAtLocation, Visibility
from directory.models.base import DirectoryRow
from tests import factories as make

SERVICES, ORGANIZATIONS, PLACES = 400, 40, 30
Kind = Literal["rename", "remove", "place", "unplace", "hide", "organization", "move"]
KINDS: tuple[Kind, ...] = ("rename", "remove", "place", "unplace", "hide", "organization", "move")
WEIGHTS = (40, 12, 20, 8, 5, 5, 10)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what is done, and to which service (and its organization and place)."""

    number: int
    kind: Kind
    service: int


def change(number: int) -> Change:
    """The change of that number."""
    random = Random(number)
    return Change(number, random.choices(KINDS, WEIGHTS)[0], random.randrange(SERVICES))


def prepare(session: Session) -> None:
    """What the changes need to be there: organizations and places."""
    places = [_place(number, 0) for number in range(PLACES)]
    commands.save(session, SYSTEM, [_organization(n, 0) for n in range(ORGANIZATIONS)])
    commands.save(session, SYSTEM, places)
    commands.save(session, SYSTEM, [make.address(place, id=f"adr-{place.id}") for place in places])


def apply(session: Session, made: Change) -> None:
    """Make a change. Organizations have ten services each, some at one of thirty places."""
    service = _service(made)
    match made.kind:
        case "rename" | "hide":
            commands.save(session, SYSTEM, [service])
        case "place":
            place = _place(made.service % PLACES, 0)
            at = make.at(service, place, id=f"at-{made.service}")
            commands.save(session, SYSTEM, [service])
            commands.save(session, SYSTEM, [at])
        case "remove":
            _remove(session, Service, service.id)
        case "unplace":
            _remove(session, ServiceAtLocation, f"at-{made.service}")
        case "organization":
            commands.save(session, SYSTEM, [_organization(_owner(made.service), made.number)])
        case "move":
            commands.save(session, SYSTEM, [_place(made.service % PLACES, made.number)])


def expected(changes: Iterable[Change]) -> dict[str, str]:
    """Service id → its name, once all of these were made."""
    found: dict[str, str] = {}
    for made in changes:
        service = _service(made)
        if made.kind in ("rename", "hide", "place"):
            found[service.id] = service.name
        elif made.kind == "remove":
            found.pop(service.id, None)
    return found


def _owner(service: int) -> int:
    return service % ORGANIZATIONS


def _service(made: Change) -> Service:
    return make.service(
        _organization(_owner(made.service), 0),
        id=f"svc-{made.service}",
        name=f"Service {made.service} of change {made.number}",
        visibility=Visibility.RESTRICTED if made.kind == "hide" else Visibility.PUBLIC,
    )


def _organization(number: int, changed: int) -> Organization:
    return make.organization(id=f"org-{number}", name=f"Organization {number} at {changed}")


def _place(number: int, changed: int) -> Location:
    return make.location(
        id=f"loc-{number}",
        name=f"Place {number}",
        latitude=35.0 + number / 100 + changed / 1e6,
        longitude=-79.0 + number / 100,
    )


def _remove(session: Session, table: type[DirectoryRow], id: str) -> None:
    try:
        commands.remove(session, SYSTEM, table, id)
    except NotFound:  # never made, or removed already
        pass
