"""How many a service has room for, as somebody there said it: dated, and known to searches."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, select

from core.actor import Actor
from core.clock import now
from core.db import stable_id
from core.errors import NotFound
from directory.commands import drop_batch, publish_changes, save
from directory.models import Service, ServiceCapacity, Unit
from directory.models.base import DirectoryRow

PLACES = "places"


def known_room(session: Session, service_id: str) -> tuple[list[Unit], list[dict[str, Any]]]:
    """What is known of its room as values of rows; a first row, and its unit, where nothing is."""
    statement = select(ServiceCapacity).where(ServiceCapacity.service_id == service_id)
    known = [row.model_dump() for row in session.exec(statement.order_by(ServiceCapacity.id))]
    if known:
        return [], known
    unit = Unit(id=stable_id("handrail-observed", "unit", PLACES), name=PLACES)
    key = stable_id("handrail-observed", "capacity", service_id)
    first = {"id": key, "service_id": service_id, "unit_id": unit.id, "available": -1}
    return [unit], [first]


def say_room(
    session: Session,
    actor: Actor,
    service_id: str,
    *,
    taken: int,
    total: int | None,
    wait_days: int | None,
    forget: bool = False,
) -> None:
    """Let the listing say what those who run the service said today.

    Without a total nothing is counted; with `forget`, what was counted before is known no more.
    """
    service = session.get(Service, service_id)
    if service is None:
        raise NotFound("There is no such service.")
    if forget:
        _forget(session, actor, service_id)
    rows = [*_room(session, service_id, taken, total), *_wait(service, wait_days)]
    save(session, actor, rows, action="directory.room")


def _room(
    session: Session, service_id: str, taken: int, total: int | None
) -> Iterator[DirectoryRow]:
    if total is None:
        return
    units, (first, *_) = known_room(session, service_id)
    yield from units
    said = {"available": total - taken, "maximum": total, "description": None, "updated": now()}
    yield ServiceCapacity(**{**first, **said})


def _forget(session: Session, actor: Actor, service_id: str) -> None:
    statement = select(ServiceCapacity).where(ServiceCapacity.service_id == service_id)
    rows = session.exec(statement).all()
    if rows:
        publish_changes(session, sorted(drop_batch(session, actor, rows).entities))


def _wait(service: Service, wait_days: int | None) -> Iterator[DirectoryRow]:
    """The wait they promise, as of today; what was promised before stays when they say none."""
    if wait_days is not None:
        values = service.model_dump() | {"wait_days": wait_days, "wait_asked_on": now().date()}
        yield Service(**values)
