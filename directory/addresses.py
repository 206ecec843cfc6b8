"""Every public page of a service, a bounded page of them at a time: what a sitemap lists.

Pages are cut by id, so each is found through an index however long the list is, and a page keeps
its place while services come and go.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from directory.models import Location, Service, ServiceAtLocation
from directory.queries import has_place, listed

PER_PAGE = 2_500


class Kind(StrEnum):
    """Which pages: of services at a place, or of those that have none."""

    PLACES = "places"
    SERVICES = "services"


def beginnings(session: Session, kind: Kind, per_page: int = PER_PAGE) -> Iterator[str]:
    """For each page, the id after which it begins; "" is the first. Nothing when there is none."""
    after = ""
    while ids := _ids(session, kind, after, per_page):
        yield after
        after = ids[-1]


def page(
    session: Session, kind: Kind, after: str, per_page: int = PER_PAGE
) -> list[tuple[str, datetime]]:
    """(id, last change) of the public pages among the next `per_page` ids."""
    ids = _ids(session, kind, after, per_page)
    if not ids:
        return []
    if kind == Kind.SERVICES:
        alone = select(Service.id, Service.last_modified).where(
            col(Service.id) > after, col(Service.id) <= ids[-1], ~has_place(), *listed()
        )
        return list(session.exec(alone.order_by(Service.id)).all())
    unit = col(ServiceAtLocation.id)
    placed = (
        select(ServiceAtLocation.id, Service.last_modified)
        .join(Service, col(Service.id) == col(ServiceAtLocation.service_id))
        .join(Location, col(Location.id) == col(ServiceAtLocation.location_id))
        .where(unit > after, unit <= ids[-1], ~col(Location.confidential), *listed())
    )
    return list(session.exec(placed.order_by(ServiceAtLocation.id)).all())


def _ids(session: Session, kind: Kind, after: str, limit: int) -> list[str]:
    """The next ids, public or not."""
    if kind == Kind.PLACES:
        found = select(ServiceAtLocation.id).where(col(ServiceAtLocation.id) > after)
        return list(session.exec(found.order_by(ServiceAtLocation.id).limit(limit)))
    alone = select(Service.id).where(col(Service.id) > after, ~has_place())
    return list(session.exec(alone.order_by(Service.id).limit(limit)))
