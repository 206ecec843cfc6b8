"""What services said on the telephone: noted by day, and what follows for the listing.

An answer that agrees with the listing assures it as of that day. One that does not leaves the
date where it is, and the listing stands first in the queue of those who check (verifying.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from core import audit
from core.actor import Actor
from core.clock import now
from core.errors import Invalid, NotFound
from directory.commands import save
from directory.models import (
    AsListed,
    Observation,
    Reached,
    Service,
    ServiceAtLocation,
    ServiceCapacity,
    Taking,
    Visibility,
)
from directory.models.base import DirectoryRow
from directory.moving import missing
from directory.permissions import CURATORS, check_call
from directory.room import known_room

WAITS = (0, 7, 14, 30, 90)
"""Days of waiting one can choose from: today, a week, two, a month, three."""
FACTS = ("hours", "phone", "cost")
AT_LEAST = "At least this many, as they said on the telephone."
NONE_FREE = "As they said on the telephone."


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody at the service said; None is what nobody asked."""

    reached: Reached = Reached.ANSWERED
    taking: Taking | None = None
    wait_days: int | None = None
    hours: AsListed | None = None
    phone: AsListed | None = None
    cost: AsListed | None = None

    @property
    def differs(self) -> bool:
        """Whether they said something else than the listing does."""
        told = (self.hours, self.phone, self.cost)
        return self.reached is Reached.CLOSED or AsListed.DIFFERENT in told

    @property
    def says_something(self) -> bool:
        """Whether there is anything to keep."""
        told = (self.taking, self.wait_days, self.hours, self.phone, self.cost)
        return self.reached is not Reached.ANSWERED or any(one is not None for one in told)


def service_to_call(session: Session, actor: Actor, key: str) -> Service:
    """The service of that id, or of the unit with that id. Raises NotFound.

    What nobody finds by a search only curators may look at.
    """
    check_call(actor)
    place = session.get(ServiceAtLocation, key)
    service = session.get(Service, place.service_id if place else key)
    if service is None:
        raise missing(session, key, "There is no such service.")
    if service.visibility is Visibility.RESTRICTED and not actor.roles.intersection(CURATORS):
        raise NotFound("There is no such service.")
    return service


def observe(
    session: Session, actor: Actor, service_id: str, answers: Answers, asked_on: date, today: date
) -> Observation:
    """Note what was said on a day, and let the listing say so. Raises Invalid by field."""
    service = service_to_call(session, actor, service_id)
    _check(answers, asked_on, today)
    kept = Observation(
        service_id=service.id,
        asked_by=actor.id,
        asked_on=asked_on,
        unsettled=answers.differs,
        **{name: getattr(answers, name) for name in ("reached", "taking", "wait_days", *FACTS)},
    )
    session.add(kept)
    effects = _effects(session, service, answers, asked_on, today)
    save(session, actor, effects, action="directory.assure")
    said = {name: value for name, value in _said(answers)}
    audit.record(session, actor, "directory.observe", "service", service.id, said)
    return kept


def observations(session: Session, service_id: str, limit: int = 10) -> list[Observation]:
    """What was said lately, the newest first."""
    statement = select(Observation).where(Observation.service_id == service_id)
    newest = (col(Observation.asked_on).desc(), col(Observation.noted_at).desc())
    return list(session.exec(statement.order_by(*newest).limit(limit)))


def settle(session: Session, service_id: str) -> None:
    """Somebody has seen to what was said about this service."""
    session.connection().execute(
        update(Observation)
        .where(col(Observation.service_id) == service_id, col(Observation.unsettled))
        .values(unsettled=False)
    )


def _check(answers: Answers, asked_on: date, today: date) -> None:
    if asked_on > today:
        raise Invalid("The day of the call is not here yet.", parameter="asked_on")
    if not answers.says_something:
        raise Invalid("Choose at least one answer.", parameter="taking")
    if answers.wait_days is not None and answers.wait_days not in WAITS:
        raise Invalid("Choose one of the waits.", parameter="wait_days")


def _said(answers: Answers) -> Iterator[tuple[str, Any]]:
    for name in ("reached", "taking", "wait_days", *FACTS):
        if (value := getattr(answers, name)) is not None:
            yield name, value


def _effects(
    session: Session, service: Service, answers: Answers, asked_on: date, today: date
) -> Iterator[DirectoryRow]:
    """The rows as they are after the call; older news than is there changes nothing."""
    if answers.reached is not Reached.ANSWERED:
        return
    values = service.model_dump()
    if not answers.differs and (service.assured_date is None or service.assured_date < asked_on):
        values["assured_date"] = asked_on
    asked_before = service.wait_asked_on
    if answers.wait_days is not None and (asked_before is None or asked_before <= asked_on):
        values.update(wait_days=answers.wait_days, wait_asked_on=asked_on)
    yield Service(**values)
    if answers.taking is not None and asked_on == today:
        yield from _room(session, service.id, answers.taking)


def _room(session: Session, service_id: str, taking: Taking) -> Iterator[DirectoryRow]:
    """How many are free: at least one, or none. A larger number that is known stays."""
    units, known = known_room(session, service_id)
    yield from units
    for values in known:
        free = max(1, values["available"]) if taking is Taking.YES else 0
        if free != values["available"]:
            values["description"] = AT_LEAST if taking is Taking.YES else NONE_FREE
        yield ServiceCapacity(**{**values, "available": free, "updated": now()})
