"""The services pages may show: read from the directory, and only what everybody may see."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from directory.models import ServiceStatus, Visibility
from directory.moving import kept_for, missing
from directory.queries import service_views, units_of
from directory.views import ServiceView
from search.documents import document
from search.query import Hit
from web.providers import Site

OFFERED = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)
PLACES_MAX = 100


def public_view(site: Site, id: str) -> ServiceView:
    """The view that everybody may see. Raises NotFound also for what exists and is not public; Moved
    for what is part of another service now."""
    with site.database.read() as session:
        found = _public(session, [id], site)
        if not found:
            raise missing(session, id, "There is no such service.")
    return found[0]


def public_views(site: Site, ids: Sequence[str]) -> list[ServiceView]:
    """Views of those that everybody may see, in the order asked for."""
    with site.database.read() as session:
        return _public(session, ids, site)


def listed_now(site: Site, ids: Sequence[str]) -> tuple[list[ServiceView], dict[str, str]]:
    """As `public_views`, for lists that people kept long ago: what was made one with another record
    since is there as that. With the old ids, each with the one to keep instead.
    """
    found = {view.id: view for view in public_views(site, ids)}
    gone = [id for id in ids if id not in found]
    moved: dict[str, str] = {}
    if gone:
        with site.database.read() as session:
            for id in gone:
                if view := _merged_into(session, id, site):
                    found[view.id], moved[id] = view, view.id
    shown = dict.fromkeys(moved.get(id, id) for id in ids)
    return [found[id] for id in shown if id in found], moved


def _merged_into(session: Session, id: str, site: Site) -> ServiceView | None:
    """The view of what a record became part of; that at its first place, for one without a place."""
    kept = kept_for(session, id)
    if kept is None:
        return None
    units = units_of(session, "service", kept) or [kept]
    return next(iter(_public(session, units[:PLACES_MAX], site)), None)


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
