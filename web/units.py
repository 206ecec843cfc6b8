"""The services pages may show: read from the directory, and only what everybody may see."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from core.errors import NotFound
from directory.models import ServiceStatus, Visibility
from directory.queries import service_views, units_of
from directory.views import ServiceView
from search.documents import document
from search.query import Hit
from web.providers import Site

OFFERED = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)
PLACES_MAX = 100


def public_view(site: Site, id: str) -> ServiceView:
    """The view that everybody may see. Raises NotFound also for what exists and is not public."""
    found = public_views(site, [id])
    if not found:
        raise NotFound("There is no such service.")
    return found[0]


def public_views(site: Site, ids: Sequence[str]) -> list[ServiceView]:
    """Views of those that everybody may see, in the order asked for."""
    with site.database.read() as session:
        return _public(session, ids, site)


def places_of(site: Site, service_id: str) -> list[ServiceView]:
    """A service at each of its public places; nothing when there is none."""
    if not service_id.isprintable():
        return []
    with site.database.read() as session:
        units = units_of(session, "service", service_id)
        return _public(session, units[:PLACES_MAX], site)


def hits(views: Iterable[ServiceView]) -> list[Hit]:
    """Views as a search would have found them, for cards."""
    offered = (replace(view, status=ServiceStatus.ACTIVE) for view in views)
    return [Hit(found["id"], found) for view in offered if (found := document(view)) is not None]


def _public(session: Session, ids: Sequence[str], site: Site) -> list[ServiceView]:
    known = [id for id in ids if id.isprintable()]  # PostgreSQL refuses to be asked for others
    found = service_views(session, known, timezone=site.settings.time_zone)
    return [view for view in found if _is_public(view)]


def _is_public(view: ServiceView) -> bool:
    """Not at a confidential place: that somebody is served there must not be found out by its id."""
    hidden = view.location is not None and view.location.confidential
    return view.visibility == Visibility.PUBLIC and view.status in OFFERED and not hidden
